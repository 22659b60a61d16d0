// An adapter that sends null for every argument which its caller left out. Agents of several frameworks do.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startApp } from "../tools/app.mjs";
import { startProxy } from "../tools/proxy.mjs";
import { ACCOUNT_PRICE, balance, operationCount } from "../tools/results.mjs";
import { connectMcpUse } from "./python.mjs";

let app;
let proxy; // shows what the adapter really sends
let client;
let tools;
const sent = [];
before(async () => {
  app = await startApp();
  proxy = await startProxy(app.url, app.key, (body) => sent.push(body));
  client = await connectMcpUse({ url: app.mcp.replace(app.url, proxy.url) });
  tools = await client.tools();
});
after(async () => {
  await client?.close();
  await proxy?.stop();
  await app?.stop();
});

/** Calls a tool; returns what the model reads and the names of the arguments that were null. */
async function call(name, args) {
  const result = await client.call(name, args);
  const [{ text }] = result.content;
  assert.ok(!result.isError, `${name}: ${text}`);
  const { params } = JSON.parse(sent.findLast((body) => body.includes('"tools/call"')));
  assert.equal(params.name, name);
  const nulls = Object.keys(params.arguments).filter((argument) => params.arguments[argument] === null);
  return { text, nulls };
}

// The adapter puts what the connector says about the call on lines of its own.
const data = ({ text }) => JSON.parse(text.split("\n")[0]).data;

/** The arguments that the adapter sends as null if the caller leaves them out; others have a default, which it sends. */
const nullable = ({ inputSchema }) =>
  Object.entries(inputSchema.properties ?? {}).flatMap(([name, schema]) => ("default" in schema ? [] : [name]));

/** The same for a tool's arguments without these. */
const others = (name, given) =>
  nullable(tools.find((tool) => tool.name === name)).filter((argument) => !given.includes(argument));

test("the adapter takes every tool", () => assert.equal(tools.length, operationCount()));

test("a read with null for every argument answers", async () => {
  const optional = tools.filter(({ annotations, inputSchema }) => annotations.readOnlyHint && !inputSchema.required);
  const called = optional.filter((tool) => nullable(tool).length > 0);
  assert.ok(called.length >= 5, `${called.length} tools`);
  for (const tool of called) {
    const { nulls } = await call(tool.name, {});
    assert.deepEqual(nulls.sort(), nullable(tool).sort(), tool.name);
  }
});

test("an order with null beside its arguments is placed", async () => {
  const order = { bundle_type: "account_only", platform: "tiktok", country: "USA", title: "Kept", external_ref: "r-1" };
  const before = await balance(client);

  const preview = await call("tokportal_create_bundle", { ...order, dry_run: true });
  assert.deepEqual(preview.nulls, others("tokportal_create_bundle", [...Object.keys(order), "dry_run"]));
  assert.equal(await balance(client), before, "a dry run spends nothing");

  const placed = await call("tokportal_create_bundle", order);
  assert.deepEqual(placed.nulls, others("tokportal_create_bundle", Object.keys(order)));
  assert.equal(await balance(client), before - ACCOUNT_PRICE);

  // These arguments may be null, which clears them; the caller left them out.
  const id = data(placed).bundle_id;
  const changed = await call("tokportal_update_bundle", { id, auto_finalize_videos: false });
  assert.ok(changed.nulls.includes("title") && changed.nulls.includes("external_ref"), changed.nulls.join());
  const bundle = data(await call("tokportal_get_bundle", { id }));
  assert.equal(bundle.title, "Kept");
  assert.equal(bundle.external_ref, "r-1");
});
