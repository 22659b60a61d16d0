// The list of tools as served: unchanged since its snapshot, within its budget, and complete.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startApp } from "../tools/app.mjs";
import { operationOf, operations } from "./document.mjs";
import { REVISIONS, ask, kept, snapshot } from "./list.mjs";

/** As served, with output schemas to the leaf. Icon URLs contain the public URL, so a real one is counted. */
const LIST_MAX_BYTES = 175_000;
const PUBLIC_URL = "https://app.tokportal.com";
/** Hosts join the names of server and tool, and some drop tools whose joined name is longer. */
const NAMES_MAX = 60;
const DESCRIPTION_MAX = 1024;
/** What Claude Code puts before a name; it and OpenAI take 64 characters. */
const HOST_PREFIX = "mcp__tokportal__";
const LISTED_MAX = 48;
/** Keywords of an input schema that every host takes. */
const PLAIN = new Set([
  ...["type", "description", "enum", "default", "format", "pattern", "minLength", "maxLength", "minimum", "maximum"],
  ...["items", "minItems", "maxItems", "properties", "required"],
]);

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

test("tool names leave room for the prefix of a host", () => {
  for (const { name } of tools) {
    assert.ok(name.length <= LISTED_MAX, `${name}: ${name.length} characters`);
    assert.ok(`${HOST_PREFIX}${name}`.length <= 64, name);
  }
});

test("a tool with a short name is called by its catalogue name, too", async () => {
  const short = operations.filter(({ tool, catalogueName }) => tool !== catalogueName);
  assert.deepEqual(short.map(({ tool }) => tool), ["tokportal_reactivate_account_coverage"]);
  for (const { catalogueName } of short) {
    assert.ok(!tools.some(({ name }) => name === catalogueName));
    for (const revision of REVISIONS) {
      const { result } = await ask(app, revision, "tools/call", { name: catalogueName, arguments: { nonsense: 1 } });
      assert.equal(result.structuredContent.error.code, "INVALID_ARGUMENTS", revision);
    }
  }
});

for (const query of ["", "?mode=compact"]) {
  test(`input schemas have only keywords that every host takes ${query}`, async () => {
    const { result } = await ask(app, "2025-11-25", "tools/list", {}, query);
    assert.ok(result.tools.length > 3);
    for (const { name, inputSchema } of result.tools) {
      assert.equal(inputSchema.type, "object", name);
      assert.deepEqual(unusual(inputSchema, name), []);
    }
  });
}

/** What in a schema some host refuses; the table in crates/openapi-tools/src/hosts.rs says which. */
function unusual(schema, place) {
  const odd = Object.keys(schema).filter((keyword) => !PLAIN.has(keyword)).map((keyword) => `${place}: ${keyword}`);
  if (typeof schema.type !== "string") odd.push(`${place}: type ${JSON.stringify(schema.type)}`);
  if (schema.enum && !schema.enum.every((value) => typeof value === "string")) odd.push(`${place}: enum`);
  if (schema.format && schema.format !== "date-time") odd.push(`${place}: format ${schema.format}`);
  const members = Object.entries(schema.properties ?? {});
  const inside = schema.items ? [...members, ["items", schema.items]] : members;
  return [...odd, ...inside.flatMap(([name, member]) => unusual(member, `${place}/${name}`))];
}

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
