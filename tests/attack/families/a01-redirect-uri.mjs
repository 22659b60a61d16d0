// 1. Variants of a redirect URI (CVE-2025-4143, GHSA-wx5f-576r-gpcx).
import { Client, REDIRECT_URI, registerWith } from "../lib/client.mjs";
import { send } from "../lib/http.mjs";
import { answered, hold, oauthError, refusedOnPage } from "../lib/judge.mjs";

const EXACT =
  "OAuth 2.1, section 2.3.1: redirect URIs are compared as text, and only the port of a loopback address may differ";
const STAYS = "RFC 6749, section 4.1.2.4: a browser is never sent to a redirect URI that is not registered";
const REGISTERED =
  "MCP authorization: redirect URIs are https or loopback; RFC 6749, section 3.1.2: absolute, without a fragment";
const BOUND = "RFC 6749, section 4.1.3: redirect_uri of the token request is that of the authorization request";
const OPEN = "OAuth 2.1, section 7.12: an endpoint is no open redirector";

const { host } = new URL(REDIRECT_URI);
const VARIANTS = [
  `${REDIRECT_URI}/`,
  REDIRECT_URI.slice(0, -1),
  `${REDIRECT_URI}x`,
  REDIRECT_URI.replace("callback", "Callback"),
  REDIRECT_URI.replace(host, host.toUpperCase()),
  REDIRECT_URI.replace("https", "HTTPS"),
  REDIRECT_URI.replace(host, `${host}:443`),
  REDIRECT_URI.replace(host, `${host}:8443`),
  REDIRECT_URI.replace(host, `${host}.`),
  REDIRECT_URI.replace(host, `user@${host}`),
  REDIRECT_URI.replace(host, `${host}@evil.example`),
  REDIRECT_URI.replace(host, `${host}.evil.example`),
  REDIRECT_URI.replace(host, `evil.${host}`),
  REDIRECT_URI.replace(host, `evil.example\\@${host}`),
  REDIRECT_URI.replace("https:", "http:"),
  REDIRECT_URI.replace("https:", ""),
  `${REDIRECT_URI}#`,
  `${REDIRECT_URI}#fragment`,
  `${REDIRECT_URI}?`,
  `${REDIRECT_URI}?next=https://evil.example`,
  `${REDIRECT_URI}/../steal`,
  `${REDIRECT_URI}/%2e%2e/steal`,
  REDIRECT_URI.replace("callback", "%63allback"),
  REDIRECT_URI.replace("/callback", "//callback"),
  ` ${REDIRECT_URI}`,
  `${REDIRECT_URI} `,
  `${REDIRECT_URI}\n`,
  `${REDIRECT_URI}\u0000`,
  `${REDIRECT_URI}%00`,
  REDIRECT_URI.replaceAll("/", "\\"),
  "https://evil.example/callback",
  "http://127.0.0.1:5000/callback",
  "*",
];

const UNREGISTRABLE = [
  `${REDIRECT_URI}#fragment`,
  "http://evil.example/callback",
  "http://localhost.evil.example/callback",
  "http://127.0.0.1.evil.example/callback",
  "http://127.0.0.1@evil.example/callback",
  "//evil.example/callback",
  "/callback",
  "callback",
  "",
  "https://",
  "https:///callback",
  "https://*.example/callback",
  "https://*/callback",
  "https://evil.example;script-src/callback",
  "https://evil.example,good.example/callback",
  "https://evil example/callback",
  "https://evil.example\\@good.example/callback",
  "https://evil.example/callback\r\nSet-Cookie: a=b",
];

/** Every variant must end on a page. */
async function variants(cell, list, changes = {}) {
  const client = await Client.register(cell.server);
  await cell.each(
    list,
    (uri) => `redirect_uri ${JSON.stringify(uri)}`,
    `${EXACT}; ${STAYS}`,
    async (uri) => {
      refusedOnPage(await send(client.authorization({ ...changes, redirect_uri: uri })));
    },
  );
}

async function redeemed(cell, list, resource = cell.server.resource) {
  const { client, code } = await cell.server.approve({ resource });
  await cell.each(
    list,
    (uri) => `a code redeemed with redirect_uri ${JSON.stringify(uri)}`,
    BOUND,
    async (uri) => {
      oauthError(await client.redeem(code, { redirect_uri: uri, resource }), ["invalid_grant", "invalid_request"]);
    },
  );
}

async function narrowed(cell) {
  const resource = cell.server.resource + cell.endpoint.query;
  await variants(cell, [VARIANTS[0], VARIANTS[3], "https://evil.example/callback"], { resource });
  await redeemed(cell, [VARIANTS[0], "https://evil.example/callback"], resource);
  await endpoint(cell);
}

