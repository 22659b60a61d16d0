// Every client lists the tools and spends credits with nothing but the URL and an API key.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startApp } from "../tools/app.mjs";
import { ACCOUNT_PRICE, balance, bundleIds, operationCount, orderAccount } from "../tools/results.mjs";
import { clients } from "./clients.mjs";
import { inspector } from "./inspector.mjs";

const TOOLS = operationCount();

let app;
let order; // the tool names in the order the first client saw them
before(async () => (app = await startApp()));
after(() => app?.stop());

for (const { name, connect } of clients) {
  test(`${name}: lists ${TOOLS} tools in a stable order and orders an account`, async () => {
    const client = await connect({ url: app.mcp, headers: { Authorization: `Bearer ${app.key}` } });
    try {
      const names = (await client.tools()).map((tool) => tool.name);
      assert.equal(names.length, TOOLS);
      assert.equal(new Set(names).size, TOOLS);
      assert.deepEqual((await client.tools()).map((tool) => tool.name), names, "the same list, asked again");
      order ??= names;
      assert.deepEqual(names, order, "the same list as every other client's");

      const credits = await balance(client);
      const bundle = await orderAccount(client);
      assert.equal(await balance(client), credits - ACCOUNT_PRICE);
      assert.ok((await bundleIds(client)).includes(bundle), `${bundle} is among the person's bundles`);
    } finally {
      await client.close();
    }
  });
}

for (const { name, connect } of clients.filter(({ name }) => !name.includes("auto"))) {
  test(`${name}: the key in X-API-Key is accepted`, async () => {
    const client = await connect({ url: app.mcp, headers: { "X-API-Key": app.key } });
    try {
      assert.ok((await balance(client)) >= 0);
    } finally {
      await client.close();
    }
  });
}

// The Python client reports only "Server returned an error response", so it is left out.
const clear = clients.filter(({ name }) => !name.startsWith("Python"));
for (const { name, connect } of clear) {
  test(`${name}: a key that does not exist is refused with 401`, async () => {
    const headers = { Authorization: `Bearer sk_${"0".repeat(64)}` };
    await assert.rejects(
      async () => {
        const client = await connect({ url: app.mcp, headers });
        try {
          await client.call("tokportal_get_credit_balance", {});
        } finally {
          await client.close();
        }
      },
      (error) => error.code === 401 || error.data?.status === 401 || /\b401\b|"auth_required"/.test(error.message),
    );
  });
}

for (const era of ["legacy", "modern"]) {
  test(`Inspector CLI --strict finds no problem in any tool schema, ${era}`, async () => {
    const headers = { Authorization: `Bearer ${app.key}` };
    const args = ["--method", "tools/list", "--strict"];
    const { status, stderr } = await inspector({ url: app.mcp, headers, era, args });
    const problems = [...stderr.matchAll(/tool "(\w+)"\n  Path: (.+)\n/g)].map(([, tool, path]) => `${tool} ${path}`);
    assert.deepEqual(problems, []);
    assert.equal(stderr, "");
    assert.equal(status, 0);
  });
}
