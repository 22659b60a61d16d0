// 8. Replay of a code, and of what leads to one.
import { Client } from "../lib/client.mjs";
import { send } from "../lib/http.mjs";
import { answered, challenged, hold, oauthError, succeeded } from "../lib/judge.mjs";

const ONCE = "OAuth 2.1, section 4.1.3: a code is used once; of requests at the same time, one succeeds";
const REVOKES = "OAuth 2.1, section 4.1.3: a code that is used twice should end the tokens that it gave";
const DECISION = "MCP security best practices: one decision gives one code";
const IDEMPOTENT = "RFC 7009, section 2.2: a token that is not valid any more is no error";
const TOKEN = "MCP authorization: a server accepts only tokens that were issued for it; a code is none";
const AT_ONCE = 64;

const times = (count, action) => Promise.all(Array.from({ length: count }, action));

/** A code is redeemed many times at once: exactly one answer has a token. */
async function race(cell, resource, count) {
  let token;
  await cell.check(`a code redeemed ${count} times at once`, ONCE, async () => {
    const { client, code } = await cell.server.approve({ resource });
    const answers = await times(count, () => client.redeem(code, { resource }));
    const won = answers.filter(({ status }) => status === 200);
    hold(won.length === 1, `${won.length} requests succeed`, won[1] ?? answers[0]);
    for (const answer of answers) if (answer !== won[0]) oauthError(answer, ["invalid_grant"]);
  });
  await cell.check("a code redeemed once more", ONCE, async () => {
    const { client, code } = await cell.server.approve({ resource });
    const first = await client.redeem(code, { resource });
    hold(first.status === 200, "an honest token request fails", first);
    token = first.json.access_token;
    cell.server.tokens.add(token);
    oauthError(await client.redeem(code, { resource }), ["invalid_grant"]);
  });
  return token;
}

/** The token of a code that was replayed. */
async function ended(cell, endpoint) {
  const { client, code, token, resource } = await cell.server.connect({
    resource: cell.server.resource + endpoint.query,
  });
  const [tool] = succeeded(await endpoint.ask(token, "tools/list")).tools.filter(isSimple);
  oauthError(await client.redeem(code, { resource }), ["invalid_grant"]);
  challenged(tool ? await endpoint.call(token, tool.name) : await endpoint.ask(token, "tools/list"));
}

const isSimple = (tool) => tool.annotations?.readOnlyHint && !tool.inputSchema.required?.length;

async function endpoint(cell) {
  await cell.check("a code as a token", TOKEN, async () => {
    const { code } = await cell.server.approve();
    challenged(await cell.endpoint.greet(code));
    challenged(await cell.endpoint.ask(code, "tools/list"));
  });
  await cell.check("the token of a code that was replayed", REVOKES, () => ended(cell, cell.endpoint));
}

async function narrowed(cell) {
  await race(cell, cell.server.resource + cell.endpoint.query, 8);
  await endpoint(cell);
}

export default {
  number: 8,
  name: "code replay",
  cells: {
    metadata: "The metadata takes no code.",
    register: "A registration takes no code.",
    async authorize(cell) {
      await cell.check("one request opened 8 times gives 8 pages and no code", DECISION, async () => {
        const url = (await Client.register(cell.server)).authorization();
        for (const answer of await times(8, () => send(url))) {
          answered(answer);
          hold(
            !/[?&]code=/.test(answer.target ?? "") || !answer.target.startsWith("https://attack-suite"),
            "a code comes",
            answer,
          );
        }
      });
    },
    async callback(cell) {
      const browser = await cell.server.browser();
      const client = await Client.register(cell.server);
      const isCallback = (at) =>
        at.origin === cell.server.origin && at.searchParams.has("code") && at.searchParams.has("state");
      const { stoppedAt } = await browser.open(client.authorization(), { stop: isCallback });
      if (!stoppedAt || !isCallback(stoppedAt)) cell.none("People do not sign in elsewhere, so no browser comes back.");
      await cell.check("the callback opened 8 times at once leads to one code at most", DECISION, async () => {
        const pages = await times(8, () => browser.open(stoppedAt));
        const codes = new Set();
        for (const page of pages.filter((one) => one.consent)) {
          const { code } = await cell.server.decide(browser, page);
          if (code) codes.add(code);
        }
        hold(codes.size <= 1, `${codes.size} codes`, pages[0].answer);
      });
      await cell.each(
        ["0", "made-up-code", "%00", "a".repeat(5000)],
        (code) => `a made-up code of the portal, ${code.length} characters`,
        ONCE,
        async (code) => {
          const own = await cell.server.browser();
          const stopped = await own.open((await Client.register(cell.server)).authorization(), { stop: isCallback });
          const url = new URL(stopped.stoppedAt);
          url.searchParams.set("code", code);
          // To begin the sign-in anew is well: then the portal gives another code.
          const page = await own.open(url, { stop: (at) => at.searchParams.has("response_type") });
          hold(page.stoppedAt || !page.consent, "the code is believed", page.answer);
        },
      );
    },
    consent: "Its form is sent once, which family 7 tries.",
    async token(cell) {
      await race(cell, cell.server.resource, cell.atOnce(AT_ONCE));
      const wrong = ["", "unknown", "%00", "a".repeat(4000), "' OR 1=1 --", "../code"];
      await cell.each(
        wrong,
        (code) => `code ${JSON.stringify(code.slice(0, 20))}`,
        ONCE,
        async (code) =>
          oauthError(await (await Client.register(cell.server)).redeem(code), ["invalid_grant", "invalid_request"]),
      );
      await cell.check("two codes", ONCE, async () => {
        const { client, code } = await cell.server.approve();
        oauthError(await client.redeem([code, code]));
      });
    },
    async revoke(cell) {
      await cell.check("a token revoked 16 times at once, and again", IDEMPOTENT, async () => {
        const { client, token } = await cell.server.connect();
        for (const answer of await times(16, () => client.revoke(token)))
          hold(answered(answer).status === 200, "an error", answer);
        const again = answered(await client.revoke(token));
        hold(again.status === 200, "an error", again);
      });
    },
    legacy: endpoint,
    modern: endpoint,
    toolsets: narrowed,
    compact: narrowed,
  },
};
