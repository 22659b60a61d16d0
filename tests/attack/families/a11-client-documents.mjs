// 11. Client ids that are addresses of documents: what a server must not fetch, and must not believe.
import net from "node:net";

import { Client, PUBLIC, registerWith } from "../lib/client.mjs";
import { send } from "../lib/http.mjs";
import { answered, hold, oauthError, refusedOnPage } from "../lib/judge.mjs";
import { message } from "../lib/mcp.mjs";

const ADDRESS =
  "OAuth client-id metadata document draft, section 3: https with a path, no user, fragment, dot segment or query that matters";
const INSIDE =
  "Client-id metadata document draft, section 6.5, and MCP security best practices (SSRF): no address inside a network is requested";
const DOCUMENT = "Client-id metadata document draft, section 4.1: redirect URIs of the document are compared as text";
const QUIET = "MCP security best practices (SSRF): a URL in a request makes the server send nothing";

/** Known clients, whose redirect URIs are known, too. */
const KNOWN = [
  "https://claude.ai/oauth/mcp-oauth-client-metadata",
  "https://chatgpt.com/oauth/client.json",
  "https://vscode.dev/oauth/client-metadata.json",
];

/** Listens on this computer, and counts who comes. */
async function listen() {
  const state = { connections: 0 };
  const server = net.createServer((socket) => {
    state.connections += 1;
    socket.on("error", () => {});
    socket.destroy();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  state.port = server.address().port;
  state.stop = () => server.close();
  return state;
}

const addresses = (port) => [
  `https://127.0.0.1:${port}/client.json`,
  `http://127.0.0.1:${port}/client.json`,
  `https://localhost:${port}/client.json`,
  `http://localhost:${port}/client.json`,
  `https://2130706433:${port}/client.json`,
  `https://0x7f.1:${port}/client.json`,
  `https://127.1:${port}/client.json`,
  `https://[::1]:${port}/client.json`,
  `https://[::ffff:127.0.0.1]:${port}/client.json`,
  `https://0.0.0.0:${port}/client.json`,
  `https://app.example.com@127.0.0.1:${port}/client.json`,
  "https://169.254.169.254/latest/meta-data/",
  "https://metadata.google.internal/computeMetadata/v1/",
  "https://10.0.0.1/client.json",
  "https://192.168.0.1/client.json",
  "https://[fd00::1]/client.json",
  "https://printer.local/client.json",
  "https://intranet/client.json",
  "https://service.internal/client.json",
  "https://hidden.onion/client.json",
];

const MALFORMED = [
  "http://app.example.com/client.json",
  "https://app.example.com",
  "https://app.example.com/",
  "https://user:pw@app.example.com/client.json",
  "https://claude.ai@app.example.com/client.json",
  "https://app.example.com/client.json#fragment",
  "https://app.example.com/a/../client.json",
  "https://app.example.com/./client.json",
  "https://app.example.com:8443/client.json",
  "https://app.example.com./client.json",
  "https://APP.example.com/client.json",
  "https://app.example.com\\client.json",
  "https:app.example.com/client.json",
  "//app.example.com/client.json",
  "ftp://app.example.com/client.json",
  "file:///etc/passwd",
  "javascript:alert(1)",
];

/** Runs cases, none of which may make the server connect to this computer. */
async function quietly(cell, rule, items, name, body) {
  const canary = await listen();
  try {
    await cell.each(items(canary.port), name, rule, async (item) => {
      const before = canary.connections;
      const answer = await body(item);
      hold(canary.connections === before, "the server connects to it", answer);
    });
  } finally {
    canary.stop();
  }
}

const authorize = async (cell, client_id, changes = {}) =>
  send(new Client(cell.server, { client_id }).authorization(changes));

/** URLs in a message. */
async function messages(cell) {
  const token = await cell.server.token("read", cell.surface);
  const urls = (port) => [`http://127.0.0.1:${port}/`, `https://localhost:${port}/`];
  await quietly(
    cell,
    QUIET,
    urls,
    (url) => `${new URL(url).protocol} as icon, website, resource and trace of a client`,
    async (url) => {
      const clientInfo = { name: "attack", version: "1", websiteUrl: url, icons: [{ src: url }] };
      const params =
        cell.endpoint.era === "legacy"
          ? { protocolVersion: "2025-11-25", capabilities: {}, clientInfo }
          : { _meta: { "io.modelcontextprotocol/clientInfo": clientInfo } };
      answered(
        await cell.endpoint.ask(token, cell.endpoint.era === "legacy" ? "initialize" : "server/discover", params),
      );
      const { headers, body } = message(cell.endpoint.era, "resources/read", { uri: url });
      return answered(
        await cell.endpoint.post(token, JSON.stringify(body), { ...headers, referer: url, forwarded: `for=${url}` }),
      );
    },
  );
}

async function narrowed(cell) {
  await messages(cell);
  const resource = cell.server.resource + cell.endpoint.query;
  await quietly(
    cell,
    `${INSIDE}; ${ADDRESS}`,
    (port) => addresses(port).slice(0, 3),
    (id) => `client_id ${id.replace(/:\d{4,}/, ":…")}`,
    async (id) => refusedOnPage(await authorize(cell, id, { resource })),
  );
}

export default {
  number: 11,
  name: "client documents, SSRF",
  cells: {
    async metadata(cell) {
      const announced = cell.server.metadata.client_id_metadata_document_supported;
      await cell.check("the announcement is a boolean", "Client-id metadata document draft, section 5", () =>
        hold([undefined, true, false].includes(announced), `it is ${announced}`),
      );
    },
    async register(cell) {
      const members = [
        "jwks_uri",
        "logo_uri",
        "client_uri",
        "tos_uri",
        "policy_uri",
        "sector_identifier_uri",
        "initiate_login_uri",
        "redirect_uri",
      ];
      await quietly(
        cell,
        QUIET,
        (port) => members.map((name) => [name, `http://127.0.0.1:${port}/x`]),
        ([name]) => `${name} inside a network`,
        async ([name, url]) => {
          const metadata = name === "redirect_uri" ? { ...PUBLIC, redirect_uris: [url] } : { ...PUBLIC, [name]: url };
          return answered(await registerWith(cell.server, JSON.stringify(metadata)));
        },
      );
    },
    async authorize(cell) {
      await quietly(
        cell,
        INSIDE,
        addresses,
        (id) => `client_id ${id.replace(/:\d{4,}/, ":…")}`,
        async (id) => refusedOnPage(await authorize(cell, id)),
      );
      await cell.each(
        MALFORMED,
        (id) => `client_id ${id}`,
        ADDRESS,
        async (id) => refusedOnPage(await authorize(cell, id)),
      );
      await cell.each(
        KNOWN,
        (id) => `${id} with another redirect URI`,
        DOCUMENT,
        async (id) => refusedOnPage(await authorize(cell, id)),
      );
    },
    callback: "The callback names no client: the transaction does.",
    async consent(cell) {
      await quietly(
        cell,
        QUIET,
        (port) => [`http://127.0.0.1:${port}/logo.png`],
        () => "a client with a logo inside a network",
        async (logo_uri) => {
          const answer = answered(
            await registerWith(cell.server, JSON.stringify({ ...PUBLIC, logo_uri, client_uri: logo_uri })),
          );
          if (answer.status !== 201) return answer;
          const page = await cell.server.consentPage(
            await cell.server.browser(),
            new Client(cell.server, answer.json).authorization(),
          );
          hold(
            page.document.querySelectorAll("[src]").every((one) => !one.getAttribute("src").includes("127.0.0.1")),
            "the page loads it",
            page.answer,
          );
          return page.answer;
        },
      );
    },
    async token(cell) {
      await quietly(
        cell,
        `${INSIDE}; ${ADDRESS}`,
        addresses,
        (id) => `client_id ${id.replace(/:\d{4,}/, ":…")}`,
        async (id) => oauthError(await new Client(cell.server, { client_id: id }).redeem("unknown")),
      );
      await quietly(
        cell,
        QUIET,
        (port) => ["jku", "x5u"].map((name) => [name, `http://127.0.0.1:${port}/keys`]),
        ([name]) => `a client assertion with ${name} inside a network`,
        async ([name, url]) => {
          const client = await Client.register(cell.server);
          const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
          const client_assertion = `${encoded({ alg: "RS256", [name]: url })}.${encoded({ iss: client.id, sub: client.id, aud: cell.server.issuer })}.AAAA`;
          return oauthError(
            await client.redeem("unknown", {
              client_assertion,
              client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            }),
          );
        },
      );
    },
    async revoke(cell) {
      await quietly(
        cell,
        `${INSIDE}; ${ADDRESS}`,
        (port) => addresses(port).slice(0, 11),
        (id) => `client_id ${id.replace(/:\d{4,}/, ":…")}`,
        async (id) => answered(await new Client(cell.server, { client_id: id }).revoke("unknown")),
      );
    },
    legacy: messages,
    modern: messages,
    toolsets: narrowed,
    compact: narrowed,
  },
};
