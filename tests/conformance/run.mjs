// Runs the official conformance suite against the real app and compares its findings with the lists: against the
// connector as shipped, there with the scenarios for authorization servers, and against the connector with the fixtures
// that the scenarios for servers call.
import { readFileSync } from "node:fs";

import { startApp, MCP_PATH } from "../tools/app.mjs";
import { connectorWithFixtures } from "../tools/paths.mjs";
import { Person } from "../tools/person.mjs";
import { agrees, judge, table } from "./judge.mjs";
import { startProxy } from "../tools/proxy.mjs";
import { runAuthorizationScenarios, runServerScenarios } from "./suite.mjs";

const builds = [
  { title: "as shipped", list: "expected-failures.json" },
  { title: "with fixtures", list: "expected-failures.fixtures.json", connector: connectorWithFixtures },
];

/** Runs the requirement sets in the list of a build. @returns {Promise<boolean>} whether list and findings agree. */
async function run({ title, list, connector }) {
  const expected = JSON.parse(readFileSync(new URL(list, import.meta.url), "utf8"));
  const app = await startApp({ connector });
  const proxy = await startProxy(app.url, app.key);
  try {
    let agreed = true;
    for (const [set, failures] of Object.entries(expected)) {
      const name = `${set} ${title}`;
      const scenarios =
        set === "authorization"
          ? await runAuthorizationScenarios(app, new Person(app.signIn))
          : await runServerScenarios(proxy.url + MCP_PATH, set, name.replaceAll(" ", "-"));
      const rows = judge(scenarios, failures);
      console.log(table(`Requirements of ${name}`, rows));
      agreed &&= agrees(rows);
    }
    if (!agreed) console.error(`The findings of the suite differ from ${list}.`);
    return agreed;
  } finally {
    await proxy.stop();
    await app.stop();
  }
}

for (const build of builds) {
  if (!(await run(build))) process.exitCode = 1;
}
