// 14. What crosses from one request to another, and who may come in: foreign hosts and origins (CVE-2026-25536,
// CVE-2026-42559).
import { Client, PUBLIC, registerWith } from "../lib/client.mjs";
import { send } from "../lib/http.mjs";
import { NotJudged, answered, hold, refused, succeeded } from "../lib/judge.mjs";

const OWN =
  "CVE-2026-25536: each answer belongs to its own request, also when requests of different people run at the same time";
const REBINDING =
  "MCP, transports, security: a foreign Origin is 403, and a local server answers to no foreign Host (DNS rebinding)";
const PASS = "MCP security best practices, token passthrough: only what is meant for the API reaches it";
const AT_ONCE = 64;
const MARKER = "marker-of-a-caller";

const numbers = (count) => Array.from({ length: count }, (_, at) => at);

async function endpoint(cell) {
  const { endpoint, server } = cell;
  const [read, full] = [await server.token("read", cell.surface), await server.token("full", cell.surface)];
  const origins = [
    "https://evil.example",
    "null",
    "http://localhost.evil.example",
    "https://evil.example:443",
    "file://",
    `${server.origin}.evil.example`,
    server.origin.replace("://", "://evil."),
    "chrome-extension://abcdefgh",
  ];
  await cell.each(
    origins,
    (origin) => `Origin ${origin}`,
    REBINDING,
    async (origin) => {
      const answer = refused(await endpoint.greet(read, { headers: { origin } }));
      hold(answer.status === 403, "the answer is not 403", answer);
      hold(answer.header("access-control-allow-origin") === undefined, "the origin may read the answer", answer);
    },
  );
  const hosts = [
    "evil.example",
    `${new URL(server.origin).hostname}.evil.example`,
    "169.254.169.254",
    "evil.example:80",
  ];
  await cell.each(
    hosts,
    (host) => `Host ${host}`,
    REBINDING,
    async (host) => refused(await endpoint.greet(read, { headers: { host } })),
  );

  await cell.check(`${cell.atOnce(AT_ONCE)} requests of two levels at once`, OWN, async () => {
    const lists = {};
    for (const token of [read, full])
      lists[token] = JSON.stringify(succeeded(await endpoint.ask(token, "tools/list")).tools.map(({ name }) => name));
    const answers = await Promise.all(
      numbers(cell.atOnce(AT_ONCE)).map((at) =>
        endpoint.ask([read, full][at % 2], "tools/list", {}, { id: `${MARKER}-${at}` }),
      ),
    );
    for (const [at, answer] of answers.entries()) {
      const names = JSON.stringify(succeeded(answer).tools.map(({ name }) => name));
      hold(answer.json.id === `${MARKER}-${at}`, "the id is another's", answer);
      hold(names === lists[[read, full][at % 2]], "the list is another's", answer);
    }
  });
  await cell.check(`${cell.atOnce(AT_ONCE)} unknown tools at once`, OWN, async () => {
    const answers = await Promise.all(
      numbers(cell.atOnce(AT_ONCE)).map((at) => endpoint.call(read, `${MARKER}-${at}-end`, {}, { id: at })),
    );
    for (const [at, answer] of answers.entries()) {
      hold(answered(answer).json?.id === at, "the id is another's", answer);
      for (const [, other] of answer.text.matchAll(new RegExp(`${MARKER}-(\\d+)-end`, "g")))
        hold(Number(other) === at, "the answer is another's", answer);
    }
  });
  await people(cell);
  await headers(cell, read);
}

