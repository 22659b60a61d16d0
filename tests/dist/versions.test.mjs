// One version in every place that has one, or there is no release.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";

import { root, target } from "../tools/paths.mjs";
import { dist, version } from "./release.mjs";

const copies = [];
after(() => copies.forEach((copy) => rmSync(copy, { recursive: true })));

/** A copy of the files that have a version, with one of them changed. */
function changed(file, from, to) {
  const copy = mkdtempSync(join(tmpdir(), "versions-"));
  copies.push(copy);
  const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).split("\n");
  for (const name of tracked.filter((name) => /(^|\/)(Cargo|spin[^/]*)\.toml$|^CHANGELOG\.md$|\.wit$/.test(name))) {
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    cpSync(join(root, name), join(copy, name));
  }
  const text = readFileSync(join(copy, file), "utf8");
  assert.ok(text.includes(from), `${file} has no ${from}`);
  writeFileSync(join(copy, file), text.replace(from, to));
  return copy;
}

const refusal = (copy, ...args) => {
  const { status, stderr } = dist("versions", "--root", copy, ...args);
  assert.equal(status, 1, "the versions were accepted");
  return stderr;
};

test("versions of the repository agree", () => {
  const { status, stderr } = dist("versions");
  assert.equal(status, 0, stderr);
});

for (const [file, from, to] of [
  ["spin.toml", `version = "${version}"`, 'version = "9.9.9"'],
  ["crates/embed/Cargo.toml", "version.workspace = true", 'version = "9.9.9"'],
  ["wit/connector.wit", `@${version};`, "@9.9.9;"],
  ["CHANGELOG.md", /^## \[.*\]/m.exec(readFileSync(join(root, "CHANGELOG.md"), "utf8"))[0], "## [9.9.9]"],
]) {
  test(`another version in ${file} is refused`, () => {
    const message = refusal(changed(file, from, to));
    assert.equal(message, `The versions disagree:\n  ${file} has 9.9.9, Cargo.toml has ${version}\n`);
  });
}

test("a tag of another version is refused", () => {
  const { status, stderr } = dist("versions", "--tag", "v9.9.9");
  assert.equal(status, 1);
  assert.match(stderr, /^ {2}the tag has 9\.9\.9, Cargo\.toml has /m);
});

test("a tag needs a heading of its version in the changelog", () => {
  const copy = changed("CHANGELOG.md", /^## \[.*\]/m.exec(readFileSync(join(root, "CHANGELOG.md"), "utf8"))[0], "## [Unreleased]");
  assert.match(refusal(copy, "--tag", `v${version}`), /^ {2}CHANGELOG\.md has Unreleased, /m);
});

test("embedding host prints the version", () => {
  const printed = execFileSync(join(target, "debug", "tokportal-embed"), ["--version"], { encoding: "utf8" });
  assert.equal(printed, `tokportal-embed ${version}\n`);
});
