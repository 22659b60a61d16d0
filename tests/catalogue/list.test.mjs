// The list of tools as served: unchanged since its snapshot, within its budget, and complete.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startApp } from "../tools/app.mjs";
import { operationOf, operations } from "./document.mjs";
import { REVISIONS, ask, kept, snapshot } from "./list.mjs";

/** Clients keep the whole list in the model's context. Icon URLs contain the public URL, so a real one is counted. */
const LIST_MAX_BYTES = 120_000;
const PUBLIC_URL = "https://app.tokportal.com";
/** Hosts join the names of server and tool, and some drop tools whose joined name is longer. */
const NAMES_MAX = 60;
const DESCRIPTION_MAX = 1024;

let app;
let tools;
before(async () => {
  app = await startApp();
  tools = JSON.parse(await snapshot(app));
});
after(() => app?.stop());

test("every tool equals its snapshot (make snapshot renews it)", () => {
  const expected = new Map(JSON.parse(kept()).map((tool) => [tool.name, tool]));
  for (const tool of tools) assert.deepEqual(tool, expected.get(tool.name), `${tool.name} has changed`);
  assert.deepEqual(tools.map(({ name }) => name), [...expected.keys()]);
});

for (const revision of REVISIONS) {
  test(`the whole list stays within ${LIST_MAX_BYTES} bytes, ${revision}`, async () => {
    const { text } = await ask(app, revision, "tools/list");
    const bytes = Buffer.byteLength(text.replaceAll(app.url, PUBLIC_URL));
    console.log(`tools/list, ${revision}: ${bytes} bytes for ${tools.length} tools`);
    assert.ok(bytes <= LIST_MAX_BYTES, `${bytes} bytes`);
  });
}

test("tool names stay short with the server's name before them", async () => {
  const { result } = await ask(app, "2025-11-25", "initialize", { protocolVersion: "2025-11-25" });
  const server = result.serverInfo.name;
  for (const { name } of tools) {
    assert.match(name, /^tokportal_[a-z0-9]+(_[a-z0-9]+)*$/);
    assert.ok(server.length + name.length <= NAMES_MAX, `${name}: ${server.length + name.length} characters`);
  }
});

test("descriptions are short sentences without commands", () => {
  for (const { name, description } of tools) {
    assert.ok(description.length < DESCRIPTION_MAX, `${name}: ${description.length} characters`);
    assert.match(description, /^[A-Z].*\.$/s, name);
    assert.doesNotMatch(description, /\b(always|never forget|you must|must call|important:|do not call)\b/i, name);
  }
});

test("titles and all four hints are explicit and agree with the document", () => {
  const titles = new Set();
  for (const { name, title, annotations } of tools) {
    assert.ok(title && annotations.title === title, name);
    titles.add(title);
    for (const hint of ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"]) {
      assert.equal(typeof annotations[hint], "boolean", `${name}: ${hint}`);
    }
    assert.equal(annotations.readOnlyHint, !operationOf(name).write, name);
  }
  assert.equal(titles.size, operations.length, "a title names one tool");
});

test("irreversible tools are marked as destructive", () => {
  for (const { name, annotations } of tools) {
    if (operationOf(name).irreversible) assert.ok(annotations.destructiveHint, name);
  }
});
