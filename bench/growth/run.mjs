// Counts the instructions of some kinds of request with 1, 10 and 100 times as many operations: node run.mjs REPOSITORY TARGET.
//
// The number of operations is fixed when the connector is built, so each number needs a build of its own, from a copy of the
// repository with a larger document.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { count } from "../counts/count.mjs";
import { table } from "../lib/markdown.mjs";
import { multiplied } from "./document.mjs";

const FACTORS = [1, 10, 100];
const CASES = ["refused", "call-small", "call-with-arguments", "call-first", "list-compact", "list", "list-first"];

const [repository, target] = process.argv.slice(2);
const document = JSON.parse(readFileSync(join(repository, "static/openapi.json"), "utf8"));
const list = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
const files = execFileSync("git", list, { cwd: repository, encoding: "utf8" }).split("\0").filter(Boolean);

// The compiler gives up a table of 9,100 tools, because it may take long.
const env = { ...process.env, RUSTFLAGS: "--allow long_running_const_eval" };
const columns = [];
for (const factor of FACTORS) {
  const copy = join(target, `${factor}`);
  rmSync(copy, { recursive: true, force: true });
  for (const file of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(repository, file), join(copy, file));
  }
  const { text, operations } = multiplied(document, factor);
  writeFileSync(join(copy, "static/openapi.json"), text);
  cpSync(join(copy, "Cargo.lock"), join(copy, "bench/counts/Cargo.lock"));
  const build = join(target, "build");
  const options = ["build", "--quiet", "--release", "--target-dir", build];
  execFileSync("cargo", [...options, "--manifest-path", join(copy, "bench/counts/Cargo.toml")], { stdio: "inherit", env });
  const results = [];
  for (const name of CASES) {
    results.push(await count(join(build, "release/tokportal-counts"), join(target, "profiles"), name));
  }
  columns.push({ operations, results });
  rmSync(copy, { recursive: true, force: true });
}

writeFileSync(join(target, "results.json"), `${JSON.stringify({ columns }, undefined, 1)}\n`);
const shown = (number) => number.toLocaleString("en");
const line = (title, numbers) => [title, ...numbers.map(shown), (numbers.at(-1) / numbers[0]).toFixed(2)];
const lines = CASES.map((name, index) => line(`\`${name}\``, columns.map(({ results }) => results[index].instructions)));
const bytes = columns.map(({ results }) => results[CASES.indexOf("list")].bytes);
const head = ["instructions a request", ...columns.map(({ operations }) => `${shown(operations)} operations`), "last to first"];
process.stdout.write(table(head, [...lines, line("bytes of `list`", bytes)]));
