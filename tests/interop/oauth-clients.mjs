// The same unmodified clients with nothing but the URL: they discover, register, send a person to sign in, and redeem.
//
// connect({url, authorize, callback}) → the interface of clients.mjs. `authorize` acts for the person: it gets the
// authorization URL and returns the callback URL. `callback` is the redirect URI of the SDK clients. A connection has
// `signInAgain()` if the client leaves a second sign-in to its host.
import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import { freePort } from "../tools/ports.mjs";
import { inspectorHome, startInspector } from "./inspector.mjs";
import { connectMcpRemote } from "./mcp-remote.mjs";
import { connectFastMcp, connectMcpUse, connectPython, connectPython1 } from "./python.mjs";

const INFO = { name: "interop", version: "1.0.0" };

// The redirect URI of the SDK clients. No server listens there: the person is simulated over HTTP and stops at it.
const CALLBACK = "http://localhost:53681/callback";

const SDK_2 = "npm @modelcontextprotocol/client";
const INSPECTOR = "npm @modelcontextprotocol/inspector";

/** Every OAuth client, in every era it speaks; `from` says which package it is. */
export const oauthClients = [
  { name: "TypeScript SDK 1.x", from: "npm @modelcontextprotocol/sdk", connect: connectV1 },
  { name: "TypeScript SDK 2.x, legacy", from: SDK_2, connect: (to) => connectV2("legacy", to) },
  { name: "TypeScript SDK 2.x, modern", from: SDK_2, connect: (to) => connectV2({ pin: "2026-07-28" }, to) },
  { name: "Python mcp 2.x, legacy", from: "PyPI mcp", connect: (to) => connectPython("legacy", to) },
  { name: "Python mcp 2.x, auto", from: "PyPI mcp", connect: (to) => connectPython("auto", to) },
  { name: "Python mcp 1.x", from: "PyPI mcp", connect: connectPython1 },
  { name: "FastMCP 4", from: "PyPI fastmcp", connect: connectFastMcp },
  { name: "mcp-use 1.x", from: "PyPI mcp-use", connect: connectMcpUse },
  { name: "mcp-remote", from: "npm mcp-remote", connect: connectMcpRemote },
  { name: "Inspector CLI, legacy", from: INSPECTOR, connect: (to) => connectInspector("legacy", to) },
  { name: "Inspector CLI, modern", from: INSPECTOR, connect: (to) => connectInspector("modern", to) },
];

/** The state of an OAuth client, as the SDKs expect it. */
class Provider {
  #client;
  #tokens;
  #verifier;
  #discovery;
  constructor(redirectUrl) {
    this.redirectUrl = redirectUrl;
    this.clientMetadata = {
      client_name: "Interop",
      redirect_uris: [redirectUrl],
      grant_types: ["authorization_code"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    };
  }
  state = () => "interop-state";
  clientInformation = () => this.#client;
  saveClientInformation = (client) => void (this.#client = client);
  tokens = () => this.#tokens;
  saveTokens = (tokens) => void (this.#tokens = tokens);
  codeVerifier = () => this.#verifier;
  saveCodeVerifier = (verifier) => void (this.#verifier = verifier);
  discoveryState = () => this.#discovery;
  saveDiscoveryState = (discovery) => void (this.#discovery = discovery);
  redirectToAuthorization = (url) => void (this.authorizationUrl = url.href);
}

function connectV1(to) {
  return connectSdk(() => new ClientV1(INFO), TransportV1, to, (transport, callback) =>
    transport.finishAuth(callback.get("code")),
  );
}

function connectV2(mode, to) {
  const newClient = () => new ClientV2(INFO, { versionNegotiation: { mode } });
  return connectSdk(newClient, TransportV2, to, (transport, callback) => transport.finishAuth(callback));
}

async function connectSdk(newClient, Transport, { url, authorize, callback = CALLBACK }, finish) {
  const authProvider = new Provider(callback);
  const transport = new Transport(new URL(url), { authProvider });
  const refused = await firstContact(newClient(), transport);
  if (!authProvider.authorizationUrl) throw refused ?? new Error("the client was not asked to authorize");
  await finish(transport, new URL(await authorize(authProvider.authorizationUrl)).searchParams);
  authProvider.authorizationUrl = undefined;

  const client = newClient();
  const connected = new Transport(new URL(url), { authProvider });
  await client.connect(connected);
  return {
    tools: async () => (await client.listTools()).tools,
    call: (name, args) => client.callTool({ name, arguments: args }),
    close: () => client.close(),
    accessToken: () => authProvider.tokens().access_token,
    // A refused call leaves a new authorization URL with the host of the SDK, which signs the person in once more.
    signInAgain: async () =>
      finish(connected, new URL(await authorize(authProvider.authorizationUrl)).searchParams),
  };
}

// A pinned modern client sends nothing before its first request.
async function firstContact(client, transport) {
  try {
    await client.connect(transport);
    await client.listTools();
    return undefined;
  } catch (error) {
    return error;
  }
}

async function connectInspector(era, { url, authorize }) {
  const home = inspectorHome();
  const callbackUrl = `http://127.0.0.1:${await freePort()}/oauth/callback`;
  const run = async (...args) => {
    const { status, stdout, stderr } = await withPerson({ url, era, home, callbackUrl, args }, authorize);
    if (status !== 0) throw new Error(`the Inspector ended with ${status}: ${stderr}`);
    return JSON.parse(stdout).result;
  };
  const tools = async () => (await run("--method", "tools/list")).tools;
  await tools(); // shows that the person can sign in; without a keychain of the desktop, every run asks again
  return {
    tools,
    call: (name, args) =>
      run("--method", "tools/call", "--tool-name", name, "--tool-args-json", JSON.stringify(args)),
    close: async () => {},
  };
}

// The Inspector prints the authorization URL and waits for the browser at its callback.
async function withPerson({ callbackUrl, args, ...options }, authorize) {
  const env = { MCP_AUTO_OPEN_ENABLED: "true", BROWSER: "true" };
  const { child, done } = startInspector({ ...options, args: [...args, "--callback-url", callbackUrl], env });
  let seen = "";
  let asked;
  child.stderr.on("data", (chunk) => {
    seen += chunk;
    const prompt = /Please navigate to: (\S+)\n/.exec(seen);
    if (prompt && !asked) {
      asked = authorize(prompt[1]).then((callback) => fetch(callback));
      asked.catch(() => child.kill());
    }
  });
  const result = await done;
  await asked;
  return result;
}
