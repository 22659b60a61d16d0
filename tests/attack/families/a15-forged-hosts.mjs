// 15. Forged hosts, mix-up, and errors that leak.
import { Client, PUBLIC, registerWith } from "../lib/client.mjs";
import { send } from "../lib/http.mjs";
import { answered, hold, without } from "../lib/judge.mjs";
import { message } from "../lib/mcp.mjs";

const FORGED =
  "RFC 8414, section 3.3, and RFC 9728, section 3.3: issuer and resource come from the configuration, never from a header";
const LEAK =
  "RFC 6749, section 5.2, and OAuth 2.1, section 7.1: an error repeats no secret, and shows nothing of the inside";
const MIX_UP = "RFC 9207, section 2: iss is in every response, and is exactly the issuer";
const SAME = "RFC 8414, section 3.3, and MCP authorization: the metadata of each address is one document";
const EVIL = "evil.example";
const HEADERS = [
  { "x-forwarded-host": EVIL },
  { "x-forwarded-proto": "ftp" },
  { "x-forwarded-for": "203.0.113.66" },
  { forwarded: `host=${EVIL};proto=https;for=203.0.113.66` },
  { "x-forwarded-server": EVIL },
  { "x-host": EVIL },
  { "x-original-url": `https://${EVIL}/` },
  { "x-rewrite-url": "/evil" },
  { "x-forwarded-prefix": "/evil" },
  { "x-forwarded-port": "666" },
  { host: EVIL },
];
const INSIDE = [
  /panicked at/i,
  /\bstack backtrace\b/i,
  /\bat .+\.(?:js|mjs|ts|py|rs):\d+/,
  /Traceback \(most recent/,
  /wasm trap/i,
  /\/root\/|\/home\/[a-z]+\//,
  /SELECT .+ FROM /,
];

/** An answer shows nothing of the inside. */
function clean(answer) {
  answered(answer);
  for (const sign of INSIDE) hold(!sign.test(answer.text), `the answer shows the inside: ${sign}`, answer);
  return answer;
}

/** Sends a request with each header, and finds nothing of it in the answer. */
async function forged(cell, name, request, { host = true } = {}) {
  await cell.each(
    HEADERS.filter((one) => host || !one.host),
    (headers) => `${name} with ${JSON.stringify(headers)}`,
    FORGED,
    async (headers) => {
      without(clean(await request(headers)), EVIL, "203.0.113.66", ":666", "/evil");
    },
  );
}

// A client id is none (RFC 6749, section 2.2): a page may say which client it does not know.
const SECRETS = {
  code: "planted-code-4711",
  code_verifier: "planted-verifier-0123456789012345678901234567890123456789",
  client_secret: "planted-secret-4711",
  refresh_token: "planted-refresh-4711",
  token: "planted-token-4711",
  password: "planted-password-4711",
};

/** Errors to requests with secrets. */
async function leaks(cell, requests) {
  await cell.each(
    requests,
    ([name]) => `the answer to ${name} repeats no secret`,
    LEAK,
    async ([, request]) => {
      without(clean(await request()), ...Object.values(SECRETS));
      const log = cell.server.log?.() ?? "";
      for (const secret of Object.values(SECRETS)) hold(!log.includes(secret), "the log has the secret");
    },
  );
}

async function endpoint(cell) {
  const { endpoint } = cell;
  await forged(cell, "the challenge", (headers) => endpoint.greet(undefined, { headers }));
  const { headers, body } = message(endpoint.era, "tools/list");
  const text = JSON.stringify(body);
  await leaks(cell, [
    ["a token that is not valid", () => endpoint.post(SECRETS.token, text, headers)],
    [
      "a token in the address",
      () => endpoint.post(undefined, text, headers, `?access_token=${SECRETS.token}&api_key=${SECRETS.code}`),
    ],
    ["an API key that is not valid", () => endpoint.post(undefined, text, { ...headers, "x-api-key": SECRETS.token })],
    [
      "basic credentials",
      () => endpoint.post(undefined, text, { ...headers, authorization: `Basic ${SECRETS.password}` }),
    ],
  ]);
  const token = await cell.server.token("read", cell.surface);
  const broken = [
    "{",
    "[]",
    "null",
    '{"jsonrpc":"1.0"}',
    JSON.stringify({ ...body, method: "a".repeat(2000) }),
    JSON.stringify({ ...body, method: "tools/call", params: { name: "a".repeat(2000) } }),
    JSON.stringify({ ...body, params: "x" }),
  ];
  await cell.each(
    broken,
    (one) => `an error shows nothing of the inside: ${one.slice(0, 30)}`,
    LEAK,
    async (one) => {
      clean(await endpoint.post(token, one, headers));
      hold(!endpoint.url.includes(token), "the token is in the address");
    },
  );
}

export default {
  number: 15,
  name: "forged hosts, leaks",
  cells: {
    async metadata(cell) {
      const { resourceMetadataUrl, metadataUrl, metadata, issuer } = cell.server;
      for (const url of [resourceMetadataUrl, metadataUrl]) {
        const { text } = await send(url);
        await forged(cell, new URL(url).pathname, async (headers) => {
          const answer = await send(url, { headers });
          hold(answer.status >= 400 || answer.text === text, "the document changes", answer);
          return answer;
        });
      }
      await cell.check("the issuer is that of the address", SAME, () =>
        hold(metadata.issuer === issuer, `the issuer is ${metadata.issuer}`),
      );
      await cell.check("iss is announced", MIX_UP, () =>
        hold(metadata.authorization_response_iss_parameter_supported === true, "it is not"),
      );
      await cell.check("openid-configuration is the same document or none", SAME, async () => {
        const answer = answered(await send(`${cell.server.origin}/.well-known/openid-configuration`));
        hold(answer.status === 404 || answer.json?.issuer === issuer, "another issuer", answer);
      });
    },
    async register(cell) {
      await forged(cell, "a registration", (headers) => registerWith(cell.server, JSON.stringify(PUBLIC), headers));
      await leaks(cell, [
        [
          "a registration with secrets",
          () =>
            registerWith(
              cell.server,
              JSON.stringify({ redirect_uris: [SECRETS.token], client_secret: SECRETS.client_secret }),
            ),
        ],
      ]);
    },
    async authorize(cell) {
      const client = await Client.register(cell.server);
      await forged(cell, "the first redirect", (headers) => send(client.authorization(), { headers }));
      const refusals = [{ code_challenge: undefined }, { response_type: "token" }, { resource: "https://evil.test/" }];
      await cell.each(
        refusals,
        (changes) => `iss in the error for ${JSON.stringify(changes, (_, value) => value ?? "left out")}`,
        MIX_UP,
        async (changes) => {
          const answer = answered(await send(client.authorization(changes)));
          if (!answer.target?.startsWith(client.redirectUri)) return;
          hold(
            new URL(answer.target).searchParams.get("iss") === cell.server.issuer,
            "iss is missing or another",
            answer,
          );
          hold(
            new URL(answer.target).searchParams.get("state") === client.state,
            "state is missing or another",
            answer,
          );
        },
      );
      await leaks(cell, [
        [
          "an unknown client with secrets",
          () => send(client.authorization({ client_id: "unknown", ...SECRETS })),
        ],
      ]);
    },
    async callback(cell) {
      const browser = await cell.server.browser();
      await cell.server.consentPage(browser, (await Client.register(cell.server)).authorization());
      const callback = cell.server.callbackIn(browser);
      if (!callback) cell.none("People do not sign in elsewhere, so no browser comes back.");
      await forged(cell, "the callback", (headers) => send(callback, { headers }));
      await leaks(cell, [
        [
          "a callback with secrets",
          () =>
            browser.request(`${callback.split("?")[0]}?${new URLSearchParams({ ...SECRETS, state: SECRETS.token })}`),
        ],
      ]);
    },
    async consent(cell) {
      const browser = await cell.server.browser();
      const client = await Client.register(cell.server);
      const page = await cell.server.consentPage(browser, client.authorization());
      await forged(cell, "the page", (headers) => browser.request(page.answer.url, { headers }));
      await cell.check("iss and state in the response", MIX_UP, async () => {
        const { target, answer, code } = await cell.server.decide(browser, page);
        hold(code, "no code", answer);
        cell.server.approvals.push({ client, code, resource: cell.server.resource });
        hold(target.searchParams.get("iss") === cell.server.issuer, "iss is missing or another", answer);
        hold(target.searchParams.get("state") === client.state, "state is missing or another", answer);
        const { key, signIn } = cell.server;
        for (const secret of [key, signIn?.password].filter(Boolean)) {
          hold(!browser.history.some((url) => url.includes(secret)), "a secret is in an address", answer);
          without(answer, secret);
        }
      });
      await leaks(cell, [
        [
          "a form with secrets",
          () =>
            send(page.consent.press(/authori[sz]e|allow|approve/i).action, {
              method: "POST",
              body: new URLSearchParams({ ...SECRETS, request: SECRETS.token, api_key: SECRETS.password }),
            }),
        ],
      ]);
    },
    async token(cell) {
      const client = await Client.register(cell.server);
      await forged(cell, "a refused token request", (headers) => client.redeem("unknown", {}, headers));
      await leaks(cell, [
        ["a code that is not known", () => client.redeem(SECRETS.code, { code_verifier: SECRETS.code_verifier })],
        [
          "a client that is not known",
          () => client.redeem(SECRETS.code, { client_id: "unknown", client_secret: SECRETS.client_secret }),
        ],
        ["a wrong secret", () => client.redeem(SECRETS.code, { client_secret: SECRETS.client_secret })],
        [
          "a wrong grant",
          () => client.redeem(undefined, { grant_type: "refresh_token", refresh_token: SECRETS.refresh_token }),
        ],
        [
          "a password",
          () => client.redeem(undefined, { grant_type: "password", username: "a", password: SECRETS.password }),
        ],
      ]);
    },
    async revoke(cell) {
      const client = await Client.register(cell.server);
      await forged(cell, "a revocation", (headers) => client.revoke("unknown", {}, headers));
      await leaks(cell, [
        ["a revocation", () => client.revoke(SECRETS.token)],
        [
          "a revocation by an unknown client",
          () => client.revoke(SECRETS.token, { client_id: "unknown", client_secret: SECRETS.client_secret }),
        ],
      ]);
    },
    legacy: endpoint,
    modern: endpoint,
    toolsets: endpoint,
    compact: endpoint,
  },
};
