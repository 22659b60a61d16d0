// Compares what the suite found with the committed list of expected failures.

const UNMET = new Set(["FAILURE", "WARNING"]);

/** The suite's check of every message against the specification's schema: a row for the scenario does not cover it. */
const WIRE = "wire-schema-valid";

/**
 * @typedef {{name: string, verdict: "pass" | "warning" | "expected" | "UNEXPECTED" | "STALE", passed: number, notes: string[]}} Row
 *
 * A row of the list is `scenario` (any check of it may fail, but for the wire schema) or `scenario:check` (only that
 * one may), and its reason.
 * A failing check without a row is unexpected; a row whose check does not fail is stale. A warning, which is about
 * something the specification only recommends, needs a row as well, but the scenario passes.
 *
 * @param {Map<string, Map<string, {status: string, message: string}>>} scenarios what runServerScenarios returned.
 * @param {Record<string, string>} expected row → reason.
 * @returns {Row[]} a row a scenario, then one for each stale entry.
 */
export function judge(scenarios, expected) {
  const used = new Set();
  const rows = [...scenarios].map(([name, checks]) => {
    const notes = [];
    let passed = 0;
    let verdict = "pass";
    for (const [id, { status, message }] of checks) {
      if (status === "SUCCESS") passed += 1;
      if (!UNMET.has(status)) continue;
      const entries = id === WIRE ? [`${name}:${id}`] : [`${name}:${id}`, name];
      const entry = entries.find((key) => Object.hasOwn(expected, key));
      if (entry) used.add(entry);
      else notes.push(`${id}: ${message || status}`);
      if (!entry) verdict = "UNEXPECTED";
      else if (verdict !== "UNEXPECTED" && status === "FAILURE") verdict = "expected";
      else if (verdict === "pass") verdict = "warning";
      if (entry && !notes.includes(expected[entry])) notes.push(expected[entry]);
    }
    return { name, verdict, passed, notes };
  });
  const stale = Object.keys(expected).filter((entry) => !used.has(entry));
  return [
    ...rows,
    ...stale.map((name) => ({ name, verdict: "STALE", passed: 0, notes: ["passes or does not exist: remove the row"] })),
  ];
}

/** Whether the list and the findings agree. */
export function agrees(rows) {
  return rows.length > 0 && rows.every(({ verdict }) => verdict !== "UNEXPECTED" && verdict !== "STALE");
}

/** The rows as a printable table. */
export function table(title, rows) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const line = ({ name, verdict, passed, notes }) =>
    `  ${name.padEnd(width)}  ${verdict.padEnd(10)}  ${String(passed).padStart(3)} checks passed  ${notes.join("; ")}`;
  const count = (verdict) => rows.filter((row) => row.verdict === verdict).length;
  const passes = `${count("pass") + count("warning")} pass, ${count("warning")} of them with a warning`;
  const sum = `${passes}, ${count("expected")} expected failures, ${count("UNEXPECTED")} unexpected, ${count("STALE")} stale`;
  return [title, ...rows.map((row) => line(row).trimEnd()), `  ${sum}`].join("\n");
}
