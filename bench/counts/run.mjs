// Counts the instructions of every case and compares them with budget.json: node run.mjs BINARY FOLDER. RENEW=1 writes
// them to budget.json. FOLDER gets the profile of each case.
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";

import { compare } from "./compare.mjs";
import { cases, count } from "./count.mjs";

const BUDGET = new URL("budget.json", import.meta.url);

/** Counts all cases, as many at a time as there are processors: what else runs does not change a count. */
async function countAll(binary, folder) {
  const names = await cases(binary);
  const counted = new Map();
  const waiting = [...names];
  const worker = async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) counted.set(name, await count(binary, folder, name));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return names.map((name) => counted.get(name));
}

function print(rows, { bytes, store, outbound }) {
  const text = (number) => number?.toLocaleString("en") ?? "-";
  const percent = (part) => (part === undefined ? "-" : `${part < 0 ? "" : "+"}${(100 * part).toFixed(2)} %`);
  const lines = [["case", "bytes of the reply", "store calls", "calls out", "instructions a request", "budget", "difference", ""]];
  for (const { name, count, budget, difference, problem } of rows) {
    const calls = [store, outbound].map((calls) => text(calls[name]));
    lines.push([name, text(bytes[name]), ...calls, text(count), text(budget), percent(difference), problem ?? ""]);
  }
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const [name, ...others] of lines) {
    const problem = others.pop();
    const cells = others.map((cell, column) => cell.padStart(widths[column + 1]));
    console.log([name.padEnd(widths[0]), ...cells, problem].join("  ").trimEnd());
  }
}

if (process.arch !== "x64") {
  console.error("The budget holds for x86-64 only.");
  process.exit(1);
}
const [binary, folder] = process.argv.slice(2);
const results = await countAll(binary, folder);
const of = (member) => Object.fromEntries(results.map((result) => [result.name, result[member]]));
if (process.env.RENEW) writeFileSync(BUDGET, `${JSON.stringify(of("instructions"), null, 2)}\n`);
const rows = compare(of("instructions"), JSON.parse(readFileSync(BUDGET, "utf8")));
print(rows, { bytes: of("bytes"), store: of("store"), outbound: of("outbound") });
const failed = rows.filter(({ problem }) => problem).length;
if (failed) console.log("\n`make profile CASE=…` shows where the instructions go. `make counts RENEW=1` renews the budget.");
console.log(`${rows.length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
