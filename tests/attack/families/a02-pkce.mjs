// 2. PKCE downgrade (CVE-2025-4144).
import { Client, challengeOf } from "../lib/client.mjs";
import { send } from "../lib/http.mjs";
import { hold, oauthError, refusedToApp } from "../lib/judge.mjs";

const REQUIRED = "OAuth 2.1, section 4.1.1, and MCP authorization: every client must send a challenge with S256";
const VERIFIED = "RFC 7636, section 4.6: the code is redeemed only with the verifier of its challenge";
const FORM = "RFC 7636, sections 4.1 and 4.2: 43 to 128 unreserved characters";
const MINE = "the-verifier-of-an-attacker-who-has-seen-the-code-0";

const DOWNGRADES = [
  { code_challenge: undefined, code_challenge_method: undefined },
  { code_challenge: undefined },
  { code_challenge_method: undefined },
  { code_challenge: "" },
  { code_challenge_method: "" },
  { code_challenge_method: "plain" },
  { code_challenge_method: "PLAIN" },
  { code_challenge_method: "none" },
  { code_challenge_method: "s256" },
  { code_challenge_method: "S512" },
  { code_challenge_method: "S256 plain" },
  { code_challenge_method: ["S256", "plain"] },
  { code_challenge_method: ["plain", "S256"] },
  { code_challenge: [challengeOf(MINE), challengeOf("another")] },
  { code_challenge: "c".repeat(42) },
  { code_challenge: "c".repeat(129) },
  { code_challenge: `${"c".repeat(42)}=` },
  { code_challenge: `${"c".repeat(42)}é` },
];

const shown = (changes) =>
  JSON.stringify(changes, (_, value) => (value === undefined ? "left out" : value)).slice(0, 90);

async function downgrades(cell, list, metadata = {}, more = {}) {
  const client = await Client.register(cell.server, metadata);
  await cell.each(
    list,
    (changes) => `${metadata.token_endpoint_auth_method ?? ""} ${shown(changes)}`.trim(),
    `${REQUIRED}; ${FORM}`,
    async (changes) => {
      const answer = await send(client.authorization({ ...more, ...changes }));
      refusedToApp(answer, { redirectUri: client.redirectUri, errors: ["invalid_request"] });
    },
  );
}

async function verifiers(cell, resource, list) {
  const { client, code } = await cell.server.approve({ resource });
  const all = [
    ["left out", undefined],
    ["empty", ""],
    ["of 42 characters", client.verifier.slice(0, 42)],
    ["of 129 characters", "v".repeat(129)],
    ["the challenge, as with plain", challengeOf(client.verifier)],
    ["of another client", MINE],
    ["in capital letters", client.verifier.toUpperCase()],
    ["with a space at the end", `${client.verifier} `],
    ["with NUL at the end", `${client.verifier}\u0000`],
    ["twice", [client.verifier, client.verifier]],
    ["twice, the right one last", [MINE, client.verifier]],
  ];
  await cell.each(
    all.slice(0, list),
    ([name]) => `verifier ${name}`,
    `${VERIFIED}; ${FORM}`,
    async ([, code_verifier]) => {
      oauthError(await client.redeem(code, { code_verifier, resource }), ["invalid_grant", "invalid_request"]);
    },
  );
  await cell.check("code_challenge_method=plain at the token endpoint", VERIFIED, async () => {
    const own = await cell.server.approve({ resource });
    const plain = { code_verifier: challengeOf(own.client.verifier), code_challenge_method: "plain", resource };
    oauthError(await own.client.redeem(own.code, plain), ["invalid_grant", "invalid_request"]);
  });
}

async function narrowed(cell) {
  const resource = cell.server.resource + cell.endpoint.query;
  await downgrades(cell, [DOWNGRADES[0], DOWNGRADES[5]], {}, { resource });
  await verifiers(cell, resource, 5);
}

/** A code that was approved while an attacker added their own challenge is not theirs. */
async function injected(cell, approve) {
  const client = await Client.register(cell.server);
  const { code } = await approve(client, { code_challenge: challengeOf(MINE), code_challenge_method: "S256" });
  if (!code) return;
  oauthError(await client.redeem(code, { code_verifier: MINE }), ["invalid_grant", "invalid_request"]);
}

const ENDPOINT = "A request to the MCP endpoint carries a token, and PKCE protects only the code.";

export default {
  number: 2,
  name: "PKCE downgrade",
  cells: {
    async metadata(cell) {
      const methods = cell.server.metadata.code_challenge_methods_supported;
      await cell.check(
        "S256 is announced",
        "MCP authorization: clients refuse a server without code_challenge_methods_supported",
        () => hold(methods?.includes("S256"), `code_challenge_methods_supported is ${JSON.stringify(methods)}`),
      );
      await cell.check("plain is not announced", REQUIRED, () =>
        hold(!methods?.includes("plain"), "plain is announced"),
      );
    },
    async register(cell) {
      for (const token_endpoint_auth_method of ["client_secret_post", "client_secret_basic"]) {
        await downgrades(cell, DOWNGRADES.slice(0, 6), { token_endpoint_auth_method });
      }
    },
    authorize: (cell) => downgrades(cell, DOWNGRADES),
    async callback(cell) {
      const browser = await cell.server.browser();
      const client = await Client.register(cell.server);
      await cell.server.consentPage(browser, client.authorization());
      const callback = cell.server.callbackIn(browser);
      if (!callback) cell.none("People do not sign in elsewhere, so no browser comes back.");
      await cell.check("a challenge at the callback", VERIFIED, async () => {
        const challenge = { code_challenge: challengeOf(MINE), code_challenge_method: "S256" };
        const page = await browser.open(`${callback}&${new URLSearchParams(challenge)}`);
        const { code } = page.consent ? await cell.server.decide(browser, page) : {};
        if (code) oauthError(await client.redeem(code, { code_verifier: MINE }), ["invalid_grant", "invalid_request"]);
      });
    },
    async consent(cell) {
      await cell.check("a challenge in the form", VERIFIED, () =>
        injected(cell, async (client, challenge) => {
          const browser = await cell.server.browser();
          const page = await cell.server.consentPage(browser, client.authorization());
          return cell.server.decide(browser, page, { fields: challenge });
        }),
      );
      await cell.check("a challenge in the address of the page", VERIFIED, () =>
        injected(cell, async (client, challenge) => {
          const browser = await cell.server.browser();
          const first = await cell.server.consentPage(browser, client.authorization());
          const url = new URL(first.answer.url);
          for (const [name, value] of Object.entries(challenge)) url.searchParams.set(name, value);
          const page = await browser.open(url);
          return page.consent ? cell.server.decide(browser, page) : {};
        }),
      );
    },
    token: (cell) => verifiers(cell, cell.server.resource, 11),
    revoke: "A revocation request has no verifier.",
    legacy: ENDPOINT,
    modern: ENDPOINT,
    toolsets: narrowed,
    compact: narrowed,
  },
};
