// Renews the snapshot of tools/list (`make snapshot`). Its changes are to be read before they are committed: every one of
// them is what a model will read.
import { writeFileSync } from "node:fs";

import { startApp } from "../tools/app.mjs";
import { snapshot, snapshotFile } from "./list.mjs";

const app = await startApp();
try {
  writeFileSync(snapshotFile, await snapshot(app));
} finally {
  await app.stop();
}
