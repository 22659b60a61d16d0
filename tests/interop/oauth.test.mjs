// Every client connects with nothing but the URL, once with each level, and calls tools with both connections. When the
// person revokes its key, the client learns it with its next call, and the person can let it in again.
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

/**
 * Connects, calls, and takes the key away. `askedAgain()` says how often the person
 * was asked to sign in since then.
 */
async function connectAndRevoke(connect) {
  const person = new Person(app.signIn);
  let asked = 0;
  const authorize = (url) => {
    asked += 1;
    return person.authorize(url);
  };
  const client = await connect({ url: app.mcp, authorize });
  const before = asked;
  assert.ok((await balance(client)) >= 0);
  assert.equal(asked, before, "the client keeps its token");
  assert.ok((await person.revokeAppKeys(app.url)) >= 1);
  return { client, askedAgain: () => asked - before };
}

// The Inspector keeps no token between its runs, and mcp-use only reports that the connection was closed.
const keepsToken = oauthClients.filter(({ name }) => !name.startsWith("Inspector"));
const signsInAgain = keepsToken.filter(({ name }) => !name.startsWith("mcp-use"));

for (const { name, connect } of signsInAgain) {
  test(`${name}: asks for sign-in again after its key was revoked`, async () => {
    const { client, askedAgain } = await connectAndRevoke(connect);
    try {
      if (client.signInAgain) {
        await assert.rejects(balance(client), { message: "Unauthorized" });
        await client.signInAgain();
      }
      assert.ok((await balance(client)) >= 0);
      assert.equal(askedAgain(), 1);
    } finally {
      await client.close();
    }
  });
}

for (const { name, connect } of keepsToken.filter((client) => !signsInAgain.includes(client))) {
  test(`${name}: a call with a revoked key fails`, async () => {
    const { client, askedAgain } = await connectAndRevoke(connect);
    try {
      await assert.rejects(balance(client));
      assert.equal(askedAgain(), 0);
    } finally {
      await client.close();
    }
  });
}
