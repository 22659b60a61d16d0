// 5. Authorization that continues in another browser (CVE-2026-27124).
import { Browser } from "../lib/browser.mjs";
import { Client, registerWith, PUBLIC } from "../lib/client.mjs";
import { send } from "../lib/http.mjs";
import { challenged, hold } from "../lib/judge.mjs";

const RULE =
  "RFC 9700, section 4.7, and MCP security best practices: a transaction is bound to the browser that began it";
const COOKIE =
  "MCP security best practices: the cookie of a transaction is HttpOnly, SameSite and, under https, Secure with the prefix __Host-";
const NONE = "OAuth endpoints for programs are not bound to a browser, and set no cookie";
const SESSION = "MCP security best practices: a session is no authentication";

/** A transaction at its consent page, in a browser. */
async function begun(cell, resource) {
  const browser = await cell.server.browser();
  const client = await Client.register(cell.server);
  const page = await cell.server.consentPage(
    browser,
    client.authorization({ resource: resource ?? cell.server.resource }),
  );
  return { browser, client, page };
}

/** The browsers in which a transaction of another must not go on. */
const others = [
  ["a browser without cookies", async () => new Browser()],
  ["a browser that is signed in", async (cell) => cell.server.browser()],
  ["a browser with a transaction of its own", async (cell) => (await begun(cell)).browser],
];

async function consent(cell, resource) {
  const { browser, page } = await begun(cell, resource);
  await cell.each(
    others,
    ([name]) => `the form, posted in ${name}`,
    RULE,
    async ([, other]) => {
      const { code, answer } = await cell.server.decide(await other(cell), page);
      hold(!code, "the other browser gets a code", answer);
    },
  );
  await cell.each(
    others,
    ([name]) => `the address of the page, opened in ${name}`,
    RULE,
    async ([, other]) => {
      const url = page.answer.url;
      if (!/[?&].{20}/.test(url)) return;
      const foreign = await (await other(cell)).open(url);
      hold(!foreign.consent || foreign.status >= 400, "the other browser sees the page", foreign.answer);
    },
  );
  await cell.check("and it still works in its own browser", "An honest person must be served", async () => {
    const { code, answer } = await cell.server.decide(browser, page);
    hold(code, "no code", answer);
  });
}

const noCookie = (answer) => hold(answer.headers["set-cookie"] === undefined, "the answer sets a cookie", answer);

async function endpoint(cell) {
  const token = await cell.server.token("read", cell.surface);
  await cell.check(
    "an answer sets no cookie, and its session is no authentication",
    `${NONE}; ${SESSION}`,
    async () => {
      const answer = await cell.endpoint.greet(token);
      noCookie(answer);
      const session = answer.header("mcp-session-id") ?? "00000000-0000-4000-8000-000000000000";
      challenged(await cell.endpoint.greet(undefined, { headers: { "mcp-session-id": session } }));
    },
  );
}

export default {
  number: 5,
  name: "foreign browser",
  cells: {
    async metadata(cell) {
      await cell.each(
        [cell.server.metadataUrl, cell.server.resourceMetadataUrl],
        (url) => new URL(url).pathname,
        NONE,
        async (url) => noCookie(await send(url)),
      );
    },
    async register(cell) {
      await cell.check("a registration", NONE, async () =>
        noCookie(await registerWith(cell.server, JSON.stringify(PUBLIC))),
      );
    },
    async authorize(cell) {
      const browser = new Browser();
      await browser.open((await Client.register(cell.server)).authorization());
      const { hostname, protocol } = new URL(cell.server.origin);
      const set = browser
        .cookies()
        .map(([, cookie]) => cookie)
        .filter(({ host }) => host === hostname);
      await cell.check("the transaction is bound by a cookie", RULE, () => hold(set.length > 0, "no cookie is set"));
      await cell.each(
        set,
        ({ name }) => `cookie ${name.slice(0, 12)}`,
        COOKIE,
        ({ name, line }) => {
          hold(/; *httponly/i.test(line), "a script can read the cookie");
          hold(/; *samesite=(lax|strict)/i.test(line), "the cookie is sent by forms of other sites");
          if (protocol === "https:")
            hold(
              /; *secure/i.test(line) && /^__(Host|Secure)-/.test(name),
              "the cookie can be set or read without TLS",
            );
        },
      );
    },
    async callback(cell) {
      const own = await begun(cell);
      if (!cell.server.callbackIn(own.browser)) cell.none("People do not sign in elsewhere, so no browser comes back.");
      await cell.each(
        others,
        ([name]) => `the callback, opened in ${name}`,
        RULE,
        async ([, other]) => {
          // A browser of the attacker that stops just before its callback.
          const browser = await cell.server.browser();
          const client = await Client.register(cell.server);
          const stopped = await browser.open(client.authorization(), {
            stop: (at) =>
              at.origin === cell.server.origin && at.searchParams.has("code") && at.searchParams.has("state"),
          });
          hold(stopped.stoppedAt, "the portal does not send the browser back", stopped.answer);
          const page = await (await other(cell)).open(stopped.stoppedAt);
          hold(!page.consent, "the other browser sees the consent page", page.answer);
          hold(page.status >= 400, "the callback is not refused", page.answer);
        },
      );
    },
    consent: (cell) => consent(cell),
    async token(cell) {
      await cell.check("a refused token request", NONE, async () =>
        noCookie(await (await Client.register(cell.server)).redeem("unknown")),
      );
    },
    async revoke(cell) {
      await cell.check("a revocation", NONE, async () =>
        noCookie(await (await Client.register(cell.server)).revoke("unknown")),
      );
    },
    legacy: endpoint,
    modern: endpoint,
    async toolsets(cell) {
      await consent(cell, cell.server.resource + cell.endpoint.query);
      await endpoint(cell);
    },
    async compact(cell) {
      await consent(cell, cell.server.resource + cell.endpoint.query);
      await endpoint(cell);
    },
  },
};
