// 7. Clickjacking and forged forms.
import { Client, PUBLIC, registerWith, tampered } from "../lib/client.mjs";
import { send } from "../lib/http.mjs";
import { answered, hold, limited, refused } from "../lib/judge.mjs";
import { message } from "../lib/mcp.mjs";

const FRAME = "RFC 9700, section 4.16: frame-ancestors 'none' as a header, and X-Frame-Options for old browsers";
const HEADERS =
  "OAuth 2.1, sections 7.11 and 7.13: Referrer-Policy no-referrer, Cache-Control no-store, no CORS on pages";
const CSRF = "RFC 9700, section 4.7, and MCP security best practices: a form of another site decides nothing";
const ONCE = "MCP security best practices: the handle of a form is used once";
const SIMPLE = "Fetch, CORS-safelisted requests: a page of another site can send these without asking";
const CORS = "MCP, transports, security: a foreign Origin is refused; CORS never allows credentials";
const EVIL = "https://evil.example";

function framed(answer) {
  const policy = answer.header("content-security-policy") ?? "";
  hold(/frame-ancestors\s+'none'/.test(policy), "the page has no frame-ancestors 'none'", answer);
  hold(/^(deny|sameorigin)$/i.test(answer.header("x-frame-options") ?? ""), "the page has no X-Frame-Options", answer);
  hold(
    !/script-src[^;]*'unsafe-inline'/.test(policy) && !/default-src[^;]*('unsafe-inline'|\*)/.test(policy),
    "the page may run any script",
    answer,
  );
}

function page(answer) {
  limited(answer);
  framed(answer);
  hold(
    /no-referrer|same-origin/.test(answer.header("referrer-policy") ?? ""),
    "the address of the page leaks by the Referer",
    answer,
  );
  hold(/no-store/.test(answer.header("cache-control") ?? ""), "the page may be stored", answer);
  hold(/nosniff/i.test(answer.header("x-content-type-options") ?? ""), "the type of the page may be guessed", answer);
  noCors(answer);
}

function noCors(answer) {
  hold(!answer.header("access-control-allow-origin"), "another site may read the page", answer);
}

function noCredentials(answer) {
  hold(answer.header("access-control-allow-credentials") !== "true", "another site may send credentials", answer);
}

const begun = async (cell, resource) => {
  const browser = await cell.server.browser();
  const client = await Client.register(cell.server);
  return {
    browser,
    client,
    page: await cell.server.consentPage(browser, client.authorization({ resource: resource ?? cell.server.resource })),
  };
};

/** Requests to an endpoint for programs that a page of another site can make by itself. */
async function program(cell, name, url, { json = true } = {}) {
  await cell.each(
    ["GET", "HEAD", "PUT", "DELETE", "PATCH"],
    (method) => `${method} ${name}`,
    "RFC 6749, section 3.2: only POST",
    async (method) => {
      const answer = answered(await send(url, { method, headers: { origin: EVIL } }));
      hold(answer.status >= 400, "the method is served", answer);
      noCredentials(answer);
    },
  );
  if (!json) return;
  await cell.check(`${name} answers are not guessed to be pages`, HEADERS, async () => {
    const answer = answered(await send(url, { method: "POST", body: new URLSearchParams({ x: "<script>" }) }));
    hold(/^application\/json/.test(answer.header("content-type") ?? ""), "the answer is not JSON", answer);
    hold(/nosniff/i.test(answer.header("x-content-type-options") ?? ""), "the type may be guessed", answer);
    noCredentials(answer);
  });
}

async function endpoint(cell) {
  const token = await cell.server.token("read", cell.surface);
  const types = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain; application/json",
  ];
  await cell.each(
    types,
    (type) => `a body as ${type}`,
    SIMPLE,
    async (type) => {
      const { headers, body } = message(cell.endpoint.era, "tools/list");
      refused(await cell.endpoint.post(token, JSON.stringify(body), { ...headers, "content-type": type }));
    },
  );
  await cell.check("preflight from another site", CORS, async () => {
    const headers = {
      origin: EVIL,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization",
    };
    const answer = answered(await send(cell.endpoint.url, { method: "OPTIONS", headers }));
    hold(![EVIL, "*"].includes(answer.header("access-control-allow-origin")), "another site may send requests", answer);
    noCredentials(answer);
  });
}

