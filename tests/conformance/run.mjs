// Runs the official conformance suite against the real app, both requirement sets for servers and the scenarios for
// authorization servers, and compares what it found with the list.
import { readFileSync } from "node:fs";

import { startApp, MCP_PATH } from "../tools/app.mjs";
import { Person } from "../tools/person.mjs";
import { agrees, judge, table } from "./judge.mjs";
import { startProxy } from "./proxy.mjs";
import { runAuthorizationScenarios, runServerScenarios } from "./suite.mjs";

const expected = JSON.parse(readFileSync(new URL("expected-failures.json", import.meta.url), "utf8"));

const app = await startApp();
const proxy = await startProxy(app.url, app.key);
const server = (revision) => runServerScenarios(proxy.url + MCP_PATH, revision);
const runs = [
  ["2025-11-25", "Server requirements of 2025-11-25", () => server("2025-11-25")],
  ["2026-07-28", "Server requirements of 2026-07-28", () => server("2026-07-28")],
  ["authorization", "Authorization server", () => runAuthorizationScenarios(app, new Person(app.signIn))],
];
let disagreements = 0;
try {
  for (const [name, title, run] of runs) {
    const rows = judge(await run(), expected[name]);
    console.log(table(title, rows));
    if (!agrees(rows)) disagreements += 1;
  }
} finally {
  await proxy.stop();
  await app.stop();
}
if (disagreements > 0) {
  console.error("What the suite found is not what expected-failures.json says.");
  process.exitCode = 1;
}
