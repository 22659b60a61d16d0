// 10. Registration floods and hostile metadata of clients.
import { parse } from "node-html-parser";

import { Client, PUBLIC, REDIRECT_URI, registerWith, tampered } from "../lib/client.mjs";
import { send } from "../lib/http.mjs";
import { answered, answeredOrClosed, hold, refusedOnPage, succeeded } from "../lib/judge.mjs";

const LIMITS = "RFC 7591, section 5: registrations are limited in size, and a flood of them does not keep others out";
const FORM =
  "RFC 7591, section 3.2.2: metadata that is not valid is 400 invalid_client_metadata or invalid_redirect_uri";
const ESCAPED = "MCP security best practices: what a client says of itself is text on a page, never markup";
const HONEST =
  "MCP security best practices: a page shows who asks, and marks what is not verified; no character deceives the reader";
const FLOOD = 200;

const MARKUP = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "</title><h1>Signed in</h1>",
  "App' onmouseover='alert(1)",
  "{{ 7 * 7 }}<!--",
  "<svg/onload=alert(1)>",
  "&lt;b&gt;<b>bold</b>",
  "]]><x>",
  "</form><form action=https://evil.example>",
];
const DECEPTIVE = [
  "Claude\u202Eedoc",
  "Clau\u200Bde",
  "\u2066Claude\u2069",
  "Claude\u0000",
  "Claude\r\nSet-Cookie: a=b",
  "Claude\u{E0041}",
];
const IMITATIONS = ["Claude", "CIaude", "Cláude", "Сlaude", "TokPortal", "TokPortał", "ChatGPT", "ClаudΕ"];
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u200b\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;
const IS_MARKED = /unverified|not verified|could not verify|calls itself|not the|claims/i;

/** The elements that a payload would add to a page. */
function noMarkup(answer, payload) {
  const injected = parse(payload)
    .querySelectorAll("*")
    .map(({ rawTagName }) => rawTagName.toLowerCase());
  for (const raw of [
    "<script>alert",
    "<img src=x",
    "<h1>Signed in",
    "<svg/onload",
    "<b>bold",
    "' onmouseover='",
    "{{ 7 * 7 }}<!--",
    "]]><x>",
  ]) {
    hold(!answer.text.includes(raw), `the page has ${raw}`, answer);
  }
  hold(
    parse(answer.text)
      .querySelectorAll("form")
      .every((form) => !form.getAttribute("action")?.includes("evil")),
    "the page has the form",
    answer,
  );
  if (injected.includes("script"))
    hold(
      parse(answer.text)
        .querySelectorAll("script")
        .every(({ text }) => !text.includes("alert(1)")),
      "the page has the script",
      answer,
    );
}

async function hostile(cell, url, send_) {
  await cell.each(
    MARKUP.slice(0, 6),
    (payload) => `${url} ${JSON.stringify(payload)}`,
    ESCAPED,
    async (payload) => {
      const answer = answered(await send_(payload));
      if (/html/.test(answer.header("content-type") ?? "")) noMarkup(answer, payload);
      else hold(/json|plain|^$/.test(answer.header("content-type") ?? ""), "the type of the answer is unclear", answer);
    },
  );
}

async function names(cell) {
  const token = await cell.server.token("read", cell.surface);
  await cell.each(
    MARKUP.slice(0, 3),
    (name) => `a client called ${JSON.stringify(name)}`,
    ESCAPED,
    async (name) => {
      const clientInfo = { name, version: name };
      const params =
        cell.endpoint.era === "legacy"
          ? { protocolVersion: "2025-11-25", capabilities: {}, clientInfo }
          : { _meta: { "io.modelcontextprotocol/clientInfo": clientInfo } };
      const answer = await cell.endpoint.ask(
        token,
        cell.endpoint.era === "legacy" ? "initialize" : "server/discover",
        params,
      );
      succeeded(answer);
      hold(!answer.text.includes(name), "the answer repeats it", answer);
    },
  );
}