async function form(cell, resource) {
  const { browser, client, page: consent } = await begun(cell, resource);
  const forged = [
    { origin: EVIL, "sec-fetch-site": "cross-site" },
    { origin: EVIL, "sec-fetch-site": undefined },
    { origin: "http://localhost:1", "sec-fetch-site": undefined },
    { origin: cell.server.origin.replace("://", "://sub."), "sec-fetch-site": "same-site" },
    { origin: `${cell.server.origin}.evil.example`, "sec-fetch-site": undefined },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  await cell.each(
    forged,
    (headers) => `the form with ${JSON.stringify(headers)}`,
    CSRF,
    async (headers) => {
      const defined = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
      if (headers["sec-fetch-site"] === undefined) defined["sec-fetch-site"] = "";
      const { code, answer } = await cell.server.decide(browser, consent, { headers: defined });
      hold(!code, "the form of another site is believed", answer);
    },
  );
  const { action, fields } = consent.consent.press(/authori[sz]e|allow|approve|accept/i);
  await cell.each(
    ["GET", "HEAD", "PUT", "DELETE"],
    (method) => `${method} with the fields of the form`,
    CSRF,
    async (method) => {
      const url = new URL(action);
      for (const [name, value] of Object.entries(fields))
        if (!/key|password/.test(name)) url.searchParams.set(name, value);
      const next = await browser.open(url, { method, stop: (at) => at.href.startsWith(client.redirectUri) });
      hold(!next.stoppedAt?.searchParams.get("code"), `${method} decides`, next.answer);
    },
  );
  await cell.check("the form as text/plain", SIMPLE, async () => {
    const body = `${new URLSearchParams(fields)}`;
    const next = await browser.open(action, {
      method: "POST",
      body,
      headers: { "content-type": "text/plain", origin: cell.server.origin },
      stop: (at) => at.href.startsWith(client.redirectUri),
    });
    hold(!next.stoppedAt?.searchParams.get("code"), "text decides", next.answer);
  });
  for (const [name, value] of Object.entries(fields).filter(([, value]) => value.length >= 16 && !/^sk_/.test(value))) {
    const forged = [
      undefined,
      "",
      value.slice(0, -1),
      `${value}A`,
      tampered(value),
      value.split("").reverse().join(""),
    ];
    await cell.each(
      forged,
      (one) => `${name} ${one === undefined ? "left out" : `of ${one.length} characters, tampered`}`,
      ONCE,
      async (one) => {
        const { code, answer } = await cell.server.decide(browser, consent, { fields: { [name]: one } });
        hold(!code, "a tampered handle is believed", answer);
      },
    );
  }
  await cell.check("the honest form works, and a second time not", ONCE, async () => {
    const first = await cell.server.decide(browser, consent);
    hold(first.code, "no code", first.answer);
    const second = await cell.server.decide(browser, consent);
    hold(!second.code || second.code === first.code, "a second code", second.answer);
    cell.server.approvals.push({ client, code: first.code, resource: resource ?? cell.server.resource });
  });
}

export default {
  number: 7,
  name: "clickjacking, forged forms",
  cells: {
    async metadata(cell) {
      await cell.each(
        [cell.server.metadataUrl, cell.server.resourceMetadataUrl],
        (url) => new URL(url).pathname,
        HEADERS,
        async (url) => {
          const answer = answered(await send(url, { headers: { origin: EVIL } }));
          noCredentials(answer);
          hold(/nosniff/i.test(answer.header("x-content-type-options") ?? ""), "the type may be guessed", answer);
        },
      );
    },
    async register(cell) {
      await program(cell, "register", cell.server.endpoints.register);
      await cell.check("a registration answer is not stored", "RFC 7591, section 3.2.1", async () => {
        const answer = answered(await registerWith(cell.server, JSON.stringify(PUBLIC)));
        hold(/no-store/.test(answer.header("cache-control") ?? ""), "the answer may be stored", answer);
      });
    },
    async authorize(cell) {
      const client = await Client.register(cell.server);
      await cell.check("the error page of an unknown client", `${FRAME}; ${HEADERS}`, async () =>
        page(await send(client.authorization({ client_id: "unknown" }))),
      );
      await cell.check("the error page of an unknown redirect URI", `${FRAME}; ${HEADERS}`, async () =>
        page(await send(client.authorization({ redirect_uri: EVIL }))),
      );
      await cell.check("the first redirect", HEADERS, async () => {
        const answer = answered(await send(client.authorization(), { headers: { origin: EVIL } }));
        noCors(answer);
        hold(/no-store/.test(answer.header("cache-control") ?? ""), "the redirect may be stored", answer);
      });
      await cell.each(
        ["POST", "PUT", "DELETE"],
        (method) => `${method} /authorize grants nothing`,
        CSRF,
        async (method) => {
          const answer = answered(await send(client.authorization(), { method, headers: { origin: EVIL } }));
          hold(!/[?&]code=/.test(answer.target ?? ""), "a code comes", answer);
        },
      );
    },
    async callback(cell) {
      const browser = await cell.server.browser();
      await cell.server.consentPage(browser, (await Client.register(cell.server)).authorization());
      const callback = cell.server.callbackIn(browser);
      if (!callback) cell.none("People do not sign in elsewhere, so no browser comes back.");
      await cell.check("the error page of the callback", `${FRAME}; ${HEADERS}`, async () =>
        page(await send(callback)),
      );
      await cell.check("a callback without anything", `${FRAME}; ${HEADERS}`, async () =>
        page(await send(callback.split("?")[0])),
      );
    },
    async consent(cell) {
      const { page: consent, browser } = await begun(cell);
      await cell.check("the page cannot be framed or read", `${FRAME}; ${HEADERS}`, () => page(consent.answer));
      await cell.check(
        "form-action is limited",
        "MCP security best practices: a page sends its form only where it must",
        () =>
          hold(
            /form-action/.test(consent.answer.header("content-security-policy") ?? ""),
            "no form-action",
            consent.answer,
          ),
      );
      await cell.check("the error page of a refused form", `${FRAME}; ${HEADERS}`, async () => {
        const { answer } = await cell.server.decide(browser, consent, {
          headers: { origin: EVIL, "sec-fetch-site": "cross-site" },
        });
        if (answer.status >= 400) page(answer);
      });
      await form(cell);
      await cell.check("the form posted 8 times at once gives one code", ONCE, async () => {
        const browser = await cell.server.browser();
        const own = await cell.server.consentPage(browser, (await Client.register(cell.server)).authorization());
        const codes = (await Promise.all(Array.from({ length: 8 }, () => cell.server.decide(browser, own))))
          .map(({ code }) => code)
          .filter(Boolean);
        hold(new Set(codes).size === 1, `${new Set(codes).size} codes`);
      });
    },
    async token(cell) {
      await program(cell, "token", cell.server.endpoints.token);
      await cell.check("a token answer is not stored", "RFC 6749, section 5.1", async () => {
        const { answer } = await cell.server.connect();
        hold(/no-store/.test(answer.header("cache-control") ?? ""), "the answer may be stored", answer);
      });
      await cell.each(
        ["text/plain", "application/json", "multipart/form-data; boundary=x"],
        (type) => `a body as ${type}`,
        "RFC 6749, section 4.1.3: application/x-www-form-urlencoded",
        async (type) => {
          const client = await Client.register(cell.server);
          refused(await client.redeem("unknown", {}, { "content-type": type }));
        },
      );
    },
    revoke: (cell) => program(cell, "revoke", cell.server.endpoints.revoke),
    legacy: endpoint,
    modern: endpoint,
    async toolsets(cell) {
      await form(cell, cell.server.resource + cell.endpoint.query);
      await endpoint(cell);
    },
    async compact(cell) {
      await form(cell, cell.server.resource + cell.endpoint.query);
      await endpoint(cell);
    },
  },
};
