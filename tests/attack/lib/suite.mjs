// Runs every family against every surface of a server.
import { journal } from "./http.mjs";
import { NotJudged } from "./judge.mjs";

/** The surfaces: name → title. */
export const SURFACES = {
  metadata: "metadata",
  register: "register",
  authorize: "authorize",
  callback: "callback",
  consent: "consent",
  token: "token",
  revoke: "revoke",
  legacy: "MCP 2025",
  modern: "MCP 2026",
  toolsets: "toolsets",
  compact: "compact",
};

/** The surfaces that are URLs of the MCP endpoint. */
export const MCP_SURFACES = ["legacy", "modern", "toolsets", "compact"];

/** The largest body where a run is light, and of how many cases of a list one is run there. */
const LIGHT_BYTES = 300_000;
const LIGHT_PART = 4;
const LIGHT_AT_ONCE = 8;

/** A surface to which a family does not apply. */
class DoesNotApply extends Error {}

/** A surface under the cases of a family. */
class Cell {
  constructor(server, surface, { deadline, light }) {
    Object.assign(this, { server, surface, deadline, light, results: [] });
    this.endpoint = server.endpoint(surface);
  }

  /** Leaves out cases with large bodies where the run is light; `bytes` tells how large one is. */
  affordable(cases, bytes) {
    return this.light ? cases.filter((one) => bytes(one) < LIGHT_BYTES) : cases;
  }

  /** How many requests are sent at once. */
  atOnce(count) {
    return this.light ? Math.min(count, LIGHT_AT_ONCE) : count;
  }

  /** Says that the family does not apply to this surface of this server, and why. */
  none(reason) {
    throw new DoesNotApply(reason);
  }

  /** Runs a case; `rule` is the rule that a server breaks which fails it. */
  async check(name, rule, body) {
    if (Date.now() > this.deadline)
      return void this.results.push({ name, outcome: "late", why: "the time of the run is over" });
    const store = { answers: [] };
    try {
      await journal.run(store, body);
      this.results.push({ name, outcome: "held" });
    } catch (error) {
      const answer = error.answer ?? store.answers.at(-1);
      const outcome = error instanceof NotJudged ? "unjudged" : "broken";
      const why =
        error.answer || error instanceof NotJudged
          ? error.message
          : `${error.message} (${error.stack?.split("\n")[1]?.trim()})`;
      this.results.push({ name, outcome, rule, why, sent: answer?.sent(), came: answer?.came() });
    }
  }

  /** Runs a case for each item, some at the same time; `name` is made from the item. */
  async each(items, name, rule, body, { parallel = 1 } = {}) {
    const rest = this.light ? items.filter((_, at) => at % LIGHT_PART === 0) : [...items];
    const work = async () => {
      while (rest.length > 0) {
        const item = rest.shift();
        await this.check(name(item), typeof rule === "function" ? rule(item) : rule, () => body(item));
      }
    };
    await Promise.all(Array.from({ length: parallel }, work));
  }
}

/**
 * Runs the families. `light` says for which of them a part of the cases is enough.
 * @param {Server} server
 * @param {Family[]} families `cells` has, for each surface, the cases, or the reason why the family does not apply.
 * @returns {Promise<{family: Family, cells: Record<string, {reason?: string, results: object[]}>}[]>}
 */
export async function run(server, families, { seconds = 240, light = () => false, onFamily = () => {} } = {}) {
  const deadline = Date.now() + seconds * 1000;
  const rows = [];
  for (const family of families) {
    const cells = {};
    const begin = Date.now();
    for (const surface of Object.keys(SURFACES)) {
      cells[surface] = await runCell(server, surface, family.cells[surface], { deadline, light: light(family) });
    }
    await server.tidy();
    rows.push({ family, cells });
    onFamily({ family, cells, ms: Date.now() - begin });
  }
  await server.tidy({ all: true });
  return rows;
}

async function runCell(server, surface, cases, limits) {
  if (cases === undefined) throw new Error(`a family says nothing about ${surface}`);
  if (typeof cases === "string") return { reason: cases, results: [] };
  const cell = new Cell(server, surface, limits);
  if (MCP_SURFACES.includes(surface) && !cell.endpoint) return { reason: "The server has no such URL.", results: [] };
  const store = { answers: [] };
  try {
    await journal.run(store, () => cases(cell));
  } catch (error) {
    if (error instanceof DoesNotApply) return { reason: error.message, results: cell.results };
    const answer = error.answer ?? store.answers.at(-1);
    const outcome = error instanceof NotJudged ? "unjudged" : "broken";
    const why = error.answer || error instanceof NotJudged ? error.message : error.stack;
    cell.results.push({
      name: "what the cases need",
      outcome,
      rule: "An honest client must be served.",
      why,
      sent: answer?.sent(),
      came: answer?.came(),
    });
  }
  return { results: cell.results };
}
