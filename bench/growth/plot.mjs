// Draws growth as SVG: node plot.mjs GROWTH_RESULTS BENCH_RESULTS >docs/images/growth.svg.
//
// GROWTH_RESULTS is what run.mjs wrote, BENCH_RESULTS what `make bench` wrote with several numbers of connections.
import { readFileSync } from "node:fs";

const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM, RIGHT] = [440, 320, 56, 72, 44, 36];
const COLOURS = { "tools/call": "#0b6e99", "tools/list": "#b5400f" };

const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const [growth, bench] = process.argv.slice(2).map(read);

const operations = growth.columns.map((column) => column.operations);
const ofCase = (name) => growth.columns.map(({ results }) => results.find((one) => one.name === name).instructions);
const ofLoad = (id) =>
  bench.results
    .filter((one) => one.server === "ours" && one.case === id)
    .sort((one, other) => one.connections - other.connections);
const connections = ofLoad("call").map((one) => one.connections);

const panels = [
  {
    title: "Instructions of the core for one request",
    axis: "operations of the API (both scales are logarithmic)",
    ticks: operations,
    scale: Math.log10,
    lines: [
      ["tools/call", ofCase("call-small")],
      ["tools/list", ofCase("list")],
    ],
  },
  {
    title: "Requests a second on one core",
    axis: "connections",
    ticks: connections,
    scale: (value) => value,
    lines: [
      ["tools/call", ofLoad("call").map((one) => one.perSecond)],
      ["tools/list", ofLoad("list").map((one) => one.perSecond)],
    ],
  },
];

/** A number with three digits at most: 1.2M, 76.9k, 840. */
function short(value) {
  const [divisor, unit] = value >= 1e6 ? [1e6, "M"] : value >= 1e3 ? [1e3, "k"] : [1, ""];
  return `${Number((value / divisor).toPrecision(3))}${unit}`;
}

function panel({ title, axis, ticks, scale, lines }, left) {
  const values = lines.flatMap(([, values]) => values).map(scale);
  const isLogarithmic = scale === Math.log10;
  const [least, most] = [isLogarithmic ? Math.floor(Math.min(...values)) : 0, Math.max(...values) * (isLogarithmic ? 1.03 : 1.1)];
  const [width, height] = [WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM];
  const x = (index) => left + LEFT + (width * index) / (ticks.length - 1);
  const y = (value) => TOP + height * (1 - (scale(value) - least) / (most - least));
  const text = (at, content, more = "") => `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" ${more}>${content}</text>`;
  const parts = [text([left + LEFT, 24], title, 'font-weight="600"')];
  parts.push(`<path d="M${left + LEFT} ${TOP}V${TOP + height}H${left + LEFT + width}" fill="none" stroke="#777"/>`);
  for (const [index, tick] of ticks.entries()) {
    parts.push(text([x(index), TOP + height + 18], tick.toLocaleString("en"), 'text-anchor="middle"'));
  }
  parts.push(text([left + LEFT + width / 2, HEIGHT - 8], axis, 'text-anchor="middle" fill="#555"'));
  for (const [index, [name, values]] of lines.entries()) {
    const colour = COLOURS[name];
    const other = lines[1 - index][1];
    const points = values.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`);
    parts.push(`<circle cx="${left + LEFT + 5 + 96 * index}" cy="44" r="4" fill="${colour}"/>`);
    parts.push(text([left + LEFT + 15 + 96 * index, 48], name, `fill="${colour}"`));
    parts.push(`<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    for (const [at, value] of values.entries()) {
      parts.push(`<circle cx="${x(at).toFixed(1)}" cy="${y(value).toFixed(1)}" r="3" fill="${colour}"/>`);
      // The label of the lower point stands below it.
      const label = [x(at), y(value) + (value > other[at] ? -8 : 18)];
      const anchor = at === 0 ? "start" : "middle";
      parts.push(text(label, short(value), `text-anchor="${anchor}" fill="${colour}" font-size="11"`));
    }
  }
  return parts.join("\n");
}

console.log(`<svg xmlns="http://www.w3.org/2000/svg" width="${2 * WIDTH}" height="${HEIGHT}" viewBox="0 0 ${2 * WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img">
<title>Growth with operations and with connections</title>
<rect width="100%" height="100%" fill="#fff"/>
${panels.map((one, index) => panel(one, index * WIDTH)).join("\n")}
</svg>`);
