// The table of all configurations with their results.
import { writeFileSync } from "node:fs";

/** What the log says of a sign-in, in one line. */
function words({ event, endpoint, error, description, cause, fix, title }) {
  const what = [endpoint, error, description && `"${description}"`, title, cause].filter(Boolean).join(", ");
  return `${event}: ${what}${fix ? ` → ${fix}` : ""}`;
}

/**
 * @param {{name: string, ok: boolean, outcome: Outcome, events: object[]}[]} results
 * @returns {string} aligned columns; what must be otherwise has `!!` before it.
 */
export function table(results) {
  const lines = results.map(({ name, ok, outcome, events }) => [
    `${ok ? "  " : "!!"} ${name}`,
    outcome.result,
    events.map(words).join("; "),
  ]);
  const rows = [["   configuration", "result", "event → what the operator must change"], ...lines];
  const width = (column) => Math.max(...rows.map((row) => row[column].length));
  const [first, second] = [width(0), width(1)];
  return rows.map(([a, b, c]) => `${a.padEnd(first)}  ${b.padEnd(second)}  ${c}`.trimEnd()).join("\n");
}

/** Prints it; `PROVIDERS_TABLE` names a file that gets it, too. */
export function printTable(results) {
  const text = table(results);
  console.log(text);
  if (process.env.PROVIDERS_TABLE) writeFileSync(process.env.PROVIDERS_TABLE, `${text}\n`);
}
