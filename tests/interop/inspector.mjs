// The MCP Inspector's command line, as a person would call it.
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";

import { node22, outputFolder, packageFile } from "../tools/paths.mjs";

/** A home folder of its own for one Inspector user: catalogue, stored sign-ins, registered clients. */
export function inspectorHome() {
  return mkdtempSync(join(outputFolder("inspector"), "home-"));
}

/**
 * Starts the Inspector CLI against `url`.
 * @returns {{child: import("node:child_process").ChildProcess, done: Promise<{status, stdout, stderr}>}}
 */
export function startInspector({ url, headers = {}, era, args, home = inspectorHome(), env = {} }) {
  const child = spawn(
    node22(),
    [
      packageFile("@modelcontextprotocol/inspector", "clients/launcher/build/index.js"),
      ...["--cli", "--server-url", url, "--transport", "http", "--format", "json", "--protocol-era", era],
      ...Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]),
      ...args,
    ],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, HOME: home, ...env } },
  );
  const result = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk) => (result.stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk) => (result.stderr += chunk));
  const done = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => resolve({ status: status ?? signal, ...result }));
  });
  return { child, done };
}

/** Runs the Inspector CLI to its end. */
export function inspector(options) {
  return startInspector(options).done;
}
