// npm `mcp-remote`: a host that speaks only stdio starts it, and it connects to the URL.
import { mkdtempSync } from "node:fs";
import { join } from "node:path";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

import { outputFolder, packageFile } from "../tools/paths.mjs";
import { startBrowser } from "./browser.mjs";

// mcp-remote 0.15 sometimes forgets what it discovered before the person comes back, and ends. Its users start it again.
const FORGOT = /discoveryState was not available on the callback leg/;
const STARTS = 3;

/**
 * Connects a host to `url` through mcp-remote, which opens the browser itself.
 * @param {{url: string, authorize: (url: string) => Promise<string>}} to `authorize` acts for the person.
 */
export async function connectMcpRemote(to) {
  for (let starts = 1; ; starts += 1) {
    try {
      return await start(to);
    } catch (error) {
      if (!FORGOT.test(error.message) || starts === STARTS) throw error;
    }
  }
}

async function start({ url, authorize }) {
  const browser = await startBrowser(authorize);
  const home = mkdtempSync(join(outputFolder("homes"), "home-"));
  const client = new Client({ name: "interop", version: "1.0.0" });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [packageFile("mcp-remote", "dist/proxy.js"), url, "--allow-http"],
    env: { ...process.env, ...browser.env, MCP_REMOTE_CONFIG_DIR: home },
    stderr: "pipe",
  });
  let errors = "";
  transport.stderr.setEncoding("utf8").on("data", (chunk) => (errors += chunk));
  const close = async () => {
    await client.close();
    await browser.stop();
  };
  const orExplain = (work) =>
    Promise.race([work, browser.failed]).catch((error) => {
      throw new Error(`${error.message}; mcp-remote printed:\n${errors}`, { cause: error });
    });
  try {
    await orExplain(client.connect(transport));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    tools: async () => (await orExplain(client.listTools())).tools,
    call: (name, args) => orExplain(client.callTool({ name, arguments: args })),
    close,
  };
}
