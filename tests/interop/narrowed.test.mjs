// Real clients with nothing but a narrowed or a compact URL: they discover, sign in, list and call.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startApp } from "../tools/app.mjs";
import { Person } from "../tools/person.mjs";
import { ACCOUNT_PRICE, bundleIds, payload } from "../tools/results.mjs";
import { oauthClients } from "./oauth-clients.mjs";

let app;
before(async () => (app = await startApp()));
after(() => app?.stop());

/** The SDKs: TypeScript 1.x and 2.x, and Python 1.x and 2.x, in the eras they speak. The other clients use one of them. */
const sdks = oauthClients.filter(({ name }) => /^(TypeScript SDK|Python mcp)/.test(name));

/** Connects a client to the URL with this query; the person chooses this level. */
async function connectTo(connect, query, level) {
  const person = new Person(app.signIn);
  let asked;
  const authorize = (url) => {
    asked = new URL(url).searchParams.get("resource");
    return person.authorize(url, { level });
  };
  const client = await connect({ url: app.mcp + query, authorize });
  return { client, resource: asked };
}

const names = async (client) => (await client.tools()).map((tool) => tool.name);

for (const { name, connect } of sdks) {
  test(`${name}: a narrowed URL is the resource, and lists its toolsets only`, async () => {
    const query = "?toolsets=bundles,analytics";
    const { client, resource } = await connectTo(connect, query, "full");
    try {
      assert.equal(resource, app.mcp + query, "the resource is the URL as typed");
      const listed = await names(client);
      assert.equal(listed.length, 27);
      assert.ok(listed.includes("tokportal_create_bundle") && !listed.includes("tokportal_get_credit_balance"));
      assert.ok(Array.isArray(await bundleIds(client)));
      await assert.rejects(client.call("tokportal_get_credit_balance", {}), /narrowed|-32602/);
    } finally {
      await client.close();
    }
  });

  test(`${name}: a read-only URL lists and calls only tools that read`, async () => {
    const { client, resource } = await connectTo(connect, "?readonly=1", "read");
    try {
      assert.equal(resource, `${app.mcp}?readonly=1`);
      const tools = await client.tools();
      assert.ok(tools.length > 0 && tools.every((tool) => tool.annotations.readOnlyHint));
      const refused = await client.call("tokportal_create_bundle", { bundle_type: "account_only" });
      assert.equal(refused.isError, true, "a result that the model reads, not another sign-in");
      assert.equal(JSON.parse(refused.content[0].text).error.code, "READ_ONLY_ADDRESS");
    } finally {
      await client.close();
    }
  });

  test(`${name}: a compact URL finds, describes and calls every tool`, async () => {
    const { client } = await connectTo(connect, "?mode=compact", "full");
    const order = { bundle_type: "account_only", platform: "tiktok", country: "USA" };
    const ask = async (tool, args) => payload(await client.call(tool, args));
    const credits = async () =>
      (await ask("tokportal_call_read_tool", { name: "tokportal_get_credit_balance" })).data.total_credits;
    try {
      assert.deepEqual(await names(client), [
        "tokportal_find_tools",
        "tokportal_describe_tool",
        "tokportal_call_read_tool",
        "tokportal_call_write_tool",
      ]);
      const { tools } = await ask("tokportal_find_tools", { query: "order a new account" });
      assert.ok(tools.some((tool) => tool.name === "tokportal_create_bundle" && tool.spends_credits));
      const described = await ask("tokportal_describe_tool", { name: "tokportal_create_bundle" });
      assert.deepEqual(described.inputSchema.required, ["bundle_type"]);
      assert.equal(described.call_with, "tokportal_call_write_tool");

      const before = await credits();
      await ask(described.call_with, { name: described.name, arguments: order });
      assert.equal(await credits(), before - ACCOUNT_PRICE);
      const wrong = await client.call("tokportal_call_read_tool", { name: described.name, arguments: order });
      assert.equal(wrong.isError, true);
      assert.equal(await credits(), before - ACCOUNT_PRICE);
    } finally {
      await client.close();
    }
  });

  test(`${name}: an unusable URL fails before sign-in`, async () => {
    let asked = false;
    const authorize = async () => {
      asked = true;
      throw new Error("the client started a sign-in");
    };
    await assert.rejects(connect({ url: `${app.mcp}?toolsets=bundels`, authorize }));
    assert.equal(asked, false);
  });
}
