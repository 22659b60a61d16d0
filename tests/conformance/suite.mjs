// Runs the official suite as it is published and reads what it wrote.
import { spawn } from "node:child_process";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { node22, outputFolder, packageFile } from "../tools/paths.mjs";

/** What a check can have come to, the worst first. */
const STATUSES = ["FAILURE", "WARNING", "SUCCESS", "INFO", "SKIPPED"];

/**
 * Starts the suite's command line.
 * @returns {{child: import("node:child_process").ChildProcess, done: Promise<string>}} everything it printed.
 */
export function startSuite(args) {
  const child = spawn(node22(), [packageFile("@modelcontextprotocol/conformance", "dist/index.js"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => (output += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk) => (output += chunk));
  const done = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve(output));
  });
  return { child, done };
}

/**
 * Runs every server scenario of one requirement set, the ones that are not scored included.
 * @returns {Promise<Map<string, Map<string, {status: string, message: string}>>>} scenario → check → result.
 */
export async function runServerScenarios(url, revision) {
  const folder = join(outputFolder("conformance"), revision);
  rmSync(folder, { recursive: true, force: true });
  const output = await startSuite(["server", "--url", url, "--requirements", revision, "-o", folder]).done;
  const started = [...output.matchAll(/^=== Running scenario: (\S+) ===$/gm)].map((match) => match[1]);
  if (started.length === 0) throw new Error(`the suite ran no scenario:\n${output}`);
  return new Map(started.map((scenario) => [scenario, readChecks(folder, `server-${scenario}`)]));
}

/** The checks of one scenario; a check that ran several times counts as its worst run. */
export function readChecks(folder, prefix) {
  const name = readdirSync(folder).find((entry) => entry.replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, "") === prefix);
  if (!name) return new Map([["result", { status: "FAILURE", message: "the suite wrote no result" }]]);
  const checks = new Map();
  for (const { id, status, errorMessage } of JSON.parse(readFileSync(join(folder, name, "checks.json"), "utf8"))) {
    const before = checks.get(id);
    if (before && STATUSES.indexOf(before.status) <= STATUSES.indexOf(status)) continue;
    checks.set(id, { status, message: errorMessage ?? "" });
  }
  return checks;
}
