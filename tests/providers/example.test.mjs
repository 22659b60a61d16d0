// The connector, the certified provider and examples/keys-api together: from the sign-in to a call with a minted key.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startExampleKeysApi } from "../tools/keys-api.mjs";
import { post } from "../tools/message.mjs";
import { startConnector } from "./connector.mjs";
import { startProvider } from "./provider.mjs";
import { authorizationUrl, newPerson, redeem, register } from "./sign-in.mjs";

const SECRET = "s:cret of +% 32 characters or more";
const CALLBACK = "https://app.example/callback";
const REVISION = { "MCP-Protocol-Version": "2025-11-25" };

const running = [];
let connector, example;
before(async () => {
  const client = { client_secret: SECRET, token_endpoint_auth_method: "client_secret_basic" };
  const provider = await startProvider({ client });
  running.push(provider);
  example = await startExampleKeysApi(provider.issuer, { secret: SECRET });
  running.push(example);
  connector = await startConnector(provider, example, { portal_client_secret: SECRET });
  running.push(connector);
  await provider.open(connector.url);
});
after(() => Promise.all(running.reverse().map((one) => one.stop())));

const lifeOf = async (key) => {
  const response = await fetch(`${example.url}/current`, { headers: { "X-API-Key": key } });
  return { status: response.status, ...(await response.json()).data };
};

test("app gets a lasting key of the person and uses it until it is revoked", async () => {
  const client = await register(connector);
  const person = newPerson();
  let page = await person.open(authorizationUrl(connector, client, { state: "s" }), CALLBACK);
  assert.ok(page.form("password"), page.text);
  page = await person.submitSignIn(page, CALLBACK);
  if (!page.form("radio")) page = await person.submit(page, page.formWith(/^continue/i).press(/^continue/i), CALLBACK);
  const decision = page.form("radio").choose(/^read-only/i).press(/^authorize/i);
  const { sentTo } = await person.submit(page, decision, CALLBACK);
  assert.ok(sentTo, page.text);
  const key = await redeem(connector, client, new URL(sentTo).searchParams.get("code"));

  const { status, name, scopes, expires_at } = await lifeOf(key);
  assert.deepEqual([status, name, scopes, expires_at], [200, "Providers (MCP connector)", ["read"], null]);
  const params = { name: "tokportal_get_current_user", arguments: {} };
  const call = () => post({ ...connector, key }, { method: "tools/call", params }, { headers: REVISION });
  const called = await call();
  assert.equal(called.status, 200);
  assert.deepEqual((await called.json()).result.structuredContent, { data: { id: "ada", scopes: ["read"] } });

  const body = new URLSearchParams({ token: key, client_id: client });
  assert.equal((await fetch(`${connector.url}/revoke`, { method: "POST", body })).status, 200);
  assert.equal((await lifeOf(key)).status, 401);
  assert.equal((await call()).status, 401);
  assert.deepEqual(connector.events(), []);
});
