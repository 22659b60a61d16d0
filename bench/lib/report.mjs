// The results as Markdown.
import { cases } from "./cases.mjs";
import { table } from "./markdown.mjs";
import { median } from "./medians.mjs";
import { servers } from "./servers.mjs";

/** What the connector is compared with. A floor is compared in the case that does the same work. */
const COMPARED = ["rmcp", "typescript", "fastmcp", "floor"];
const OURS = ["ours", "ours-introspects", "ours-fresh"];

const whole = (value) => Math.round(value).toLocaleString("en-US");
const fixed = (value, digits = 2) => (value === undefined ? "" : value.toFixed(digits));
const percent = (part) => `${fixed(100 * part, 1)} %`;
const ms = (microseconds) => fixed(microseconds / 1000);

/** The whole report. */
export function report(summary) {
  const parts = [intro(summary), measured(summary), ratios(summary), added(summary), started(summary)];
  return `${parts.filter(Boolean).join("\n")}`;
}

function intro({ machine, settings, skipped, rounds: all }) {
  const { cores, processor, kernel, node, wrk, loadBefore, date } = machine;
  const { rounds, seconds, minutes } = settings;
  const foreign = all.flatMap((one) => one.foreign ?? []).concat(0);
  const lines = [
    `# Bench, ${date}`,
    "",
    `${cores} cores (${processor}), Linux ${kernel}, Node.js ${node}, wrk ${wrk}; load average before: ${fixed(loadBefore)}.`,
    `Server on one core, stub and load on the other. Medians of ${rounds} rounds, ${seconds} s each; ${fixed(minutes, 0)} minutes.`,
    `Other programs used ${percent(median(foreign))} of the server's core (median), ${percent(Math.max(...foreign))} at most.`,
    ...skipped.map((one) => `Left out: ${one}.`),
  ];
  return `${lines.join("\n")}\n`;
}

function measured({ results }) {
  const head = ["case", "conn.", "server", "req/s", "p50 ms", "p99 ms", "p99/p50", "kB", "MB/s", "CPU µs", "busy"];
  const rows = inOrder(results).map((one) => [
    cases[one.case].title,
    one.connections,
    one.server,
    whole(one.perSecond),
    ms(one.p50),
    ms(one.p99),
    fixed(one.p99 / one.p50, 1),
    fixed(one.bytes / 1000, 1),
    fixed(one.bytesPerSecond / 1e6, 1),
    one.cpu === undefined ? "" : whole(one.cpu),
    one.cpu === undefined ? "" : `${whole((one.cpu * one.perSecond) / 1e4)} %`,
  ]);
  return `## Measured\n\n${table(head, rows)}`;
}

/** The order of the table: case, connections, server. */
function inOrder(results) {
  const place = Object.keys(cases);
  const among = ["direct", ...Object.keys(servers)];
  const rank = (one) => [place.indexOf(one.case), one.connections, among.indexOf(one.server)];
  return [...results].sort((one, other) => {
    const [first, second] = [rank(one), rank(other)];
    const at = first.findIndex((value, index) => value !== second[index]);
    return at < 0 ? 0 : first[at] - second[at];
  });
}

function ratios({ results }) {
  const find = (server, id, connections) =>
    results.find((one) => one.server === server && one.case === id && one.connections === connections);
  const mine = inOrder(results).filter(({ server }) => OURS.includes(server) || server === "ours-spin");
  const to = (one, other) => {
    const isFloor = other === "floor";
    const server = isFloor && one.server === "ours-spin" ? "floor-spin" : other;
    const found = find(server, isFloor ? cases[one.case].floor : one.case, one.connections);
    return found && `${fixed(one.perSecond / found.perSecond)} (${fixed(one.cpu / found.cpu)})`;
  };
  const rows = mine
    .map((one) => [cases[one.case].title, one.connections, one.server, ...COMPARED.map((other) => to(one, other))])
    .filter((cells) => cells.slice(3).some(Boolean));
  if (rows.length === 0) return undefined;
  const head = ["case", "conn.", "server", ...COMPARED.map((name) => `to ${name}`)];
  return `## Requests a second as a ratio, and in parentheses the processor time of a request\n\n${table(head, rows)}`;
}

function added({ results }) {
  const single = results.filter(({ connections }) => connections === 1);
  const direct = (id) => single.find((one) => one.server === "direct" && one.case === id);
  const rows = inOrder(single)
    .filter((one) => one.server !== "direct" && direct(one.case))
    .map((one) => [cases[one.case].title, one.server, ...["p50", "p99"].map((at) => ms(one[at] - direct(one.case)[at]))]);
  if (rows.length === 0) return undefined;
  const head = ["case", "server", "added p50 ms", "added p99 ms"];
  return `## Added to a direct call of the API, one connection\n\n${table(head, rows)}`;
}

function started({ servers: used }) {
  const rows = used.map(({ server, first, start, peak, resident }) => [
    server,
    servers[server].title,
    first === undefined ? "" : whole(first),
    whole(start),
    whole(peak),
    whole(resident),
  ]);
  const head = ["server", "what it is", "first start ms", "start ms", "peak MiB", "after MiB"];
  return `## Start to the first answer, and memory\n\n${table(head, rows)}`;
}
