// Runs the official suite as published and reads its result files.
import { spawn } from "node:child_process";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { node22, outputFolder, packageFile } from "../tools/paths.mjs";
import { freePort } from "../tools/ports.mjs";

/** The time that the suite appends to the name of each result folder. */
const STAMP = /-\d{4}-\d\d-\d\dT[\d-]+Z$/;

/** The results of a check, worst first. */
const STATUSES = ["FAILURE", "WARNING", "SUCCESS", "INFO", "SKIPPED"];

/**
 * Starts the suite's command line.
 * @returns {{child: import("node:child_process").ChildProcess, done: Promise<string>}} its output.
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
 * Runs every server scenario of one requirement set, including those without a score. The suite writes to the folder
 * `name`.
 * @returns {Promise<Map<string, Map<string, {status: string, message: string}>>>} scenario → check → result.
 */
export async function runServerScenarios(url, revision, name) {
  const folder = join(outputFolder("conformance"), name);
  rmSync(folder, { recursive: true, force: true });
  const output = await startSuite(["server", "--url", url, "--requirements", revision, "-o", folder]).done;
  const started = [...output.matchAll(/^=== Running scenario: (\S+) ===$/gm)].map((match) => match[1]);
  if (started.length === 0) throw new Error(`the suite ran no scenario:\n${output}`);
  return new Map(started.map((scenario) => [scenario, readChecks(folder, `server-${scenario}`)]));
}

/**
 * Runs the scenarios for authorization servers: registers a client, and lets `person` do what the suite asks a person
 * to do in a browser.
 */
export async function runAuthorizationScenarios(app, person) {
  const folder = join(outputFolder("conformance"), "authorization");
  rmSync(folder, { recursive: true, force: true });
  const port = await freePort();
  const redirectUri = `http://127.0.0.1:${port}/callback`;
  const client = await register(app.url, redirectUri);
  const about = ["--client-id", client, "--resource", app.mcp, "-p", String(port), "-o", folder];
  const { child, done } = startSuite(["authorization", "--url", app.url, ...about]);
  let seen = "";
  let visit;
  child.stdout.on("data", (chunk) => {
    seen += chunk;
    const asked = /Access the following URL in your browser.*\n(\S+)\n/.exec(seen);
    if (asked && !visit) {
      visit = person.authorize(asked[1], { redirectUri }).then((callback) => fetch(callback));
      visit.catch(() => child.kill());
    }
  });
  await done;
  await visit;
  const prefixed = readdirSync(folder).map((entry) => entry.replace(STAMP, ""));
  return new Map(prefixed.map((name) => [name.replace(/^authorization-server-/, ""), readChecks(folder, name)]));
}

async function register(origin, redirectUri) {
  const response = await fetch(`${origin}/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      client_name: "Conformance suite",
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: "none",
    }),
  });
  if (response.status !== 201) throw new Error(`/register answered ${response.status}: ${await response.text()}`);
  return (await response.json()).client_id;
}

/** The checks of one scenario; a check that ran several times counts as its worst run. */
export function readChecks(folder, prefix) {
  const name = readdirSync(folder).find((entry) => entry.replace(STAMP, "") === prefix);
  if (!name) return new Map([["result", { status: "FAILURE", message: "the suite wrote no result" }]]);
  const checks = new Map();
  for (const { id, status, errorMessage } of JSON.parse(readFileSync(join(folder, name, "checks.json"), "utf8"))) {
    const before = checks.get(id);
    if (before && STATUSES.indexOf(before.status) <= STATUSES.indexOf(status)) continue;
    checks.set(id, { status, message: errorMessage ?? "" });
  }
  return checks;
}