/** Two people call the same tool at the same time. */
async function people(cell) {
  const { key, secondKey } = cell.server;
  if (!key || !secondKey || cell.surface === "compact") return;
  await cell.check(`${cell.atOnce(AT_ONCE)} calls of two people at once`, OWN, async () => {
    const { tools } = succeeded(await cell.endpoint.ask(key, "tools/list"));
    const simple = tools.filter(
      ({ annotations, inputSchema }) => annotations?.readOnlyHint && !inputSchema.required?.length,
    );
    const ask = (token, name) => cell.endpoint.call(token, name);
    const told = async (token, name) => JSON.stringify(succeeded(await ask(token, name)).structuredContent ?? null);
    for (const { name } of simple.slice(0, 8)) {
      const own = { [key]: await told(key, name), [secondKey]: await told(secondKey, name) };
      if (own[key] === own[secondKey] || own[key] !== (await told(key, name))) continue;
      const answers = await Promise.all(numbers(cell.atOnce(AT_ONCE)).map((at) => ask([key, secondKey][at % 2], name)));
      for (const [at, answer] of answers.entries()) {
        const content = JSON.stringify(succeeded(answer).structuredContent ?? null);
        hold(content === own[[key, secondKey][at % 2]], "the answer is another person's", answer);
      }
      return;
    }
    throw new NotJudged("no tool answers the two people differently");
  });
}

/** What a caller sends beside the call does not reach the API. */
async function headers(cell, token) {
  const { witness } = cell.server;
  if (!witness) return;
  await cell.check("headers of the caller do not reach the API", PASS, async () => {
    const { tools } = succeeded(
      await cell.server.endpoint("legacy").ask(await cell.server.token("read"), "tools/list"),
    );
    const [{ name }] = tools.filter(
      ({ annotations, inputSchema }) => annotations?.readOnlyHint && !inputSchema.required?.length,
    );
    const sent = {
      cookie: `a=${MARKER}`,
      "x-forwarded-for": "203.0.113.66",
      "x-forwarded-host": "evil.example",
      "x-http-method-override": "DELETE",
      "proxy-authorization": `Basic ${MARKER}`,
      "x-original-url": "/evil",
      "x-custom": MARKER,
      "accept-language": MARKER,
      "x-idempotency-key": MARKER,
    };
    const before = witness.requests().length;
    const compact = cell.surface === "compact";
    const through = compact
      ? succeeded(await cell.endpoint.ask(token, "tools/list")).tools.find(({ name: one }) => /call/.test(one)).name
      : name;
    await cell.endpoint.call(token, through, compact ? { name, arguments: {} } : {}, { headers: sent });
    for (const { head, path } of witness.requests().slice(before)) {
      for (const mark of [MARKER, "203.0.113.66", "evil", "method-override"])
        hold(!head.toLowerCase().includes(mark), `${mark} reaches ${path}`);
    }
  });
}

