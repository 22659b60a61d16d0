// examples/keys-api with a confidential client. Userinfo says whose an access token is.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { defineCases } from "./cases.mjs";
import { Client } from "./client.mjs";
import { documentedAnswers } from "./document.mjs";
import { SECRET, startExample } from "./portal.mjs";

let client;
before(async () => {
  client = new Client(await startExample({ secret: SECRET }));
});
after(() => client?.portal.stop());

defineCases(() => client);

test("provider that does not answer is no refusal", async () => {
  const { provider } = client.portal;
  const tokens = await client.portal.tokens();
  provider.down = true;
  const answers = [await client.mint(tokens), await client.list(tokens), await client.delete(tokens, "1")];
  provider.down = false;
  assert.deepEqual(answers.map(({ status }) => status), [503, 503, 503]);
});

test("ID token that names no key is checked with the one for signatures", async () => {
  const { provider } = client.portal;
  const tokens = provider.issue("subject of first", {}, {}, { alg: "ES256" });
  assert.equal((await client.mint(tokens)).status, 201);
});

test("store holds no key", async () => {
  const { data } = await client.mint(await client.portal.tokens());
  const files = ["", "-wal"].map((ending) => client.portal.store + ending).filter((file) => existsSync(file));
  const bytes = Buffer.concat(files.map((file) => readFileSync(file)));
  assert.ok(bytes.includes(data.id));
  assert.ok(!bytes.includes(data.key.slice(3)));
});

test("example has given every documented answer that it can give", () => {
  // It limits no rates, people choose no ends, and calls with a key do not need the provider.
  const missing = documentedAnswers.filter((answer) => !client.seen.has(answer));
  const expected = /^\w+ 429|^(introspect|revoke)Key 503|^makeKeyLasting (503|403)/;
  assert.deepEqual(missing.filter((answer) => !expected.test(answer)), []);
});
