// 4. Confused deputy (GHSA-c2jp-c369-7pvx): what one client was granted must not reach another.
import { Client } from "../lib/client.mjs";
import { answered, challenged, hold, oauthError, succeeded } from "../lib/judge.mjs";

const RULE =
  "MCP security best practices, confused deputy: consent is asked for each client, also in a browser that has consented for another";
const BOUND = "RFC 6749, section 4.1.3: a code is redeemed only by the client to which it was issued";
const COOKIE =
  "MCP authorization: every request carries its token in the Authorization header; cookies of a browser grant nothing";

/** A browser that has just granted access to one client, and another client. */
async function consented(cell, resource) {
  const first = await cell.server.approve({ level: "full", resource });
  return { ...first, other: await Client.register(cell.server, { client_name: "Another client" }) };
}

/** The other client's request must show the page, and give no code by itself. */
async function shown(cell, { browser, other }, changes, headers) {
  const page = await browser.open(other.authorization(changes), {
    headers,
    stop: (at) => at.href.startsWith(other.redirectUri),
  });
  const code = page.stoppedAt?.searchParams.get("code");
  hold(!code, "the other client gets a code without consent", page.answer);
  return page;
}

async function endpoint(cell) {
  const { browser } = await consented(cell, cell.server.resource + cell.endpoint.query);
  const cookie = browser
    .cookies()
    .map(([, { name, value }]) => `${name}=${value}`)
    .join("; ");
  await cell.check("the cookies of a browser that has consented", COOKIE, async () => {
    challenged(await cell.endpoint.greet(undefined, { headers: { cookie } }));
  });
}

async function narrowed(cell) {
  await endpoint(cell);
  await cell.check("another client asks for the same URL", RULE, async () => {
    const resource = cell.server.resource + cell.endpoint.query;
    await shown(cell, await consented(cell, resource), { resource });
  });
  await cell.check("another client asks for the whole server", RULE, async () => {
    await shown(cell, await consented(cell, cell.server.resource + cell.endpoint.query), {});
  });
}

export default {
  number: 4,
  name: "confused deputy",
  cells: {
    metadata: "The metadata is the same for every client.",
    async register(cell) {
      await cell.check("a client with the name and redirect URI of a consented one", RULE, async () => {
        const { browser } = await consented(cell);
        await shown(cell, { browser, other: await Client.register(cell.server) }, {});
      });
    },
    async authorize(cell) {
      const state = await consented(cell);
      const changes = [
        {},
        { prompt: "none" },
        { prompt: "consent" },
        { approval_prompt: "auto" },
        { decision: "authorize", level: "full", approved: "true" },
        { max_age: "0" },
        { login_hint: "demo@tokportal.example" },
      ];
      await cell.each(
        changes,
        (one) => `another client in the same browser ${JSON.stringify(one)}`,
        RULE,
        async (one) => {
          answered((await shown(cell, state, one)).answer);
        },
      );
      await cell.check("the page names the other client", RULE, async () => {
        const page = await cell.server.consentPage(state.browser, state.other.authorization());
        hold(page.words.includes("Another client"), "the page does not say who asks", page.answer);
      });
    },
    async callback(cell) {
      const { browser } = await consented(cell);
      const callback = cell.server.callbackIn(browser);
      if (!callback) cell.none("People do not sign in elsewhere, so no browser comes back.");
      await cell.check(
        "the callback of a client that was granted access, with client_id of another",
        RULE,
        async () => {
          const other = await Client.register(cell.server, { client_name: "Another client" });
          const page = await browser.open(`${callback}&client_id=${encodeURIComponent(other.id)}`, {
            stop: (at) => at.href.startsWith(other.redirectUri),
          });
          hold(!page.stoppedAt?.searchParams.get("code"), "a code comes back", page.answer);
        },
      );
    },
    async consent(cell) {
      await cell.check("the form with client_id of another client", BOUND, async () => {
        const browser = await cell.server.browser();
        const client = await Client.register(cell.server);
        const other = await Client.register(cell.server, { client_name: "Another client" });
        const page = await cell.server.consentPage(browser, client.authorization());
        const { code } = await cell.server.decide(browser, page, { fields: { client_id: other.id } });
        if (code)
          oauthError(await other.redeem(code, { code_verifier: client.verifier }), ["invalid_grant", "invalid_client"]);
      });
    },
    async token(cell) {
      const { client, code, other } = await consented(cell);
      const registered = (token_endpoint_auth_method) => Client.register(cell.server, { token_endpoint_auth_method });
      const cases = [
        ["another public client", () => other.redeem(code, { code_verifier: client.verifier })],
        [
          "another confidential client",
          async () => {
            const one = await registered("client_secret_post");
            return one.redeem(code, { code_verifier: client.verifier, client_secret: one.registration.client_secret });
          },
        ],
        [
          "the client's id in the form, another's in the header",
          async () => {
            const one = await registered("client_secret_basic");
            const basic = Buffer.from(
              `${encodeURIComponent(one.id)}:${encodeURIComponent(one.registration.client_secret)}`,
            ).toString("base64");
            return client.redeem(code, {}, { authorization: `Basic ${basic}` });
          },
        ],
        ["no client", () => client.redeem(code, { client_id: undefined })],
        ["two clients", () => client.redeem(code, { client_id: [client.id, other.id] })],
        ["a client that does not exist", () => client.redeem(code, { client_id: "unknown" })],
      ];
      await cell.each(
        cases,
        ([name]) => `the code redeemed by ${name}`,
        BOUND,
        async ([, redeem]) => {
          oauthError(await redeem(), ["invalid_grant", "invalid_client", "invalid_request"]);
        },
      );
      await cell.check(
        "a replay by another client does not end the token",
        "RFC 6749, section 4.1.3: a code is bound to its client, so another's request changes nothing",
        async () => {
          const { code, token, client } = await cell.server.connect();
          const other = await Client.register(cell.server);
          oauthError(await other.redeem(code, { code_verifier: client.verifier }));
          succeeded(await cell.server.endpoint("legacy").greet(token));
        },
      );
    },
    revoke: "To know a token is to hold it, and its holder may end it; no other client's token can be named.",
    legacy: endpoint,
    modern: endpoint,
    toolsets: narrowed,
    compact: narrowed,
  },
};
