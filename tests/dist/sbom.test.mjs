// The software bill of materials: valid, and it tells what the components are made of.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { root } from "../tools/paths.mjs";
import { artifacts, pack, python, sha256, version } from "./release.mjs";

const folder = mkdtempSync(join(tmpdir(), "release-"));
const file = join(folder, "sbom.cdx.json");
let bom;

before(() => {
  pack(folder);
  bom = JSON.parse(readFileSync(file, "utf8"));
});
after(() => rmSync(folder, { recursive: true }));

/** What each thing depends on, by reference. */
const edges = () => new Map(bom.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
const named = (name) => bom.components.filter((component) => component.name === name);

// Exits with 1 and the first line of the error if the schema of CycloneDX 1.6 refuses the file.
const VALIDATE = `
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())
sys.exit(str(error).splitlines()[0] if error else 0)
`;

test("document is valid CycloneDX 1.6", () => {
  assert.equal(bom.specVersion, "1.6");
  const { status, stderr } = python(VALIDATE, file);
  assert.equal(status, 0, stderr);
});

test("validator refuses a document with an unknown member", () => {
  const wrong = join(folder, "wrong.json");
  writeFileSync(wrong, JSON.stringify({ ...bom, made: "today" }));
  const { status, stderr } = python(VALIDATE, wrong);
  assert.equal(status, 1);
  assert.match(stderr, /'made' was unexpected/);
});

test("product and components have the version and the hashes", () => {
  assert.deepEqual([bom.metadata.component.name, bom.metadata.component.version], ["tokportal-connector", version]);
  for (const { component } of artifacts) {
    const [entry] = named(component);
    assert.deepEqual(entry.hashes, [{ alg: "SHA-256", content: sha256(join(folder, component)) }]);
    assert.equal(entry.version, version);
  }
});

test("every crate of a registry has licence, purl and checksum", () => {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  const crates = bom.components.filter(({ purl }) => purl);
  assert.ok(crates.length > 80, `only ${crates.length} crates`);
  for (const { name, version, purl, hashes, licenses } of crates) {
    assert.equal(purl, `pkg:cargo/${name}@${version.replaceAll("+", "%2B")}`);
    assert.equal(licenses.length, 1, name);
    const entry = lock.split("[[package]]").find((text) => text.includes(`name = "${name}"\nversion = "${version}"`));
    assert.ok(entry.includes(`checksum = "${hashes[0].content}"`), name);
  }
});

const scopes = (name) => named(name).map(({ scope }) => scope);

test("crates are those of the components, not of host and tests", () => {
  for (const name of ["chacha20poly1305", "tokportal-connector", "openapi-tools"]) {
    assert.deepEqual(scopes(name), ["required"], name);
  }
  // The host, a tool of the tests, and the emulator.
  for (const name of ["wasmtime", "proptest", "tokportal-emulator"]) assert.deepEqual(named(name), [], name);
});

test("crates that only ran at build time are excluded", () => {
  // Two macros, and what the build script alone needs.
  for (const name of ["serde_derive", "wit-bindgen-rust-macro", "phf_codegen"]) {
    assert.ok(scopes(name).length >= 1, name);
    for (const scope of scopes(name)) assert.equal(scope, "excluded", name);
  }
});

test("standard library has the version of the compiler", () => {
  const [library] = named("rust-std");
  const compiler = execFileSync("rustc", ["--version"], { cwd: root, encoding: "utf8" });
  assert.equal(compiler.split(" ")[1], library.version);
  for (const { component } of artifacts) assert.ok(edges().get(component).includes(library["bom-ref"]), component);
});

test("release with the host has the file and the crates of the host", () => {
  const host = join(folder, "some-host");
  writeFileSync(host, "a program");
  const out = mkdtempSync(join(tmpdir(), "release-"));
  try {
    pack(out, "--host", host);
    const { components } = JSON.parse(readFileSync(join(out, "sbom.cdx.json"), "utf8"));
    const find = (name) => components.find((component) => component.name === name);
    const file = components.find(({ name, type }) => name === "tokportal-embed" && type === "file");
    assert.deepEqual(file.hashes, [{ alg: "SHA-256", content: sha256(host) }]);
    assert.equal(find("wasmtime").scope, "required");
    assert.match(readFileSync(join(out, "LICENSE-THIRD-PARTY.txt"), "utf8"), /^wasmtime [\d.]+: Apache-2.0 WITH LLVM-exception$/m);
  } finally {
    rmSync(out, { recursive: true });
  }
});

test("dependencies lead from the product to every crate", () => {
  const all = edges();
  const reached = new Set();
  const follow = (ref) => {
    if (reached.has(ref)) return;
    reached.add(ref);
    all.get(ref).forEach(follow);
  };
  follow(bom.metadata.component["bom-ref"]);
  const missing = bom.components.map((component) => component["bom-ref"]).filter((ref) => !reached.has(ref));
  assert.deepEqual(missing, []);
});
