// docs/clients.md says which clients were tried, in the versions of the lock files.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { root } from "../tools/paths.mjs";
import { oauthClients } from "./oauth-clients.mjs";

const read = (file) => readFileSync(join(root, file), "utf8");

/** The versions of a package that the lock files name, such as "npm mcp-remote" → ["0.15.1"]. */
function locked(from) {
  const [registry, name] = from.split(" ");
  if (registry === "npm") {
    return [JSON.parse(read("tests/package-lock.json")).packages[`node_modules/${name}`].version];
  }
  const pins = ["tests/requirements.txt", "tests/requirements-mcp-1.txt"].flatMap((file) => read(file).split("\n"));
  return pins.filter((pin) => pin.startsWith(`${name}==`)).map((pin) => pin.slice(name.length + 2));
}

test("docs/clients.md names every tried client in the locked version", () => {
  const rows = [...read("docs/clients.md").matchAll(/^\| (npm|PyPI) `(\S+)` \| (\S+) \|/gm)];
  const written = rows.map(([, registry, name, version]) => `${registry} ${name} ${version}`);
  const packages = [...new Set(oauthClients.map(({ from }) => from))];
  const tried = packages.flatMap((from) => locked(from).map((version) => `${from} ${version}`));
  assert.ok(tried.length >= packages.length);
  assert.deepEqual(written.sort(), tried.sort());
});
