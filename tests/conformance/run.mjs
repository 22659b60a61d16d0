// Runs the official conformance suite, both requirement sets, against the real app, and compares with the list.
import { readFileSync } from "node:fs";

import { startApp, MCP_PATH } from "../tools/app.mjs";
import { agrees, judge, table } from "./judge.mjs";
import { startProxy } from "./proxy.mjs";
import { runServerScenarios } from "./suite.mjs";

const expected = JSON.parse(readFileSync(new URL("expected-failures.json", import.meta.url), "utf8"));

const app = await startApp();
const proxy = await startProxy(app.url, app.key);
let disagreements = 0;
try {
  for (const [revision, failures] of Object.entries(expected)) {
    const rows = judge(await runServerScenarios(proxy.url + MCP_PATH, revision), failures);
    console.log(table(`Server requirements of ${revision}`, rows));
    if (!agrees(rows)) disagreements += 1;
  }
} finally {
  await proxy.stop();
  await app.stop();
}
if (disagreements > 0) console.error("The list of expected failures and the suite disagree.");
process.exitCode = disagreements > 0 ? 1 : 0;
