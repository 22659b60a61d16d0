// What every address of the MCP endpoint does with tokens that are not valid, or not where they belong.
import { raw, send } from "../../lib/http.mjs";
import { NotJudged, answered, challenged, hold, succeeded } from "../../lib/judge.mjs";
import { message } from "../../lib/mcp.mjs";

const VALID =
  "MCP authorization: a server validates every token, for every method, and answers 401 with a challenge (RFC 9728, section 5.1)";
export const PLACE =
  "MCP authorization and OAuth 2.1, section 5.1.1: a token is sent in the Authorization header alone, never in an address";
const ONE = "RFC 6750, section 2: one credential in a request";

/** A part of a JWT. */
export const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Tokens that look like tokens. */
function forgeries(server, token) {
  const claims = { iss: server.issuer, aud: server.resource, sub: "admin", scope: "read write", exp: 4102444800 };
  const middle = token.length >> 1;
  return {
    empty: "",
    "a word": "token",
    "a prefix of a key": "sk_",
    "a key that was made up": `sk_${"0123456789abcdef".repeat(4)}`,
    "a key with a wrong letter": `sk_${"g".repeat(64)}`,
    "a token cut short": token.slice(0, -1),
    "a token with another character":
      token.slice(0, middle) + (token[middle] === "0" ? "1" : "0") + token.slice(middle + 1),
    "a token with more characters": `${token}0`,
    "a token in capital letters": token.toUpperCase(),
    "a JWT without a signature": `${encoded({ alg: "none", typ: "JWT" })}.${encoded(claims)}.`,
    "a JWT signed with nothing": `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded(claims)}.AAAA`,
    "NUL in the middle": `${token.slice(0, middle)}%00${token.slice(middle)}`,
    "32 KB": "a".repeat(32_000),
  };
}

const isSimple = ({ annotations, inputSchema }) => annotations?.readOnlyHint && !inputSchema.required?.length;

/** The parameters of a call that reads and needs no arguments; undefined if the address has no such tool. */
async function simpleCall({ server, surface, endpoint }, token) {
  const list = async (at, own) => succeeded(await at.ask(own, "tools/list")).tools;
  const own = await list(endpoint, token);
  if (surface !== "compact") {
    const tool = own.find(isSimple);
    return tool && { name: tool.name, arguments: {} };
  }
  const tool = (await list(server.endpoint("legacy"), await server.token("read"))).find(isSimple);
  const through = own.find(({ name }) => /call/.test(name));
  return tool && through && { name: through.name, arguments: { name: tool.name, arguments: {} } };
}

/** Tries every kind of token at an address. */
export async function endpoint(cell) {
  const { endpoint, server } = cell;
  const token = server.canSignIn ? await server.token("read", cell.surface) : "0123456789abcdef";
  await cell.check("no token", VALID, async () => challenged(await endpoint.greet(undefined)));
  await cell.each(
    Object.entries(forgeries(server, token)),
    ([name]) => name,
    VALID,
    async ([name, forged]) => {
      const answer = await endpoint.greet(forged);
      if (name === "32 KB" && answer.status === 431) return;
      challenged(answer);
    },
  );
  const made = `sk_${"fedcba9876543210".repeat(4)}`;
  await cell.each(
    ["tools/list", "tools/call", "resources/list", "prompts/list", "unknown/method"],
    (method) => `${method} with a key that was made up`,
    VALID,
    async (method) => {
      const params = method === "tools/call" ? { name: "unknown", arguments: {} } : {};
      challenged(await endpoint.ask(made, method, params));
    },
  );
  await cell.check("a tool called with a made-up key", VALID, async () => {
    const call = server.canSignIn && (await simpleCall(cell, token));
    if (!call) throw new NotJudged("no tool can be called without arguments");
    challenged(await endpoint.ask(made, "tools/call", call));
  });
  await cell.each(
    ["GET", "DELETE", "PUT"],
    (method) => `${method} without a token`,
    VALID,
    async (method) => {
      const answer = answered(await send(endpoint.url, { method, headers: { accept: "text/event-stream" } }));
      hold(answer.status >= 400, "the method is served", answer);
    },
  );
  const body = new URLSearchParams({ access_token: token });
  const { headers, body: greeting } = message(endpoint.era, "tools/list");
  await cell.each(
    ["access_token", "token", "api_key", "key", "X-API-Key", "Authorization"],
    (name) => `the token as ${name} in the address`,
    PLACE,
    async (name) => {
      challenged(
        await endpoint.post(undefined, JSON.stringify(greeting), headers, `?${name}=${encodeURIComponent(token)}`),
      );
    },
  );
  await cell.check("the token in the body", PLACE, async () => {
    const answer = answered(
      await endpoint.post(undefined, `${body}`, { ...headers, "content-type": "application/x-www-form-urlencoded" }),
    );
    hold(answer.status >= 400, "the token is believed", answer);
  });
  await cell.check("the token in a cookie", PLACE, async () =>
    challenged(
      await endpoint.post(undefined, JSON.stringify(greeting), {
        ...headers,
        cookie: `access_token=${token}; token=${token}`,
      }),
    ),
  );
  const schemes = [
    `Basic ${Buffer.from(`${token}:`).toString("base64")}`,
    `Digest ${token}`,
    token,
    "Bearer",
    `Bearer ${token} ${made}`,
    `Bearer ${token}, Bearer ${made}`,
    `Bearer "${token}"`,
    `Bearer=${token}`,
  ];
  await cell.each(
    schemes,
    (value) => `Authorization ${value.split(token).join("token").split(made).join("made-up")}`.slice(0, 60),
    ONE,
    async (authorization) => {
      challenged(await endpoint.post(undefined, JSON.stringify(greeting), { ...headers, authorization }));
    },
  );
  await cell.check("two Authorization headers", ONE, async () => {
    const { origin, pathname, search, host } = new URL(endpoint.url);
    const json = JSON.stringify(greeting);
    const head = [
      `POST ${pathname}${search} HTTP/1.1`,
      `Host: ${host}`,
      `Authorization: Bearer ${token}`,
      `Authorization: Bearer ${made}`,
      "Content-Type: application/json",
      `Content-Length: ${json.length}`,
      "Connection: close",
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    const answer = answered(await raw(origin, head, json));
    hold(answer.status >= 400, "one of two tokens is believed", answer);
  });
  await cell.check(
    "a token that was revoked",
    "RFC 7009, section 2: a revoked token is not valid any more",
    async () => {
      const own = await server.connect({ resource: server.resource + endpoint.query });
      await own.client.revoke(own.token);
      challenged(await endpoint.ask(own.token, "tools/list"));
      for (const surface of ["legacy", "modern", "toolsets", "compact"]) {
        const answer = await server.endpoint(surface)?.greet(own.token);
        if (answer) challenged(answer);
      }
    },
  );
}
