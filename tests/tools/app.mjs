// Starts the real app (the connector and the emulator as components on the embedding host) for one test file.
import { spawn } from "node:child_process";
import { join } from "node:path";

import { manifestWith } from "./manifest.mjs";
import { root, target } from "./paths.mjs";

const MANIFEST = "spin.emulator.toml";
const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 15_000;

/** The path of the MCP endpoint. */
export const MCP_PATH = "/api/ext/mcp";

/**
 * Starts an app of its own on a free port with its state in memory, and waits until it listens.
 * With TEST_APP_URL and TEST_APP_KEY set, tests of the shipped connector go to an app that already runs (`make up`,
 * `spin up`) instead.
 *
 * @param {{variables?: Record<string, string>, args?: string[], connector?: string}} [options] Spin variables, further
 *   arguments, and the file of another build of the connector.
 * @returns {Promise<App>}
 */
export async function startApp({ variables = {}, args = [], connector } = {}) {
  if (process.env.TEST_APP_URL && !connector) return runningApp(process.env.TEST_APP_URL, process.env.TEST_APP_KEY);

  const values = { public_url: "{url}", ...variables };
  const manifest = connector ? manifestWith(MANIFEST, () => connector) : MANIFEST;
  const { url, output, stop } = await startHost([
    ...["--manifest", manifest, "--in-memory", "--banner", "static/banner.txt"],
    ...Object.entries(values).flatMap(([name, value]) => ["--variable", `${name}=${value}`]),
    ...args,
  ]);
  return describe(url, output(), { output, stop });
}

/**
 * Starts the embedding host on a free port and waits until it listens.
 *
 * @param {string[]} args Its arguments, besides `--listen`.
 * @returns {Promise<{url: string, output: () => string, stop: () => Promise<void>}>}
 */
export async function startHost(args) {
  const child = spawn(join(target, "debug", "tokportal-embed"), ["--listen", "127.0.0.1:0", ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const url = await new Promise((resolve, reject) => {
    const fail = (why) => {
      clearTimeout(limit);
      reject(new Error(`${why}; it printed:\n${output}`));
    };
    const limit = setTimeout(() => {
      child.kill("SIGKILL");
      fail(`the app did not listen within ${START_LIMIT_MS} ms`);
    }, START_LIMIT_MS);
    const read = (chunk) => {
      output += chunk;
      const listening = /^Listening on (http:\/\/\S+)$/m.exec(output);
      if (listening) {
        clearTimeout(limit);
        resolve(listening[1]);
      }
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.once("error", (error) => fail(`the app did not start (${error.message})`));
    // Not "exit", which may come before the last lines of the output.
    child.once("close", (code, signal) => fail(`the app ended with ${code ?? signal} before it listened`));
  });
  const exited = new Promise((resolve) => child.once("close", (code, signal) => resolve(code ?? signal)));

  return {
    url,
    output: () => output,
    async stop() {
      child.kill("SIGINT");
      const limit = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
      const status = await exited;
      clearTimeout(limit);
      if (status !== 0) throw new Error(`the app ended with ${status} instead of 0; it printed:\n${output}`);
    },
  };
}

/**
 * A running app, with the facts from its own banner.
 * @typedef {{
 *   url: string, mcp: string, key: string, signIn?: {email: string, password: string},
 *   output: () => string, stop: () => Promise<void>
 * }} App
 */
function describe(url, banner, rest) {
  const key = /^Demo API key: (sk_[0-9a-f]{64})$/m.exec(banner)?.[1];
  if (!key) throw new Error(`the banner shows no demo API key:\n${banner}`);
  const person = /^Demo sign-in: (\S+) \/ (\S+)$/m.exec(banner);
  const signIn = person ? { email: person[1], password: person[2] } : undefined;
  return { url, mcp: url + MCP_PATH, key, signIn, ...rest };
}

function runningApp(url, key) {
  if (!key) throw new Error("TEST_APP_URL needs TEST_APP_KEY, the demo API key of that app");
  const [email, password] = (process.env.TEST_APP_SIGN_IN ?? "").split("/").map((part) => part.trim());
  const signIn = password ? { email, password } : undefined;
  return { url, mcp: url + MCP_PATH, key, signIn, output: () => "", stop: async () => {} };
}
