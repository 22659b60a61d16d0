// Prints what came of a run: a table family × surface, and every case that did not hold.
import { SURFACES } from "./suite.mjs";

const flat = (rows) =>
  rows.flatMap(({ family, cells }) =>
    Object.entries(cells).flatMap(([surface, { results }]) => results.map((one) => ({ family, surface, ...one }))),
  );

/** The numbers of the families that a run found broken. */
export const brokenFamilies = (rows) => [
  ...new Set(
    flat(rows)
      .filter(({ outcome }) => outcome === "broken")
      .map(({ family }) => family.number),
  ),
];

/** How many cases held, broke and were not judged. */
export function count(rows) {
  const total = { held: 0, broken: 0, known: 0, unjudged: 0, late: 0 };
  for (const { outcome } of flat(rows)) total[outcome] += 1;
  return total;
}

/**
 * The table as lines of texts: family × surface, with totals. A number is the count of cases that held, `!` marks those
 * that did not, `?` those known or not judged, `–` none.
 */
function grid(rows) {
  const surfaces = Object.keys(SURFACES);
  const line = (title, cells) => [title, ...cells.map(mark), mark({ results: cells.flatMap(({ results }) => results) })];
  const all = surfaces.map((surface) => ({ results: rows.flatMap(({ cells }) => cells[surface].results) }));
  return [
    ["family", ...Object.values(SURFACES), "all"],
    ...rows.map(({ family, cells }) =>
      line(
        `${family.number} ${family.name}`,
        surfaces.map((surface) => cells[surface]),
      ),
    ),
    line("all", all),
  ];
}

/** The table as text. */
export function table(rows) {
  const lines = grid(rows);
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line.map((text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column]))).join("  "),
    )
    .join("\n");
}

function mark({ reason, results }) {
  if (reason && results.length === 0) return "–";
  const counted = (outcome) => results.filter((one) => one.outcome === outcome).length;
  const broken = counted("broken");
  const open = counted("known") + counted("unjudged") + counted("late");
  return `${counted("held")}${broken ? ` !${broken}` : ""}${open ? ` ?${open}` : ""}`;
}

/** The table in Markdown, with a title and a line of totals. */
export function markdown(title, rows, totals) {
  const [head, ...lines] = grid(rows);
  const text = [head, head.map((_, at) => (at === 0 ? "---" : "--:")), ...lines].map((line) => `| ${line.join(" | ")} |`);
  const legend =
    "A number is the count of cases that held, `!` those that broke, `?` those known or not judged; `–`: does not apply.";
  return `## ${title}\n\n${legend}\n\n${text.join("\n")}\n\n${totals}\n`;
}

/** Every case that did not hold: what was sent, what came, and the rule. */
export function problems(rows) {
  return flat(rows)
    .filter(({ outcome }) => outcome !== "held")
    .map(({ family, surface, name, outcome, rule, why, sent, came }) => {
      const head = `${{ broken: "BROKEN", known: "known", unjudged: "not judged", late: "not run" }[outcome]}  ${family.number} ${family.name} · ${SURFACES[surface]} · ${name}: ${why}`;
      if (outcome !== "broken") return head;
      return [head, `    rule  ${rule}`, ...(sent ? [`    sent  ${sent}`, `    came  ${came}`] : [])].join("\n");
    })
    .join("\n");
}

/** Why families do not apply to surfaces. */
export function reasons(rows) {
  return rows
    .flatMap(({ family, cells }) =>
      Object.entries(cells)
        .filter(([, { reason }]) => reason)
        .map(([surface, { reason }]) => `–  ${family.number} ${family.name} · ${SURFACES[surface]}: ${reason}`),
    )
    .join("\n");
}

/** Marks what is known: `rows` of {family, name, reason}. Returns those that no case needs any more. */
export function withKnown(results, rows) {
  const stale = new Set(rows);
  for (const { family, cells } of results) {
    for (const one of Object.values(cells)
      .flatMap(({ results: all }) => all)
      .filter(({ outcome }) => outcome === "broken")) {
      const row = rows.find((candidate) => candidate.family === family.number && candidate.name.test(one.name));
      if (!row) continue;
      stale.delete(row);
      Object.assign(one, { outcome: "known", why: row.reason });
    }
  }
  return [...stale];
}