async function narrowed(cell) {
  await names(cell);
  const name = cell.surface === "toolsets" ? "toolsets" : "mode";
  await hostile(cell, `${name}=`, (payload) =>
    send(`${cell.server.mcp}?${name}=${encodeURIComponent(payload)}`, {
      method: "POST",
      headers: { accept: "text/html" },
    }),
  );
}

const bodies = () => {
  const ok = JSON.stringify(PUBLIC);
  const withName = (length) => JSON.stringify({ ...PUBLIC, client_name: "x".repeat(length) });
  return [
    ["empty", ""],
    ["not JSON", "client_name=App"],
    ["an array", "[]"],
    ["a number", "1"],
    ["null", "null"],
    ["cut off", ok.slice(0, -1)],
    ["with more after it", `${ok}{}`],
    ["without redirect_uris", "{}"],
    ["redirect_uris as text", JSON.stringify({ redirect_uris: REDIRECT_URI })],
    ["redirect_uris as an object", JSON.stringify({ redirect_uris: { 0: REDIRECT_URI } })],
    ["redirect_uris with numbers", JSON.stringify({ redirect_uris: [1, 2] })],
    ["no redirect URI", JSON.stringify({ redirect_uris: [] })],
    ["a name that is an object", JSON.stringify({ ...PUBLIC, client_name: { a: 1 } })],
    [
      "200 redirect URIs",
      JSON.stringify({
        redirect_uris: Array.from({ length: 200 }, (_, at) => `https://attack-suite.example/${"x".repeat(100)}${at}`),
      }),
    ],
    [
      "a redirect URI of 20 KB",
      JSON.stringify({ redirect_uris: [`https://attack-suite.example/${"x".repeat(20_000)}`] }),
    ],
    ["a name of 100 KB", withName(100_000)],
    ["8 MB", withName(8 << 20)],
    ["2,000 levels deep", `${'{"a":'.repeat(2000)}1${"}".repeat(2000)}`],
    ["10,000 levels deep", "[".repeat(10_000)],
    ["100,000 members", `{${Array.from({ length: 100_000 }, (_, at) => `"m${at}":0`).join(",")}}`],
  ];
};

