// deny.toml: what cargo-deny refuses with it, tried with rules that today's dependencies break.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { cargoDeny, root } from "../tools/paths.mjs";

const folder = mkdtempSync(join(tmpdir(), "deny-"));
after(() => rmSync(folder, { recursive: true }));
const rules = readFileSync(join(root, "deny.toml"), "utf8");

/** Checks the workspace against `deny.toml` with one change: `{status, stderr}`. */
function check(what, from, to) {
  assert.ok(rules.includes(from), `deny.toml has no ${from}`);
  const config = join(folder, `${what}.toml`);
  writeFileSync(config, rules.replace(from, to));
  const args = ["--workspace", "--locked", "--log-level", "error", "--config", config, "check", what];
  return spawnSync(cargoDeny, args, { encoding: "utf8", cwd: root });
}

for (const [what, from, to, problem] of [
  ["licenses", '    "MIT",\n', "", /error\[rejected\]: failed to satisfy license requirements/],
  ["sources", '[sources]\n', "[sources]\nallow-registry = []\n", /error\[source-not-allowed\]/],
  ["bans", '[bans]\n', '[bans]\ndeny = ["serde"]\n', /error\[banned\]: crate 'serde = .*' is explicitly banned/],
]) {
  test(`a dependency that breaks the rules for ${what} is refused`, () => {
    const { status, stderr } = check(what, from, to);
    assert.notEqual(status, 0);
    assert.match(stderr, problem);
  });
}
