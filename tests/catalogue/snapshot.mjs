// Renews the snapshot of tools/list (`make snapshot`). Read its changes before you commit them: a
// model will read each of them.
import { writeFileSync } from "node:fs";

import { startApp } from "../tools/app.mjs";
import { snapshot, snapshotFile } from "./list.mjs";

const app = await startApp();
try {
  writeFileSync(snapshotFile, await snapshot(app));
} finally {
  await app.stop();
}