export default {
  number: 10,
  name: "registration, client metadata",
  cells: {
    async metadata(cell) {
      const paths = [
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-authorization-server",
        "/.well-known/unknown",
      ];
      for (const path of paths) {
        await cell.check(`${path}/<script>`, ESCAPED, async () => {
          const answer = answered(
            await send(cell.server.origin, {
              target: `${path}/%3Cscript%3Ealert(1)%3C/script%3E?<script>alert(1)</script>`,
              headers: { accept: "text/html" },
            }),
          );
          noMarkup(answer, MARKUP[0]);
        });
      }
    },
    async register(cell) {
      await cell.each(
        cell.affordable(bodies(), ([, body]) => body.length),
        ([name]) => name,
        `${FORM}; ${LIMITS}`,
        async ([, body]) => {
          const answer = answeredOrClosed(await registerWith(cell.server, body));
          if (answer.status === 0) return cell.server.alive();
          hold(answer.status >= 400, "the registration is accepted", answer);
          hold(typeof answer.json?.error === "string", "the error is not OAuth's", answer);
        },
      );
      const flood = cell.atOnce(FLOOD);
      await cell.check(`${flood} registrations at once keep no client out`, LIMITS, async () => {
        const first = await Client.register(cell.server);
        const answers = await Promise.all(
          Array.from({ length: flood }, () => registerWith(cell.server, JSON.stringify(PUBLIC))),
        );
        for (const answer of answers)
          hold([201, 429].includes(answer.status), "neither registered nor limited", answer);
        const page = answered(await send(first.authorization()));
        hold(page.status < 400, "a client that registered before is not known any more", page);
      });
    },
    async authorize(cell) {
      const client = await Client.register(cell.server);
      for (const name of ["client_id", "redirect_uri"]) {
        await cell.each(
          MARKUP,
          (payload) => `${name}=${JSON.stringify(payload)}`,
          ESCAPED,
          async (payload) => {
            const answer = refusedOnPage(await send(client.authorization({ [name]: payload })));
            noMarkup(answer, payload);
          },
        );
      }
      const unknown = [
        "",
        client.id.slice(0, -1),
        `${client.id}A`,
        tampered(client.id),
        "a".repeat(8000),
      ];
      await cell.each(
        unknown,
        (client_id) => `a client id of ${client_id.length} characters that was never issued`,
        "RFC 6749, section 4.1.2.1: an unknown client ends on a page",
        async (client_id) => {
          const answer = await send(client.authorization({ client_id }));
          if (answer.status === 431 || answer.status === 414) return;
          refusedOnPage(answer);
        },
      );
    },
    async callback(cell) {
      const browser = await cell.server.browser();
      await cell.server.consentPage(browser, (await Client.register(cell.server)).authorization());
      const callback = cell.server.callbackIn(browser);
      if (!callback) cell.none("People do not sign in elsewhere, so no browser comes back.");
      const state = new URL(callback).searchParams.get("state");
      await hostile(cell, "error_description", (payload) =>
        browser.request(
          `${callback.split("?")[0]}?${new URLSearchParams({ state, error: "access_denied", error_description: payload })}`,
        ),
      );
      await hostile(cell, "state", (payload) =>
        browser.request(`${callback.split("?")[0]}?${new URLSearchParams({ state: payload, code: payload })}`),
      );
    },
    async consent(cell) {
      const shown = async (client_name, redirect = REDIRECT_URI) => {
        const answer = answered(
          await registerWith(cell.server, JSON.stringify({ ...PUBLIC, client_name, redirect_uris: [redirect] })),
        );
        if (answer.status !== 201) return undefined; // The name is refused, which is well.
        return cell.server.consentPage(
          await cell.server.browser(),
          new Client(cell.server, answer.json, redirect).authorization(),
        );
      };
      await cell.each(
        MARKUP,
        (name) => `a client called ${JSON.stringify(name)}`,
        ESCAPED,
        async (name) => {
          const page = await shown(name);
          if (page) noMarkup(page.answer, name);
        },
      );
      await cell.each(
        DECEPTIVE,
        (name) => `a client called ${JSON.stringify(name)}`,
        HONEST,
        async (name) => {
          const page = await shown(name);
          if (page) hold(!FORBIDDEN.test(page.answer.text), "the page has characters that deceive", page.answer);
        },
      );
      await cell.each(
        IMITATIONS,
        (name) => `${name}, which leads elsewhere`,
        HONEST,
        async (name) => {
          const page = await shown(name);
          if (!page) return;
          hold(IS_MARKED.test(page.words), "the page does not say that the name is not verified", page.answer);
          hold(page.words.includes(new URL(REDIRECT_URI).host), "the page does not show where it leads", page.answer);
          const heading = page.document.querySelector("h1")?.text ?? "";
          hold(
            !heading.includes(name) || heading.includes(new URL(REDIRECT_URI).host),
            `the headline is the name of another app: ${heading.trim()}`,
            page.answer,
          );
        },
      );
    },
    async token(cell) {
      const client = await Client.register(cell.server);
      for (const name of ["client_id", "code", "grant_type"])
        await hostile(cell, `${name}=`, (payload) => client.redeem("unknown", { [name]: payload }));
    },
    async revoke(cell) {
      const client = await Client.register(cell.server);
      for (const name of ["token", "client_id"])
        await hostile(cell, `${name}=`, (payload) => client.revoke("unknown", { [name]: payload }));
    },
    legacy: names,
    modern: names,
    toolsets: narrowed,
    compact: narrowed,
  },
};
