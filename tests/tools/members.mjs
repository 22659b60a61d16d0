// Prints how many members the output schema of each tool has: node tools/members.mjs [BEFORE [AFTER]]. Both are results of
// tools/list or snapshots of it; AFTER is the snapshot of the repository if it is not given.
import { readFileSync } from "node:fs";

import { listed } from "../catalogue/answers.mjs";
import { snapshotFile } from "../catalogue/list.mjs";

const [before, after = snapshotFile] = process.argv.slice(2);

/** The number of members by tool; undefined for a tool without an output schema. */
function members(file) {
  const list = JSON.parse(readFileSync(file, "utf8"));
  const count = ({ name, outputSchema }) => [name, outputSchema && membersOf(outputSchema)];
  return new Map((list.result?.tools ?? list.tools ?? list).map(count));
}

// The members error, media_type, text and http_status of a result count as well.
function membersOf(schema) {
  const own = Object.keys(schema.properties ?? {}).filter((name) => !listed(schema).members.has(name));
  return listed(schema).members.size + own.length;
}

const [old, now] = [before ? members(before) : new Map(), members(after)];
const line = (...cells) => console.log(cells.map((cell, i) => String(cell ?? "-").padEnd([48, 8, 0][i])).join("").trimEnd());
line("tool", before ? "before" : "", "members");
for (const [name, count] of now) line(name, before ? old.get(name) : "", count);
const total = (counts) => [...counts.values()].reduce((sum, count) => sum + (count ?? 0), 0);
line(`${now.size} tools`, before ? total(old) : "", total(now));
