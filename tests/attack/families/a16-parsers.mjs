// 16. Abuse of parsers: of HTTP, JSON, forms and queries; and what one request may cost the others.
import { Client, PUBLIC, registerWith } from "../lib/client.mjs";
import { send } from "../lib/http.mjs";
import { answered, answeredOrClosed, hold } from "../lib/judge.mjs";
import { http, survives } from "./a16/http.mjs";
import { JSON_RULE, STRICT, endpoint } from "./a16/messages.mjs";

const ONCE = "RFC 6749, section 3.1: a parameter occurs once";

/** Forms that are no forms. */
async function form(cell, url, extra = {}) {
  const cases = [
    ["10 MB", "a=".padEnd(10 << 20, "x")],
    ["100,000 parameters", Array.from({ length: 100_000 }, (_, at) => `a${at}=b`).join("&")],
    ["not UTF-8", Buffer.concat([Buffer.from("grant_type=authorization_code&code="), Buffer.from([0xff, 0xfe])])],
    ["percent without digits", "grant_type=authorization_code&code=%&client_id=%zz"],
    ["NUL", "grant_type=authorization_code&code=%00&client_id=\u0000"],
    ["only separators", "&&&===&&&"],
    ["brackets", "grant_type[]=authorization_code&code[a][b]=1"],
    ["JSON", '{"grant_type":"authorization_code"}'],
    ["empty", ""],
    ...Object.keys(extra).map((name) => [
      `${name} twice`,
      new URLSearchParams([
        ...Object.entries({ grant_type: "authorization_code", ...extra }),
        [name, "a"],
        [name, "b"],
      ]).toString(),
    ]),
  ];
  await cell.each(
    cell.affordable(cases, ([, body]) => body.length),
    ([name]) => name,
    `${ONCE}; ${JSON_RULE}`,
    async ([name, body]) => {
      const answer = answeredOrClosed(
        await send(url, { method: "POST", body, headers: { "content-type": "application/x-www-form-urlencoded" } }),
      );
      if (answer.status !== 0) hold(answer.status >= 400 || !/ twice$/.test(name), "the form is believed", answer);
      await survives(cell, answer);
    },
  );
  await http(cell, url, { method: "POST", body: "grant_type=x", type: "application/x-www-form-urlencoded" });
}

/** Queries that are no queries. */
async function query(cell, url, headers = {}) {
  const queries = [
    "%",
    "%zz=%zz",
    "a=%00",
    "a=%ff%fe",
    "&&&===",
    `a=${"b".repeat(30_000)}`,
    Array.from({ length: 3000 }, (_, at) => `a${at}=b`).join("&"),
    "client_id=a&client_id=b",
    "state=%F0%9F%98%80%ED%A0%80",
    "client_id[]=a",
  ];
  await cell.each(
    queries,
    (one) => `a query: ${one.slice(0, 24)}`,
    ONCE,
    async (one) => survives(cell, answered(await send(url, { target: `${new URL(url).pathname}?${one}`, headers }))),
  );
  await http(cell, url);
}

export default {
  number: 16,
  name: "parser abuse",
  cells: {
    metadata: (cell) => query(cell, cell.server.resourceMetadataUrl),
    async register(cell) {
      const json = JSON.stringify(PUBLIC);
      const cases = [
        ["a member twice", json.replace("{", '{"client_name":"a",')],
        [
          "not UTF-8",
          Buffer.concat([Buffer.from('{"client_name":"'), Buffer.from([0xff]), Buffer.from(`",${json.slice(1)}`)]),
        ],
        ["half a surrogate pair", json.replace("Attack suite", "\\ud800")],
      ];
      await cell.each(
        cases,
        ([name]) => name,
        `${JSON_RULE}; ${STRICT}`,
        async ([name, body]) => {
          const answer = answeredOrClosed(await registerWith(cell.server, body));
          if (answer.status !== 0 && !/surrogate/.test(name))
            hold(answer.status >= 400, "the registration is accepted", answer);
          await survives(cell, answer);
        },
      );
      await http(cell, cell.server.endpoints.register, { method: "POST", body: json, type: "application/json" });
    },
    async authorize(cell) {
      await query(cell, cell.server.endpoints.authorize);
      const client = await Client.register(cell.server);
      await cell.each(
        ["client_id", "redirect_uri", "response_type", "state", "code_challenge", "resource", "scope"],
        (name) => `${name} twice`,
        `${ONCE}; RFC 8707 allows several resources, and this server has one`,
        async (name) => {
          const url = new URL(client.authorization());
          if (!url.searchParams.has(name)) url.searchParams.append(name, "read");
          url.searchParams.append(name, "https://evil.example/");
          const answer = answered(await send(url));
          const error = answer.status >= 400 || new URL(answer.target ?? "about:blank").searchParams.has("error");
          hold(error, "the request goes on", answer);
        },
      );
    },
    async callback(cell) {
      const browser = await cell.server.browser();
      await cell.server.consentPage(browser, (await Client.register(cell.server)).authorization());
      const callback = cell.server.callbackIn(browser);
      if (!callback) cell.none("People do not sign in elsewhere, so no browser comes back.");
      await query(cell, callback.split("?")[0]);
    },
    async consent(cell) {
      const page = await cell.server.consentPage(
        await cell.server.browser(),
        (await Client.register(cell.server)).authorization(),
      );
      const { action } = page.consent.press(/authori[sz]e|allow|approve|accept/i);
      await form(cell, action);
      await query(cell, action);
    },
    token: (cell) => form(cell, cell.server.endpoints.token, { code: "a", client_id: "b", code_verifier: "c" }),
    async revoke(cell) {
      await form(cell, cell.server.endpoints.revoke, { token: "a" });
    },
    legacy: endpoint,
    modern: endpoint,
    toolsets: endpoint,
    compact: endpoint,
  },
};
