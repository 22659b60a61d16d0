// The emulator and docs/portal.openapi.json are the same keys API.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Person } from "../tools/person.mjs";
import { defineCases } from "./cases.mjs";
import { Client } from "./client.mjs";
import { documentedAnswers, operations, undocumented } from "./document.mjs";
import { SECRET, startEmulator } from "./portal.mjs";

let client;
before(async () => {
  client = new Client(await startEmulator({ secret: SECRET }));
});
after(() => client?.portal.stop());

defineCases(() => client);

test("end that a person chose cannot be changed with the key", async () => {
  const person = new Person({ email: "demo@tokportal.example", password: "demo-password" });
  const page = `${client.portal.origin}/portal/developer/api-keys/new`;
  let at = await person.submitSignIn(await person.open(page));
  const form = at.formWith(/^create/i);
  form.set("name", "Nightly");
  form.set("environment", "production");
  form.set("life", "30");
  at = await person.submit(at, form.press(/^create/i));
  const key = at.document.querySelector("#key").getAttribute("value");
  const before = await client.introspect(key);
  const { status, code } = await client.makeLasting(key);
  assert.deepEqual([status, code], [403, "KEY_EXPIRY_FIXED"]);
  assert.deepEqual(await client.introspect(key), before);
});

test("faults answer as the document says", async () => {
  const names = { mintKey: "mint", listKeys: "list", introspectKey: "introspect", makeKeyLasting: "make-lasting" };
  for (const { id } of operations) {
    const operation = `portal.${names[id] ?? id.replace("Key", "")}`;
    for (const kind of ["429", "503"]) {
      await client.portal.controls.set("/faults", { operation, kind });
      assert.equal((await client.call(id, { path: { id: "1" } })).status, Number(kind), id);
    }
  }
});

test("emulator has no operation that is not documented", async () => {
  const tokens = await client.portal.tokens();
  const headers = { Authorization: `Bearer ${tokens.accessToken}` };
  for (const { path, methods } of undocumented) {
    const url = client.portal.keysUrl + path.replace(/^\/keys/, "").replace("{id}", "1");
    for (const method of methods) {
      const { status } = await fetch(url, { method, headers });
      assert.equal(status, 405, `${method} ${path}`);
    }
  }
  for (const path of ["/current/1", "/1/2", "/"]) {
    const { status } = await fetch(client.portal.keysUrl + path, { headers });
    assert.equal(status, 404, path);
  }
});

test("emulator has given every documented answer", () => {
  assert.deepEqual([...client.seen].sort(), [...documentedAnswers].sort());
});
