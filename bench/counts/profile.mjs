// Prints where the instructions of a case go: node profile.mjs BINARY FOLDER CASE.
//
// callgrind_annotate splits a function by the files of the code that was inlined into it, which here is nearly all code.
// This adds the parts up. The format is in Valgrind's manual ("Callgrind Format Specification").
import { readFileSync } from "node:fs";

import { count } from "./count.mjs";

const ROWS = 40;
/** What is above the counted requests: the start of the program. */
const ABOVE = /^(\(below main\)$|main$|std::rt|0x|tokportal_counts::main)|__libc_start|__rust_begin/;
/** Files of ours, but for those that start the requests or pass a call on to the allocator. */
const OURS = /(?:^|\/)((?:bench\/counts\/|crates\/openapi-tools\/)?src\/.*)/;
const NOT_OURS = /\/registry\/|^\/rustc\/|bench\/counts\/src\/(main|counted)\.rs/;

/** Adds up the costs of a profile: of functions themselves, with what they call, and of lines of ours with what they call. */
function sums(profile) {
  const [self, inclusive, lines] = [new Map(), new Map(), new Map()];
  const add = (map, key, cost) => map.set(key, (map.get(key) ?? 0) + cost);
  const names = new Map();
  /** A name is written once, as `(7) name`, and then as `(7)`. */
  const named = (kind, text) => {
    const [, id, name] = /^\((\d+)\)(?: (.*))?$/.exec(text);
    if (name !== undefined) names.set(`${kind}${id}`, name);
    return names.get(`${kind}${id}`);
  };
  /** Recursive calls of a function have a number at the end. */
  const ofFunction = (text) => named("function", text).replace(/'\d+$/, "");
  let [name, file, line, callee] = ["", "", 0, undefined];
  for (const text of profile.split("\n")) {
    const [, key, value] = /^(fn|fl|fi|fe|cfn|cfi|cfl)=(.*)$/.exec(text) ?? [];
    if (key === "fn") name = ofFunction(value);
    else if (key === "cfn") callee = ofFunction(value);
    else if (key === "cfi" || key === "cfl") named("file", value);
    else if (key) file = named("file", value);
    // Either what the line itself costs, or after a `cfn` what its call costs.
    const [, position, cost] = /^([+-]?\d+|\*) (\d+)$/.exec(text) ?? [];
    if (!position) continue;
    if (position !== "*") line = /^[+-]/.test(position) ? line + Number(position) : Number(position);
    if (callee === undefined) add(self, name, Number(cost));
    if (callee !== name) add(inclusive, name, Number(cost));
    const [, own] = NOT_OURS.test(file) ? [] : (OURS.exec(file) ?? []);
    if (own) add(lines, `${own}:${line}  in ${name}`, Number(cost));
    callee = undefined;
  }
  return { self, inclusive, lines };
}

const [binary, folder, name] = process.argv.slice(2);
const { requests, instructions, profile } = await count(binary, folder, name);
const { self, inclusive, lines } = sums(readFileSync(profile, "utf8"));
const tables = [
  ["functions, with what they call", inclusive],
  ["functions themselves", self],
  ["lines of ours, with what they call", lines],
];
for (const [title, map] of tables) {
  console.log(`\n${name}, ${title}: instructions a request, of ${instructions.toLocaleString("en")}`);
  const shown = [...map].filter(([name]) => !ABOVE.test(name)).sort(([, a], [, b]) => b - a);
  for (const [name, cost] of shown.slice(0, ROWS)) {
    const number = Math.round(cost / requests).toLocaleString("en").padStart(11);
    console.log(`${number} ${((100 * cost) / requests / instructions).toFixed(1).padStart(5)} %  ${name}`);
  }
}
