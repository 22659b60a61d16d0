// What the connector must do in every home. A scenario gets a running home: {url, mcp, key, upstream, output(), sent()}.
import assert from "node:assert/strict";

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

import { READ_ONLY_KEY } from "../tools/demo-keys.mjs";
import { post } from "../tools/message.mjs";
import { checkLength } from "../tools/wire.mjs";
import { balance, operationCount, payload } from "../tools/results.mjs";
import { authorize, connect, redeem } from "./client.mjs";

const RACERS = 16;
const READ_TOOLS = 41;
const LEGACY = { "MCP-Protocol-Version": "2025-11-25" };

/** An unmodified MCP client with this token. */
async function mcpClient(home, mode, token = home.key) {
  const client = new Client({ name: "homes", version: "1.0.0" }, { versionNegotiation: { mode } });
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(home.mcp), { requestInit }));
  return {
    tools: async () => (await client.listTools()).tools,
    call: (name, args) => client.callTool({ name, arguments: args }),
    close: () => client.close(),
  };
}

/** Lists all tools and calls one. */
async function listAndCall(home, mode) {
  const client = await mcpClient(home, mode);
  try {
    assert.equal((await client.tools()).length, operationCount());
    assert.ok((await balance(client)) >= 0);
  } finally {
    await client.close();
  }
}

/** Calls a tool with a raw message: the result. */
async function call(home, name, args, key = home.key) {
  const message = { method: "tools/call", params: { name, arguments: args } };
  const response = await post({ ...home, key }, message, { headers: LEGACY });
  const body = await response.json();
  assert.equal(response.status, 200, JSON.stringify(body));
  return body;
}

/** The error in the result of a tool call that failed. */
function failure({ result }) {
  assert.equal(result?.isError, true, JSON.stringify(result));
  return (result.structuredContent ?? JSON.parse(result.content[0].text)).error;
}

/** Redeems one code many times at once: the tokens that were given out. */
async function race(home) {
  const code = await authorize(home, "read");
  const answers = await Promise.all(Array.from({ length: RACERS }, () => redeem(home, code)));
  const tokens = [];
  for (const { status, answer } of answers) {
    if (status === 200) tokens.push(answer.access_token);
    else assert.deepEqual([status, answer.error], [400, "invalid_grant"], JSON.stringify(answer));
  }
  return tokens;
}

async function json(url) {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  return response.json();
}

