// The Python SDK in a process of its own: one JSON request per line in, one JSON response per line out.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { python } from "../tools/paths.mjs";

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), "python_client.py");

/**
 * Connects with PyPI `mcp`.
 * @param {string} mode "legacy", "auto" or a version.
 * @param {{url: string, headers?: object, scope?: string, authorize?: (url: string) => Promise<string>}} to
 *   `authorize` makes it an OAuth client: it gets the authorization URL and returns the callback URL.
 */
export async function connectPython(mode, { url, headers = {}, scope, authorize }) {
  const child = spawn(python, [SCRIPT], { stdio: ["pipe", "pipe", "pipe"] });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (chunk) => (errors += chunk));
  const closed = new Promise((resolve) => child.once("close", resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  const ask = async (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    for (;;) {
      const { value, done } = await lines.next();
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
    await ask({ connect: { url, headers, mode, scope, oauth: Boolean(authorize) } });
  } catch (error) {
    await end();
    throw error;
  }
  return {
    tools: () => ask({ tools: true }),
    call: (name, args) => ask({ call: name, arguments: args }),
    close: end,
  };
}
