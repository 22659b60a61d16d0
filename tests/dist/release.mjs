// Fills a folder with a release, with the components of `make optimized`.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { optimized, releasePython, root } from "../tools/paths.mjs";

const SCRIPT = join(root, "release", "dist.py");

/** What a release consists of: `{component, manifest, for}`; the manifest is null for hosts that are no Spin. */
export const artifacts = JSON.parse(readFileSync(join(root, "release", "artifacts.json"), "utf8"));

/** The version, as Cargo sees it. */
export const version = JSON.parse(
  execFileSync("cargo", ["metadata", "--format-version", "1", "--no-deps", "--locked"], { cwd: root, maxBuffer: 1 << 28 }),
).packages.find(({ name }) => name === "tokportal-connector").version;

/** Runs release/dist.py: `{status, stdout, stderr}`. */
export function dist(...args) {
  return spawnSync(releasePython, ["-B", SCRIPT, ...args], { encoding: "utf8", cwd: root });
}

/** Fills `folder` and returns the table of sizes that is printed. `more` are further options. */
export function pack(folder, ...more) {
  const { status, stdout, stderr } = dist("pack", "--components", optimized, "--out", folder, ...more);
  if (status !== 0) throw new Error(`the folder was not filled (${status}):\n${stderr}`);
  return stdout;
}

/** Runs a line of Python with the packages of a release. */
export function python(code, ...args) {
  return spawnSync(releasePython, ["-c", code, ...args], { encoding: "utf8" });
}

/** The SHA-256 of a file, in hex. */
export function sha256(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