/** By name, in the order of the table. */
export const scenarios = {
  "metadata of the resource and of the authorization server": async (home) => {
    const resource = await json(`${home.url}/.well-known/oauth-protected-resource/api/ext/mcp`);
    assert.equal(resource.resource, home.mcp);
    assert.deepEqual(resource.authorization_servers, [home.url]);
    const server = await json(`${home.url}/.well-known/oauth-authorization-server`);
    assert.equal(server.issuer, home.url);
    assert.equal(server.token_endpoint, `${home.url}/token`);
    assert.deepEqual(server.code_challenge_methods_supported, ["S256"]);
  },

  "401 with a challenge": async (home) => {
    const response = await fetch(home.mcp, { method: "POST", body: "{}" });
    await response.text();
    assert.equal(response.status, 401);
    const challenge = response.headers.get("www-authenticate");
    assert.match(challenge, /^Bearer /);
    assert.ok(challenge.includes(`${home.url}/.well-known/oauth-protected-resource/api/ext/mcp`), challenge);
  },

  "tool call in revision 2025-11-25": (home) => listAndCall(home, "legacy"),
  "tool call in revision 2026-07-28": (home) => listAndCall(home, { pin: "2026-07-28" }),

  "read-only: 41 tools, and a write is refused": async (home) => {
    const client = await mcpClient(home, "legacy", READ_ONLY_KEY);
    try {
      const tools = await client.tools();
      assert.equal(tools.length, READ_TOOLS);
      assert.ok(tools.every(({ annotations }) => annotations.readOnlyHint));
      const order = { bundle_type: "account_only", platform: "tiktok", country: "USA" };
      const credits = await balance(client);
      const message = { method: "tools/call", params: { name: "tokportal_create_bundle", arguments: order } };
      const refused = await post({ ...home, key: READ_ONLY_KEY }, message, { headers: LEGACY });
      assert.equal(refused.status, 403);
      assert.equal((await refused.json()).error, "insufficient_scope");
      assert.equal(await balance(client), credits, "nothing was bought");
    } finally {
      await client.close();
    }
  },

  "wrong arguments are refused with their names": async (home) => {
    const error = failure(await call(home, "tokportal_create_bundle", { bundle_type: 7, videos_quantity: "many" }));
    assert.equal(error.code, "INVALID_ARGUMENTS", JSON.stringify(error));
    const fields = error.details.fields.map(({ field }) => field);
    for (const name of ["bundle_type", "videos_quantity"]) assert.ok(fields.includes(name), JSON.stringify(error));
  },

  "an upstream error arrives with diagnostics": async (home) => {
    const fault = { operation: "getCreditBalance", code: "INSUFFICIENT_CREDITS", times: 1 };
    const set = await fetch(`${home.upstream}/emulator/faults`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(fault),
    });
    assert.equal(set.status, 200, await set.text());
    const error = failure(await call(home, "tokportal_get_credit_balance", {}));
    assert.equal(error.code, "INSUFFICIENT_CREDITS", JSON.stringify(error));
    assert.ok(error.request_id, JSON.stringify(error));
    payload((await call(home, "tokportal_get_credit_balance", {})).result);
  },

  "bodies to API and portal state their length": async (home) => {
    const signedIn = await connect(home, "full").then(() => true, () => false);
    assert.equal(signedIn, home.has.memory);
    await call(home, "tokportal_create_bundle", { bundle_type: "account_only", country: "FR", dry_run: true });
    const isOurs = ({ path }) => /^\/(api\/ext|portal\/(oauth\/token|api\/keys))/.test(path);
    const sent = home.sent().filter(isOurs);
    for (const request of sent) checkLength(request);
    const posts = new Set(sent.filter(({ method }) => method === "POST").map(({ path }) => path));
    const ofSignIn = home.has.memory ? ["/portal/api/keys", "/portal/oauth/token"] : [];
    assert.deepEqual([...posts].sort(), ["/api/ext/bundles", ...ofSignIn]);
  },

  "sign-in, consent and token at both levels": async (home) => {
    const count = { full: operationCount(), read: READ_TOOLS };
    for (const level of ["full", "read"]) {
      const client = await mcpClient(home, "legacy", await connect(home, level));
      try {
        assert.equal((await client.tools()).length, count[level]);
        assert.ok((await balance(client)) >= 0);
      } finally {
        await client.close();
      }
    }
  },

  "a code redeemed again is refused, and its key ends": async (home) => {
    const code = await authorize(home, "read");
    const { status, answer } = await redeem(home, code);
    assert.equal(status, 200, JSON.stringify(answer));
    const again = await redeem(home, code);
    assert.deepEqual([again.status, again.answer.error], [400, "invalid_grant"]);
    const message = { method: "tools/call", params: { name: "tokportal_get_credit_balance", arguments: {} } };
    const response = await post({ ...home, key: answer.access_token }, message, { headers: LEGACY });
    assert.equal(response.status, 401, await response.text());
  },

  "racing redemptions never have two winners": async (home) => {
    for (let round = 0; round < 3; round += 1) {
      const tokens = await race(home);
      assert.ok(tokens.length <= 1, `${tokens.length} winners with ${new Set(tokens).size} keys for one code`);
    }
  },

  "racing redemptions have one winner": async (home) => {
    for (let round = 0; round < 3; round += 1) assert.equal((await race(home)).length, 1);
  },

  "a code outlives a restart of the host": async (home) => {
    const code = await authorize(home, "read");
    await home.restart();
    const { status, answer } = await redeem(home, code);
    assert.equal(status, 200, JSON.stringify(answer));
    payload((await call(home, "tokportal_get_credit_balance", {}, answer.access_token)).result);
  },

  "the log says what the home has": async (home) => {
    await authorize(home, "read").catch(() => {});
    // Lines of requests at the same time can be printed on one line (`wasmtime serve`), so they are not parsed.
    const started = /"event":"started"[^}]*"atomics":(true|false)/.exec(home.output());
    assert.ok(started, "no event `started`");
    assert.equal(started[1], `${home.has.atomics}`);
    assert.equal(home.output().includes('"event":"store_forgets"'), !home.has.memory);
  },
};