async function endpoint(cell) {
  const { url } = cell.endpoint;
  const { pathname, search } = new URL(url);
  const targets = [
    `${pathname}//evil.example/%2e%2e`,
    `//evil.example${pathname}`,
    `${pathname}${search ? `${search}&` : "?"}redirect_uri=https://evil.example&next=https://evil.example`,
  ];
  await cell.each(
    targets,
    (target) => `GET and POST ${target}`,
    OPEN,
    async (target) => {
      for (const method of ["GET", "POST"]) {
        const answer = answered(await send(url, { method, target }));
        hold(!answer.target?.includes("evil.example"), "the request is redirected", answer);
      }
    },
  );
}

export default {
  number: 1,
  name: "redirect URI variants",
  cells: {
    metadata: "The metadata names endpoints of the server, and no redirect URI.",
    async register(cell) {
      for (const beside of [false, true]) {
        const name = (uri) => `${JSON.stringify(uri)}${beside ? " beside a good one" : ""}`;
        await cell.each(UNREGISTRABLE, name, REGISTERED, async (uri) => {
          const redirect_uris = beside ? [uri, REDIRECT_URI] : [uri];
          const answer = answered(
            await registerWith(cell.server, JSON.stringify({ redirect_uris, token_endpoint_auth_method: "none" })),
          );
          hold(
            !(answer.status === 201 && answer.json.redirect_uris?.includes(uri)),
            "the redirect URI is registered",
            answer,
          );
        });
      }
    },
    async authorize(cell) {
      await variants(cell, VARIANTS);
      const client = await Client.register(cell.server);
      await cell.check("two redirect URIs", STAYS, async () => {
        refusedOnPage(await send(client.authorization({ redirect_uri: [REDIRECT_URI, "https://evil.example/"] })));
        refusedOnPage(await send(client.authorization({ redirect_uri: ["https://evil.example/", REDIRECT_URI] })));
      });
      await cell.check("the redirect URI of another client", STAYS, async () => {
        const other = await Client.register(cell.server, { redirect_uris: ["https://other.example/callback"] });
        refusedOnPage(await send(client.authorization({ redirect_uri: other.redirectUri })));
      });
      const native = await Client.register(cell.server, { redirect_uris: ["http://127.0.0.1:1234/callback"] });
      await cell.check("loopback with another port is the same", "RFC 8252, section 7.3", async () => {
        const answer = answered(await send(native.authorization({ redirect_uri: "http://127.0.0.1:4321/callback" })));
        hold(answer.status < 400, "another port is refused", answer);
      });
      const loopback = [
        "http://127.0.0.1:1234/other",
        "https://127.0.0.1:1234/callback",
        "http://127.0.0.2:1234/callback",
        "http://127.0.0.1.evil.example:1234/callback",
        "http://127.0.0.1:1234@evil.example/callback",
        "http://[::1]:1234/callback/",
        "http://0.0.0.0:1234/callback",
      ];
      await cell.each(
        loopback,
        (uri) => `loopback ${uri}`,
        `${EXACT}; ${STAYS}`,
        async (uri) => {
          refusedOnPage(await send(native.authorization({ redirect_uri: uri })));
        },
      );
    },
    async callback(cell) {
      const browser = await cell.server.browser();
      const client = await Client.register(cell.server);
      await cell.server.consentPage(browser, client.authorization());
      const callback = cell.server.callbackIn(browser);
      if (!callback) cell.none("People do not sign in elsewhere, so no browser comes back.");
      await cell.check("redirect_uri at the callback", STAYS, async () => {
        const page = await browser.open(`${callback}&redirect_uri=https://evil.example/`, {
          stop: (at) => at.host === "evil.example",
        });
        hold(page.stoppedAt?.host !== "evil.example", "the browser is sent there", page.answer);
      });
    },
    async consent(cell) {
      const evil = "https://evil.example/callback";
      await cell.each(
        ["redirect_uri", "redirect_url", "callback", "next"],
        (name) => `the form with ${name}`,
        STAYS,
        async (name) => {
          const browser = await cell.server.browser();
          const page = await cell.server.consentPage(browser, (await Client.register(cell.server)).authorization());
          const { target, answer } = await cell.server.decide(browser, page, { fields: { [name]: evil } });
          hold(target?.host !== "evil.example", "the code goes to another site", answer);
        },
      );
      await cell.check(
        "the page shows where the code goes",
        "MCP security best practices: the consent page shows the redirect URI",
        async () => {
          const page = await cell.server.consentPage(
            await cell.server.browser(),
            (await Client.register(cell.server)).authorization(),
          );
          hold(page.words.includes(host), "the page does not show the site of the redirect URI", page.answer);
        },
      );
    },
    token: (cell) => redeemed(cell, VARIANTS),
    revoke: "A revocation request has no redirect URI.",
    legacy: endpoint,
    modern: endpoint,
    toolsets: narrowed,
    compact: narrowed,
  },
};
