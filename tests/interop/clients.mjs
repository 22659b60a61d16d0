// Unmodified MCP clients behind one small interface, so that all of them pass the same assertions.
//
// connect({url, headers}) → {tools(): Promise<Tool[]>, call(name, arguments): Promise<CallToolResult>, close()}
import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import { inspector } from "./inspector.mjs";
import { connectPython } from "./python.mjs";

const INFO = { name: "interop", version: "1.0.0" };
const MODERN = "2026-07-28";

/** Every client, in every era it speaks. */
export const clients = [
  { name: "TypeScript SDK 1.x", era: "legacy", connect: (to) => connectSdk(new ClientV1(INFO), TransportV1, to) },
  { name: "TypeScript SDK 2.x, legacy", era: "legacy", connect: (to) => connectV2("legacy", to) },
  { name: "TypeScript SDK 2.x, auto", era: "modern", connect: (to) => connectV2("auto", to) },
  { name: "TypeScript SDK 2.x, modern", era: "modern", connect: (to) => connectV2({ pin: MODERN }, to) },
  { name: "Python mcp 2.x, legacy", era: "legacy", connect: (to) => connectPython("legacy", to) },
  { name: "Python mcp 2.x, auto", era: "modern", connect: (to) => connectPython("auto", to) },
  { name: "Python mcp 2.x, modern", era: "modern", connect: (to) => connectPython(MODERN, to) },
  { name: "Inspector CLI, legacy", era: "legacy", connect: (to) => connectInspector("legacy", to) },
  { name: "Inspector CLI, auto", era: "modern", connect: (to) => connectInspector("auto", to) },
  { name: "Inspector CLI, modern", era: "modern", connect: (to) => connectInspector("modern", to) },
];

function connectV2(mode, to) {
  return connectSdk(new ClientV2(INFO, { versionNegotiation: { mode } }), TransportV2, to);
}

async function connectSdk(client, Transport, { url, headers = {}, authProvider }) {
  await client.connect(new Transport(new URL(url), { authProvider, requestInit: { headers } }));
  return {
    tools: async () => (await client.listTools()).tools,
    call: (name, args) => client.callTool({ name, arguments: args }),
    close: () => client.close(),
  };
}

// The Inspector CLI runs one process for each operation.
async function connectInspector(era, { url, headers }) {
  const run = async (...args) => {
    const { status, stdout, stderr } = await inspector({ url, headers, era, args });
    if (status !== 0) throw new Error(`the Inspector ended with ${status}: ${stderr}`);
    return JSON.parse(stdout).result;
  };
  return {
    tools: async () => (await run("--method", "tools/list")).tools,
    call: (name, args) =>
      run("--method", "tools/call", "--tool-name", name, "--tool-args-json", JSON.stringify(args)),
    close: async () => {},
  };
}
