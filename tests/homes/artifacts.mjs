// Prints the size and the imports of each component of a release, and fails if one imports what a host that it is for does not have.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { componentWit } from "@bytecodealliance/jco";

import { optimized } from "../tools/paths.mjs";

// WASI 0.2 is matched by its minor version: a host with 0.2.0 takes 0.2.12, and the other way round (wasmtime since 19).
const WASI_0_2 = [/^wasi:(cli|clocks|http|io|random)\/[a-z-]+@0\.2\.\d+$/];
const FILES = [/^wasi:filesystem\/[a-z-]+@0\.2\.\d+$/];
const WASI_0_3 = [/^wasi:(cli|clocks|http|random)\/[a-z-]+@0\.3\.0$/];
const SPIN_2 = [/^fermyon:spin\/(key-value|variables)@2\.0\.0$/];
const SPIN_3 = [/^wasi:keyvalue\/(store|batch|atomics)@0\.2\.0-draft2$/];
const SPIN_4_1 = [/^spin:(key-value|variables)\/[a-z-]+@3\.0\.0$/];
const DRAFTS = [/^wasi:keyvalue\/(store|batch|atomics)@0\.2\.0-draft$/, /^wasi:config\/store@0\.2\.0-rc\.1$/];

/**
 * What hosts offer, of that which the connector could use. Read from: Spin's `wit/` at v2.6.0, v2.7.0, v3.0.0, v3.6.3
 * and v4.0.2; wasmtime-wasi-keyvalue and -config 48.0.8; wasmCloud 2.7.0, `crates/wash-runtime/wit`; preview2-shim 0.26.1.
 */
const hosts = {
  "Spin 2.6": [...WASI_0_2, ...FILES, ...SPIN_2],
  "Spin 3.0": [...WASI_0_2, ...FILES, ...SPIN_2, ...SPIN_3],
  "Spin 4.1": [...WASI_0_2, ...FILES, ...WASI_0_3, ...SPIN_2, ...SPIN_3, ...SPIN_4_1],
  "wasmtime serve 48": [...WASI_0_2, ...FILES, ...DRAFTS],
  "wasmCloud 2.7": [...WASI_0_2, ...FILES, ...DRAFTS],
  "jco 1.35": [...WASI_0_2, ...FILES],
};

/** The oldest of each host that an artifact is for, and what it exports. */
const artifacts = {
  tokportal_connector_p3: { on: ["Spin 4.1"], handler: "wasi:http/handler@0.3.0" },
  tokportal_connector_spin: { on: ["Spin 2.6"] },
  tokportal_connector_spin_atomics: { on: ["Spin 3.0"] },
  tokportal_connector_wasi: { on: ["wasmtime serve 48", "wasmCloud 2.7"] },
  tokportal_connector_files: { on: ["wasmtime serve 48", "wasmCloud 2.7", "jco 1.35"] },
};
/** Hosts look this name up as it is. */
const HANDLER = "wasi:http/incoming-handler@0.2.0";

const problems = [];
for (const [name, { on, handler = HANDLER }] of Object.entries(artifacts)) {
  const bytes = readFileSync(join(optimized, `${name}.wasm`));
  const { imports, exports } = await interfaces(bytes);
  console.log(`${name}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped; for ${on.join(", ")} and newer`);
  console.log(`  exports ${exports.join(", ")}\n  imports ${grouped(imports)}`);
  if (!exports.includes(handler)) problems.push(`${name} does not export ${handler}`);
  for (const host of on) {
    for (const wanted of imports.filter((one) => !hosts[host].some((offer) => offer.test(one)))) {
      problems.push(`${name} imports ${wanted}, which ${host} does not have`);
    }
  }
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

/** The interfaces of a component's world. */
async function interfaces(bytes) {
  const [, world] = /^world root \{\n(.*?)^\}/ms.exec(await componentWit(bytes));
  const named = (what) => [...world.matchAll(new RegExp(`^  ${what} (\\S+);$`, "gm"))].map(([, name]) => name).sort();
  return { imports: named("import"), exports: named("export") };
}

/** `wasi:io/poll@0.2.6` and `wasi:io/error@0.2.6` as `wasi:io@0.2.6 (error, poll)`. */
function grouped(names) {
  const packages = new Map();
  for (const name of names) {
    const [, owner, inner, version] = /^(.*)\/(.*)@(.*)$/.exec(name);
    const key = `${owner}@${version}`;
    packages.set(key, [...(packages.get(key) ?? []), inner]);
  }
  return [...packages].map(([name, inner]) => `${name} (${inner.join(", ")})`).join(", ");
}
