// Where things are, for tests and tools alike.
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

/** The repository's root folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Cargo's target folder; test output goes there too, so that the rest of the tree does not change. */
export const target = resolve(root, process.env.CARGO_TARGET_DIR || "target");

/** The connector with the fixtures of the conformance suite (`make fixtures` builds it). */
export const connectorWithFixtures = component("tokportal_connector_p3", "conformance-build");

/** The connector (`make wasm` builds it). */
export const connector = component("tokportal_connector_p3");

/** A component as `make wasm` builds it, by its name. */
export function component(name, folder = "") {
  return join(target, folder, "wasm32-wasip2", "release", `${name}.wasm`);
}

/** The folder of the connectors as a release has them (`make optimized` fills it). */
export const optimized = join(target, "optimized");

/** An output folder below target/, made on first use. */
export function outputFolder(name) {
  const path = join(target, name);
  mkdirSync(path, { recursive: true });
  return path;
}

/** The Python that has tests/requirements.txt installed (`make interop` installs it). */
export const python = process.env.TEST_PYTHON ?? join(target, "python", "bin", "python");

/** The Python with the SDK 1.x, which cannot be installed beside 2.x: tests/requirements-mcp-1.txt. */
export const pythonMcp1 = process.env.TEST_PYTHON_MCP_1 ?? join(target, "python-mcp-1", "bin", "python");

/** The Python that has examples/keys-api/requirements.txt installed (`make portal-contract` installs it). */
export const keysApiPython = process.env.TEST_KEYS_API_PYTHON ?? join(target, "keys-api", "bin", "python");

/** The Python that has release/requirements.txt installed (`make dist-test` installs it). */
export const releasePython = process.env.TEST_RELEASE_PYTHON ?? join(target, "release-python", "bin", "python");

/** cargo-deny (`make deny` installs it). */
export const cargoDeny = process.env.TEST_CARGO_DENY ?? join(target, "deny", "bin", "cargo-deny");

/**
 * A Node.js of version 22.19 or newer, which the Inspector and the conformance suite need:
 * this one when it is new enough, otherwise the one from the optional packages.
 */
export function node22() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 19)) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  try {
    return join(dirname(require.resolve(`${name}/package.json`)), "bin", "node");
  } catch {
    throw new Error(`Node.js 22.19 is needed; this is ${process.versions.node} and ${name} is not installed`);
  }
}

/** A file inside an installed npm package, past its "exports" map. */
export function packageFile(name, file) {
  const path = join(root, "tests", "node_modules", name, file);
  if (!existsSync(path)) throw new Error(`${name} is not installed: run npm ci in tests/`);
  return path;
}