export default {
  number: 14,
  name: "cross-request, rebinding",
  cells: {
    async metadata(cell) {
      const queries = Object.values(cell.server.queries).filter(Boolean);
      if (queries.length === 0) cell.none("There is one resource, so there is nothing to mix up.");
      await cell.check("documents of different resources at once", OWN, async () => {
        const urls = ["", ...queries].map((query) => cell.server.resourceMetadataUrl.split("?")[0] + query);
        const answers = await Promise.all(numbers(48).map((at) => send(urls[at % urls.length])));
        for (const [at, answer] of answers.entries()) {
          const expected = cell.server.resource + ["", ...queries][at % urls.length];
          hold(answered(answer).json?.resource === expected, "the document is another's", answer);
        }
      });
    },
    async register(cell) {
      await cell.check(`${cell.atOnce(AT_ONCE)} registrations at once`, OWN, async () => {
        const answers = await Promise.all(
          numbers(cell.atOnce(AT_ONCE)).map((at) =>
            registerWith(
              cell.server,
              JSON.stringify({
                ...PUBLIC,
                client_name: `${MARKER} ${at}`,
                redirect_uris: [`https://attack-suite.example/${at}`],
              }),
            ),
          ),
        );
        for (const [at, answer] of answers.entries())
          hold(
            answered(answer).json?.redirect_uris?.[0] === `https://attack-suite.example/${at}`,
            "the answer is another's",
            answer,
          );
        hold(
          new Set(answers.map(({ json }) => json.client_id)).size === cell.atOnce(AT_ONCE),
          "two clients have one id",
        );
      });
    },
    async authorize(cell) {
      const client = await Client.register(cell.server);
      await cell.check(`${cell.atOnce(AT_ONCE)} refused requests at once`, OWN, async () => {
        const answers = await Promise.all(
          numbers(cell.atOnce(AT_ONCE)).map((at) =>
            send(client.authorization({ state: `${MARKER}-${at}`, response_type: "unknown" })),
          ),
        );
        for (const [at, answer] of answers.entries()) {
          const state = answered(answer).target && new URL(answer.target).searchParams.get("state");
          hold(!state || state === `${MARKER}-${at}`, "the state is another's", answer);
        }
      });
    },
    async callback(cell) {
      const isCallback = (at) =>
        at.origin === cell.server.origin && at.searchParams.has("code") && at.searchParams.has("state");
      const browser = await cell.server.browser();
      const clients = await Promise.all(
        ["One", "Two"].map((name) => Client.register(cell.server, { client_name: `${MARKER} ${name}` })),
      );
      const stops = [];
      for (const client of clients)
        stops.push((await browser.open(client.authorization(), { stop: isCallback })).stoppedAt);
      if (!stops[0]) cell.none("People do not sign in elsewhere, so no browser comes back.");
      await cell.check(
        "the callbacks of two tabs, with their codes exchanged",
        "RFC 6749, section 10.12, and OpenID Connect, nonce: a response belongs to one request",
        async () => {
          const mixed = new URL(stops[0]);
          mixed.searchParams.set("code", stops[1].searchParams.get("code"));
          const page = await browser.open(mixed, { stop: (at) => at.searchParams.has("response_type") });
          hold(page.stoppedAt || !page.consent, "the response of another tab is believed", page.answer);
        },
      );
      await cell.check("two tabs both go on", OWN, async () => {
        for (const [at, client] of clients.entries()) {
          const page = await cell.server.consentPage(browser, client.authorization());
          hold(page.words.includes(["One", "Two"][at]), "the page is another's", page.answer);
        }
      });
    },
    async consent(cell) {
      await cell.check("8 people's pages at once", OWN, async () => {
        const pages = await Promise.all(
          numbers(8).map(async (at) => {
            const client = await Client.register(cell.server, { client_name: `Number ${at} of eight` });
            return cell.server.consentPage(await cell.server.browser(), client.authorization());
          }),
        );
        for (const [at, page] of pages.entries()) {
          hold(page.words.includes(`Number ${at} of eight`), "the page is another's", page.answer);
          for (const other of numbers(8))
            if (other !== at)
              hold(!page.words.includes(`Number ${other} of eight`), "another's name is on it", page.answer);
        }
      });
    },
    async token(cell) {
      await cell.check("6 codes redeemed at once", OWN, async () => {
        const approved = [];
        for (const at of numbers(6)) approved.push(await cell.server.approve({ level: ["read", "full"][at % 2] }));
        const answers = await Promise.all(approved.map(({ client, code }) => client.redeem(code)));
        for (const [at, answer] of answers.entries()) {
          hold(answered(answer).json?.access_token, "no token", answer);
          cell.server.tokens.add(answer.json.access_token);
          const writes = /write|\*|full/.test(answer.json.scope ?? "");
          hold(answer.json.scope === undefined || writes === (at % 2 === 1), "the scope is another's", answer);
        }
        hold(new Set(answers.map(({ json }) => json.access_token)).size === 6, "two clients have one token");
      });
    },
    async revoke(cell) {
      await cell.check("one of two tokens is revoked, and the other works", OWN, async () => {
        const [one, two] = [await cell.server.connect(), await cell.server.connect()];
        await one.client.revoke(one.token);
        succeeded(await cell.server.endpoint("legacy").ask(two.token, "tools/list"));
      });
    },
    legacy: endpoint,
    modern: endpoint,
    toolsets: endpoint,
    compact: endpoint,
  },
};
