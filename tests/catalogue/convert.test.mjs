// google-genai, with which hosts in Python give an MCP server's tools to Gemini, converts every tool. It is the library
// that refuses most: one keyword that it does not know costs the tool.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { startApp } from "../tools/app.mjs";
import { python } from "../tools/paths.mjs";
import { ask } from "./list.mjs";

const SCRIPT = fileURLToPath(new URL("convert.py", import.meta.url));

let app;
before(async () => (app = await startApp()));
after(() => app?.stop());

for (const query of ["", "?mode=compact"]) {
  test(`google-genai converts every tool ${query}`, async () => {
    const { result } = await ask(app, "2025-11-25", "tools/list", {}, query);
    assert.deepEqual(convert(result.tools), [String(result.tools.length)]);
  });
}

test("google-genai fails on a closed object, so the test can fail", () => {
  const closed = { type: "object", properties: {}, additionalProperties: false };
  const [failure, converted] = convert([{ name: "closed", inputSchema: closed }]);
  assert.match(failure, /^closed: /);
  assert.equal(converted, "0");
});

/** What the script prints: a line for each failure, and the number of converted tools. */
function convert(tools) {
  const { status, stdout, stderr } = spawnSync(python, ["-B", SCRIPT], { input: JSON.stringify(tools), encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout.trim().split("\n");
}
