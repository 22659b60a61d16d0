// Output schemas say what the document says, to the last member, and refuse no answer that the API may give.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startApp } from "../tools/app.mjs";
import { documented, listed } from "./answers.mjs";
import { operationOf, operations, schemaProblems } from "./document.mjs";
import { ask } from "./list.mjs";

let app;
let tools;
before(async () => {
  app = await startApp();
  ({ tools } = (await ask(app, "2025-11-25", "tools/list")).result);
});
after(() => app?.stop());

const difference = (one, other) => [...one].filter((value) => !other.has(value));
const schemaOf = (name) => tools.find((tool) => tool.name === name).outputSchema;

test("every tool has an output schema with members", () => {
  assert.equal(tools.length, operations.length);
  for (const { name, outputSchema } of tools) {
    assert.equal(outputSchema.type, "object", name);
    const members = [...listed(outputSchema).members, ...Object.keys(outputSchema.properties)];
    assert.ok(new Set(members).size > 1 || "http_status" in outputSchema.properties, name);
  }
});

test("the document names the members of every object, or leaves them to the API", () => {
  for (const operation of operations) assert.deepEqual([...documented(operation).bare], [], operation.id);
});

test("output schemas have the members of the document to the leaf", () => {
  for (const { name, outputSchema } of tools) {
    const known = documented(operationOf(name)).members;
    const told = listed(outputSchema).members;
    assert.deepEqual(difference(known, told), [], `${name}: not told`);
    assert.deepEqual(difference(told, known), [], `${name}: not in the document`);
  }
});

test("output schemas have the document's types, values, formats and required members", () => {
  let told = 0;
  for (const { name, outputSchema } of tools) {
    const { facts } = documented(operationOf(name));
    assert.deepEqual(difference(facts, listed(outputSchema).facts), [], name);
    told += [...facts].filter((fact) => / (can be|has format|requires) /.test(fact)).length;
  }
  assert.ok(told > 500, `${told}`);
});

test("an answer of a later version of the API satisfies the schema", () => {
  const bundle = { id: "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b", status: "on_hold", platform: "threads", later: { a: 1 } };
  const later = { data: [bundle], later: true };
  assert.deepEqual(schemaProblems(schemaOf("tokportal_list_bundles"), later), []);
});

test("a wrong type, a wrong format and a missing member are found", () => {
  const schema = schemaOf("tokportal_list_accounts");
  const id = "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b";
  const account = { id, created_at: "2026-12-01T00:00:00Z" };
  assert.deepEqual(schemaProblems(schema, { data: [account] }), []);
  const wrong = [
    {},
    { data: {} },
    { data: [{}] },
    { data: [{ ...account, username: 1 }] },
    { data: [{ ...account, id: "a" }] },
    { data: [{ ...account, created_at: "today" }] },
  ];
  for (const answer of wrong) assert.notDeepEqual(schemaProblems(schema, answer), [], JSON.stringify(answer));
});

test("a failure satisfies every schema", () => {
  const error = { code: "NOT_FOUND", message: "There is no such order.", retryable: false };
  for (const { name, outputSchema } of tools) assert.deepEqual(schemaProblems(outputSchema, { error }), [], name);
});
