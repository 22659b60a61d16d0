// The table of scenarios and homes in docs/HOMES.md: `node homes/table.mjs` writes it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { root } from "../tools/paths.mjs";
import { homes } from "./homes.mjs";
import { scenarios } from "./scenarios.mjs";

/** The page with the table. */
export const PAGE = "docs/HOMES.md";
const BEGIN = "<!-- The table: tests/homes/table.mjs writes it. -->\n";
const END = "<!-- End of the table. -->\n";
const file = join(root, PAGE);

/** The table as the suite defines it, or with the outcome of each scenario in each home. */
export function table(outcome) {
  const reasons = [...new Set(homes.flatMap(({ gaps }) => Object.values(gaps).map(({ reason }) => reason)))];
  const expected = ({ gaps }, name) => (gaps[name] ? `gap ${reasons.indexOf(gaps[name].reason) + 1}` : "ok");
  const line = (cells) => `| ${cells.join(" | ")} |\n`;
  const rows = Object.keys(scenarios).map((name) => line([name, ...homes.map((home) => (outcome ?? expected)(home, name))]));
  return [
    line(["", ...homes.map(({ name }) => name)]),
    line(homes.map(() => "---").concat("---")),
    line(["artifact", ...homes.map(({ artifact }) => `\`${artifact}\``)]),
    line(["run as", ...homes.map(({ note }) => note)]),
    ...rows,
    "\n",
    ...reasons.map((reason, index) => `- Gap ${index + 1}: ${reason}\n`),
  ].join("");
}

/** The table that the page has. */
export function written() {
  const [, after] = readFileSync(file, "utf8").split(BEGIN);
  return after?.split(END)[0];
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const text = readFileSync(file, "utf8");
  const [head, rest] = text.split(BEGIN);
  const [, tail] = rest.split(END);
  writeFileSync(file, head + BEGIN + table() + END + tail);
}
