// 3. Scriptable schemes (GHSA-q9xg-f2v2-695g).
import { Client, PUBLIC, REDIRECT_URI, registerWith } from "../lib/client.mjs";
import { send } from "../lib/http.mjs";
import { answered, hold, refusedOnPage, refusedByRpc } from "../lib/judge.mjs";

const RULE =
  "OAuth 2.1, section 2.3, and MCP security best practices: only https, loopback and the schemes of apps; never a scheme that runs script or reads files";
const LINKS = "MCP security best practices: no URL of a client with another scheme than https becomes a link";
const CONTENT = "MCP, resources: a server reads only the resources that it has";
const METADATA = "RFC 8414 and RFC 9728: endpoints are https (http on loopback only)";

const SCHEMES = [
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  " javascript:alert(1)",
  "\tjavascript:alert(1)",
  "\njavascript:alert(1)",
  "java\tscript:alert(1)",
  "java\nscript:alert(1)",
  "\u0001javascript:alert(1)",
  "javascript://attack-suite.example/%0aalert(1)",
  "data:text/html,<script>alert(1)</script>",
  "DATA:text/html;base64,PHNjcmlwdD4=",
  "blob:https://attack-suite.example/1",
  "file:///etc/passwd",
  "vbscript:msgbox(1)",
  "about:blank",
  "view-source:https://attack-suite.example/",
  "filesystem:https://attack-suite.example/x",
  "ftp://attack-suite.example/callback",
  "ws://attack-suite.example/callback",
  "intent://attack-suite.example/#Intent;scheme=https;end",
];
const DANGEROUS = /^[\s\u0000-\u0020]*(j\s*a\s*v\s*a\s*s\s*c\s*r\s*i\s*p\s*t|data|vbscript|blob|file):/i;

/** The links, sources and actions of a page. */
function urls(page) {
  const all = ["href", "src", "action", "formaction"].flatMap((name) =>
    page.document.querySelectorAll(`[${name}]`).map((element) => element.getAttribute(name)),
  );
  return all.filter((url) => !/^data:image\//.test(url)); // the icon of the page
}

const noScript = (page) => {
  for (const url of urls(page)) hold(!DANGEROUS.test(url), `the page has ${url}`, page.answer);
  hold(
    page.document.querySelectorAll("[onload],[onerror],[onclick],[onmouseover]").length === 0,
    "the page has event handlers",
    page.answer,
  );
};

async function authorizations(cell, list, changes = {}) {
  const client = await Client.register(cell.server);
  await cell.each(
    list,
    (uri) => `redirect_uri ${JSON.stringify(uri)}`,
    RULE,
    async (uri) => {
      refusedOnPage(await send(client.authorization({ ...changes, redirect_uri: uri })));
    },
  );
}

async function resources(cell) {
  const token = await cell.server.token("read", cell.surface);
  const uris = [
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/plain,x",
    "http://127.0.0.1/",
    "https://attack-suite.example/",
  ];
  await cell.each(
    uris,
    (uri) => `resources/read ${uri}`,
    CONTENT,
    async (uri) => {
      refusedByRpc(await cell.endpoint.ask(token, "resources/read", { uri }));
    },
  );
}

async function narrowed(cell) {
  await authorizations(cell, [SCHEMES[0], SCHEMES[9]], { resource: cell.server.resource + cell.endpoint.query });
  await resources(cell);
}

export default {
  number: 3,
  name: "scriptable schemes",
  cells: {
    async metadata(cell) {
      const { metadata, resourceMetadata } = cell.server;
      const named = Object.entries({ ...resourceMetadata, ...metadata }).filter(([name]) =>
        /(_endpoint|_uri|_url|^issuer|^resource|_documentation)$/.test(name),
      );
      await cell.each(
        named,
        ([name]) => name,
        METADATA,
        ([name, value]) => {
          const { protocol, hostname } = new URL(value);
          const local = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
          hold(protocol === "https:" || (protocol === "http:" && local), `${name} is ${value}`);
        },
      );
    },
    async register(cell) {
      for (const beside of [false, true]) {
        await cell.each(
          SCHEMES,
          (uri) => `${JSON.stringify(uri)}${beside ? " beside a good one" : ""}`,
          RULE,
          async (uri) => {
            const redirect_uris = beside ? [uri, REDIRECT_URI] : [uri];
            const answer = answered(await registerWith(cell.server, JSON.stringify({ ...PUBLIC, redirect_uris })));
            const kept = answer.status === 201 ? (answer.json?.redirect_uris ?? redirect_uris) : [];
            hold(!kept.includes(uri), "the redirect URI is registered", answer);
          },
        );
      }
    },
    authorize: (cell) => authorizations(cell, SCHEMES),
    async callback(cell) {
      const browser = await cell.server.browser();
      await cell.server.consentPage(browser, (await Client.register(cell.server)).authorization());
      if (!cell.server.callbackIn(browser)) cell.none("People do not sign in elsewhere, so no browser comes back.");
      await cell.each(
        ["error_uri", "error_description", "iss", "state"],
        (name) => `${name}=javascript:… at the callback`,
        LINKS,
        async (name) => {
          const url = new URL(cell.server.callbackIn(browser));
          url.search = new URLSearchParams({
            error: "access_denied",
            state: url.searchParams.get("state"),
            [name]: "javascript:alert(1)",
          });
          const page = await browser.open(url, { stop: (at) => at.host !== url.host });
          hold(
            !page.stoppedAt || /^https?:$/.test(page.stoppedAt.protocol),
            "the browser is sent to script",
            page.answer,
          );
          noScript(page);
        },
      );
    },
    async consent(cell) {
      for (const uri of [SCHEMES[0], SCHEMES[5], SCHEMES[9]]) {
        await cell.check(`a client whose other URLs are ${JSON.stringify(uri)}`, LINKS, async () => {
          const metadata = { ...PUBLIC, client_uri: uri, logo_uri: uri, tos_uri: uri, policy_uri: uri };
          const answer = answered(await registerWith(cell.server, JSON.stringify(metadata)));
          if (answer.status !== 201) return;
          const page = await cell.server.consentPage(
            await cell.server.browser(),
            new Client(cell.server, answer.json).authorization(),
          );
          noScript(page);
        });
      }
    },
    token: "The redirect URI is only compared there, as text (family 1), and no browser is sent on.",
    revoke: "A revocation request has no URL.",
    legacy: resources,
    modern: resources,
    toolsets: narrowed,
    compact: narrowed,
  },
};
