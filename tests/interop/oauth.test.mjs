// Every client connects with nothing but the URL, once with each level, and calls tools with both connections.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startApp } from "../tools/app.mjs";
import { Person } from "../tools/person.mjs";
import { ACCOUNT_PRICE, balance, bundleIds, orderAccount } from "../tools/results.mjs";
import { oauthClients } from "./oauth-clients.mjs";

let app;
before(async () => (app = await startApp()));
after(() => app?.stop());

for (const { name, connect } of oauthClients) {
  test(`${name}: connects with full access and read-only, side by side`, async () => {
    const person = new Person(app.signIn);
    const as = (level) => connect({ url: app.mcp, authorize: (url) => person.authorize(url, { level }) });
    const full = await as("full");
    const read = await as("read");
    try {
      const all = await full.tools();
      const readable = all.filter((tool) => tool.annotations.readOnlyHint);
      assert.ok(readable.length > 0 && readable.length < all.length);
      assert.deepEqual((await read.tools()).map((tool) => tool.name), readable.map((tool) => tool.name));

      const credits = await balance(read);
      const bundle = await orderAccount(full);
      assert.equal(await balance(read), credits - ACCOUNT_PRICE, "both see the same account");
      assert.ok((await bundleIds(read)).includes(bundle));

      await assert.rejects(orderAccount(read), "a read-only connection cannot order");
      assert.equal(await balance(full), credits - ACCOUNT_PRICE);
    } finally {
      await read.close();
      await full.close();
    }
  });
}

for (const { name, connect } of oauthClients.filter(({ name }) => name.startsWith("TypeScript"))) {
  test(`${name}: Cancel ends in access_denied and no connection`, async () => {
    const person = new Person(app.signIn);
    let callback;
    const authorize = async (url) => (callback = await person.authorize(url, { press: /^cancel/i }));
    await assert.rejects(connect({ url: app.mcp, authorize }));
    const { searchParams } = new URL(callback);
    assert.equal(searchParams.get("error"), "access_denied");
    assert.equal(searchParams.get("iss"), app.url);
    assert.equal(searchParams.has("code"), false);
  });
}
