// 6. Remembered consent with a shared client id (GHSA-6x8h-498w-gv8c).
import { Client } from "../lib/client.mjs";
import { send } from "../lib/http.mjs";
import { DENY } from "../lib/browser.mjs";
import { hold, oauthError } from "../lib/judge.mjs";

const RULE =
  "MCP security best practices and RFC 9700, section 4.14: every authorization request of a public client shows the page; consent is not remembered";
const GRANTS = "OAuth 2.1: a token comes from a code that a person approved; no implicit grant, no password grant";
const SHARED = [
  ["https://claude.ai/oauth/claude-code-client-metadata", "http://localhost:53999/callback"],
  ["https://vscode.dev/oauth/client-metadata.json", "http://127.0.0.1:33418/"],
];

/** The same client asks once more in a browser where it was granted access: no code comes by itself. */
async function again(browser, client, changes = {}, options = {}) {
  const page = await browser.open(client.authorization(changes), {
    stop: (at) => at.href.startsWith(client.redirectUri),
    ...options,
  });
  hold(!page.stoppedAt?.searchParams.get("code"), "a code comes without the page", page.answer);
  return page;
}

async function narrowed(cell) {
  const resource = cell.server.resource + cell.endpoint.query;
  const { browser, client } = await cell.server.approve({ resource });
  await cell.each(
    [resource, cell.server.resource],
    (one) => `the same client asks again, for ${new URL(one).search || "the whole server"}`,
    RULE,
    (one) => again(browser, client, { resource: one }),
  );
}

const REQUEST = "A request carries a token; consent is no part of it.";

export default {
  number: 6,
  name: "remembered consent",
  cells: {
    async metadata(cell) {
      await cell.check("no grant without a page is announced", GRANTS, () => {
        const { grant_types_supported: grants = [], response_types_supported: types = [] } = cell.server.metadata;
        hold(!grants.some((grant) => ["implicit", "password"].includes(grant)), `grants: ${grants}`);
        hold(!types.some((type) => /token/.test(type)), `response types: ${types}`);
      });
    },
    async register(cell) {
      await cell.check(
        "a client that registers for the implicit grant gets no token from /authorize",
        GRANTS,
        async () => {
          const client = await Client.register(cell.server, {
            grant_types: ["authorization_code", "implicit"],
            response_types: ["code", "token"],
          });
          for (const response_type of ["token", "code token", "id_token"]) {
            const answer = await send(client.authorization({ response_type }));
            hold(!/[#&?](access_token|code)=/.test(answer.target ?? ""), "a token or code comes", answer);
          }
        },
      );
    },
    async authorize(cell) {
      const { browser, client } = await cell.server.approve();
      const changes = [
        {},
        { prompt: "none" },
        { state: "another" },
        { scope: "read" },
        { id_token_hint: "x" },
        { login_hint: "demo@tokportal.example", prompt: "none" },
        { response_mode: "query", prompt: "none" },
      ];
      await cell.each(
        changes,
        (one) => `the same client again ${JSON.stringify(one)}`,
        RULE,
        (one) => again(browser, client, one),
      );
      const headers = [
        { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
        { referer: "https://evil.example/" },
        { "sec-fetch-dest": "iframe", "sec-fetch-site": "cross-site" },
      ];
      await cell.each(
        headers,
        (one) => `by a navigation from another site ${JSON.stringify(one)}`,
        RULE,
        (one) => again(browser, client, {}, { headers: one }),
      );
      await cell.check("by HEAD", RULE, () => again(browser, client, {}, { method: "HEAD" }));
      await cell.check("after Cancel", RULE, async () => {
        const page = await cell.server.consentPage(browser, client.authorization());
        await cell.server.decide(browser, page, { press: DENY });
        await again(browser, client);
      });
      await cell.each(
        SHARED,
        ([id]) => `the public client id ${id}`,
        RULE,
        async ([client_id, redirectUri]) => {
          const shared = new Client(cell.server, { client_id }, redirectUri);
          const own = await cell.server.browser();
          const known = await own.request(shared.authorization());
          if (known.status >= 400) return; // The server does not know this client, which is its right.
          const page = await cell.server.consentPage(own, shared.authorization());
          const stop = (at) => at.href.startsWith(redirectUri);
          const form = page.consent;
          if (form.has("password")) form.type("password", cell.server.key);
          const [choice] = form.choices;
          if (choice) form.fields[choice.name] = choice.value;
          const sent = await own.submit(form.press(/authori[sz]e|allow|approve|accept/i), { stop });
          const code = sent.stoppedAt?.searchParams.get("code");
          hold(code, "an honest approval gives no code", sent.answer);
          cell.server.approvals.push({ client: shared, code, resource: cell.server.resource });
          await again(own, shared);
        },
      );
    },
    async callback(cell) {
      const { browser, client } = await cell.server.approve();
      const callback = cell.server.callbackIn(browser);
      if (!callback) cell.none("People do not sign in elsewhere, so no browser comes back.");
      await cell.check("the callback of a finished transaction, opened again", RULE, async () => {
        const page = await browser.open(callback, { stop: (at) => at.href.startsWith(client.redirectUri) });
        hold(!page.stoppedAt?.searchParams.get("code"), "a code comes", page.answer);
      });
    },
    async consent(cell) {
      const { browser, client, page } = await cell.server.approve();
      await cell.check("the page of a finished transaction, opened again", RULE, async () => {
        const next = await browser.open(page.answer.url, { stop: (at) => at.href.startsWith(client.redirectUri) });
        hold(!next.stoppedAt?.searchParams.get("code"), "a code comes", next.answer);
      });
    },
    async token(cell) {
      const { client, token } = await cell.server.connect();
      const grants = [
        { grant_type: "refresh_token", refresh_token: token },
        { grant_type: "client_credentials" },
        { grant_type: "password", username: "demo@tokportal.example", password: "demo-password" },
        {
          grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
          subject_token: token,
          subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
        },
        { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: "e30.e30." },
        { grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: "x" },
        { grant_type: "AUTHORIZATION_CODE" },
        { grant_type: undefined },
      ];
      await cell.each(
        grants,
        ({ grant_type }) => `grant_type ${grant_type ?? "left out"}`,
        GRANTS,
        async (grant) => {
          oauthError(await client.redeem(undefined, { code_verifier: undefined, redirect_uri: undefined, ...grant }));
        },
      );
    },
    async revoke(cell) {
      await cell.check("after a revocation the page is shown again", RULE, async () => {
        const { browser, client, token } = await cell.server.connect();
        await client.revoke(token);
        await again(browser, client, { prompt: "none" });
      });
    },
    legacy: REQUEST,
    modern: REQUEST,
    toolsets: narrowed,
    compact: narrowed,
  },
};
