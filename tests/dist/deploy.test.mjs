// The pages of deploy/ and README.md: what they name exists, and every setting is one of the connector.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";

import { root } from "../tools/paths.mjs";
import { artifacts, version } from "./release.mjs";

const read = (name) => readFileSync(join(root, name), "utf8");
const files = readdirSync(join(root, "deploy"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1));
const pages = files.filter((name) => name.endsWith(".md"));

/** The settings of the connector, from its source: `Config::VARIABLES`. */
const settings = /const VARIABLES: \[&str; \d+\] = \[([^\]]*)\]/s
  .exec(read("src/config.rs"))[1]
  .match(/[a-z_]+/g);
/** They extend the list of allowed hosts; the connector does not read them. */
const origins = ["", "token_", "userinfo_", "jwks_", "keys_"].map((endpoint) => `portal_${endpoint}origin`);
const variables = [...settings, ...origins].sort();

test("the lists that the tests compare are not empty", () => {
  assert.ok(settings.includes("public_url") && settings.length >= 21, settings.join());
  assert.ok(pages.length >= 7 && files.length >= 15, files.join());
});

test("every file in deploy is on the page of its folder", () => {
  for (const name of files.filter((name) => !name.endsWith("README.md"))) {
    const page = join(dirname(name), "README.md");
    assert.ok(read(page).includes(`](${name.slice(dirname(name).length + 1)})`), `${page} does not link to ${name}`);
  }
});

test("every link of a page leads to a file", () => {
  for (const page of [...pages, "README.md"]) {
    for (const [, target] of read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      assert.ok(existsSync(join(root, dirname(page), target)), `${page} links to ${target}`);
    }
  }
});

test("pages name components and manifests of the release", () => {
  const known = new Set(artifacts.flatMap(({ component, manifest }) => [component, manifest]));
  for (const name of files) {
    for (const [word] of read(name).matchAll(/tokportal_connector_\w+\.wasm|\bspin(\.\w+)?\.toml\b/g)) {
      assert.ok(known.has(word), `${name} names ${word}`);
    }
  }
});

test("images have the version of the release", () => {
  const tags = files.flatMap((name) => [...read(name).matchAll(/tokportal-connector:(\d[\w.]*)/g)].map((m) => [name, m[1]]));
  assert.ok(tags.length >= 5);
  for (const [name, tag] of tags) assert.equal(tag, version, name);
});

for (const manifest of artifacts.map(({ manifest }) => manifest).filter(Boolean)) {
  test(`${manifest} has every variable and no other`, () => {
    const text = read(manifest);
    const declared = /^\[variables\]\n(.*?)^\[/ms.exec(text)[1];
    assert.deepEqual([...declared.matchAll(/^(\w+) = \{/gm)].map((match) => match[1]).sort(), variables);
    const allowed = /^allowed_outbound_hosts = \[\n(.*?)^\]/ms.exec(text)[1];
    assert.deepEqual(
      [...allowed.matchAll(/^ {2}"(.*)",$/gm)].map((match) => match[1]),
      ["{{ api_base_url }}", ...origins.map((name) => `{{ ${name} }}`), "https://*:443"],
    );
    const passed = /^\[component\.connector\.variables\]\n(.*?)(^\[|$(?![\s\S]))/ms.exec(text)[1];
    assert.deepEqual([...passed.matchAll(/^(\w+) = "\{\{ \1 \}\}"$/gm)].map((match) => match[1]).sort(), [...settings].sort());
  });
}

test("connector.env has every variable and no other", () => {
  const names = [...read("deploy/connector.env").matchAll(/^#?SPIN_VARIABLE_(\w+)=/gm)].map((match) => match[1]);
  assert.deepEqual(names.map((name) => name.toLowerCase()).sort(), variables);
});

test("every setting on the pages and in the YAML is one of the connector", () => {
  const found = [
    ...read("deploy/spinkube/spinapp.yaml").matchAll(/^ {4}- name: (\w+)$/gm),
    ...read("deploy/wasmcloud/workloaddeployment.yaml").matchAll(/^ {12}(\w+_\w+): /gm),
    ...read("deploy/wasmcloud/secret.yaml").matchAll(/^ {2}(\w+_\w+): /gm),
    ...pages.flatMap((page) => [...read(page).matchAll(/--variable (\w+)=/g), ...read(page).matchAll(/SPIN_VARIABLE_(\w+)=/g)]),
  ].map((match) => match[1].toLowerCase());
  assert.ok(found.length >= 80, found.join());
  for (const name of found) assert.ok(variables.includes(name), name);
});

test("pages for identity providers name settings and events that exist", () => {
  const events = read("docs/LOGGING.md");
  for (const page of pages.filter((page) => page.startsWith("deploy/portal/"))) {
    for (const [, name] of read(page).matchAll(/`(portal_\w+|\w+_failed|error_page)`/g)) {
      assert.ok(variables.includes(name) || events.includes(`| \`${name}\` |`), `${page} names ${name}`);
    }
  }
});

test("README says which component is for which place", () => {
  const deploy = /^## Deploy\n(.*?)^## /ms.exec(read("README.md"))[1];
  for (const { component } of artifacts) assert.ok(deploy.includes(component), component);
  for (const page of pages.filter((page) => basename(page) === "README.md" && dirname(page) !== "deploy")) assert.ok(deploy.includes(`(${page})`), page);
});
