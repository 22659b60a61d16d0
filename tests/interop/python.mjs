// Python clients in a process of their own: one JSON request per line in, one JSON response per line out.
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { outputFolder, python, pythonMcp1 } from "../tools/paths.mjs";
import { freePort } from "../tools/ports.mjs";
import { startBrowser } from "./browser.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));

/**
 * What every Python client connects to.
 * @typedef {{url: string, headers?: object, scope?: string, authorize?: (url: string) => Promise<string>}} To
 *   `authorize` makes it an OAuth client: it gets the authorization URL and returns the callback URL.
 */

/**
 * Connects with PyPI `mcp` 2.x.
 * @param {string} mode "legacy", "auto" or a version.
 * @param {To} to
 */
export function connectPython(mode, to) {
  return connect(python, "python_client.py", to, { mode });
}

/** Connects with PyPI `mcp` 1.x. */
export function connectPython1(to) {
  return connect(pythonMcp1, "python_client_1.py", to);
}

/** Connects with PyPI `fastmcp`, which opens the browser itself and knows nothing but the URL. */
export function connectFastMcp(to) {
  return connectWithBrowser(python, "fastmcp_client.py", to);
}

/** Connects with PyPI `fastmcp` and the headers of `to`. `typed(name, args, paths)` returns what its typed result has. */
export function connectFastMcpWithKey(to) {
  return connect(python, "fastmcp_client.py", to);
}

/** Connects with the LangChain tools of PyPI `mcp-use`, which opens the browser itself. With an API key it does not. */
export async function connectMcpUse(to) {
  const more = { callback_port: await freePort() };
  return connectWithBrowser(pythonMcp1, "mcp_use_client.py", to, more);
}

async function connectWithBrowser(interpreter, script, to, more) {
  const browser = await startBrowser(to.authorize);
  const home = mkdtempSync(join(outputFolder("homes"), "home-"));
  const env = { ...browser.env, HOME: home, ...QUIET };
  const untilFailed = (work) => Promise.race([work, browser.failed]);
  let client;
  try {
    client = await connect(interpreter, script, to, more, { env, untilFailed });
  } catch (error) {
    await browser.stop();
    throw error;
  }
  return {
    ...client,
    async close() {
      await client.close();
      await browser.stop();
    },
  };
}

// mcp-use reports its use to its makers otherwise; nothing here may leave the machine.
const QUIET = { MCP_USE_ANONYMIZED_TELEMETRY: "false", DO_NOT_TRACK: "1", SCARF_ANALYTICS: "false" };

async function connect(interpreter, script, { url, headers = {}, scope, authorize }, more = {}, options = {}) {
  const { env = {}, untilFailed = (work) => work } = options;
  const child = spawn(interpreter, [join(HERE, script)], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...env },
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (chunk) => (errors += chunk));
  const closed = new Promise((resolve) => child.once("close", resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  const ask = async (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    for (;;) {
      const { value, done } = await untilFailed(lines.next());
      if (done) throw new Error(`the Python client ended: ${errors}`);
      const answer = JSON.parse(value);
      if (answer.error) throw new Error(`${answer.error}\n${errors}`);
      if (!answer.authorize) return answer.result;
      child.stdin.write(`${JSON.stringify({ callback: await authorize(answer.authorize) })}\n`);
    }
  };
  const end = async () => {
    child.stdin.end();
    await closed;
  };

  try {
    await ask({ connect: { url, headers, scope, oauth: Boolean(authorize), ...more } });
  } catch (error) {
    child.kill();
    await closed;
    throw error;
  }
  return {
    tools: () => ask({ tools: true }),
    call: (name, args) => ask({ call: name, arguments: args }),
    typed: (name, args, paths) => ask({ typed: name, arguments: args, paths }),
    close: end,
  };
}
