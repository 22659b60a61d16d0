// The connector's host is killed at each step: at every call of the upstream and at every write to the store, before it is
// done and after it, when the answer has not arrived.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Journey, SIGN_IN_STEPS } from "./journey.mjs";
import { SIDE_BY_SIDE, startPool } from "./pool.mjs";
import { goOn, nothingLost } from "./row.mjs";
import { table } from "./table.mjs";
import { assertNoTrap } from "./world.mjs";

/** Seconds after which a redemption that is not done counts as ended (src/oauth/redemption.rs). */
const UNFINISHED = 60;
const WRITES = ["SET", "INCRBY", "DEL", "EVAL", "MSET"];
const pool = startPool();
const rows = table("The host is killed");
after(async () => {
  rows.print();
  const output = await pool.output();
  await pool.stop();
  assertNoTrap(output);
});

/** Runs a sign-in; `watch` sees each call of the upstream and each write to the store, with the step that made it. */
async function signIn(world, journey, watch) {
  let step;
  world.wire.watch((name, moment) => watch(step, name, moment));
  world.store.watch((command, moment) => {
    const name = nameOfWrite(command);
    return name !== undefined && watch(step, name, moment);
  });
  try {
    for (step of SIGN_IN_STEPS) {
      const seen = await journey[step]();
      assert.ok(seen.ok, `${step}: ${seen.saw}`);
    }
  } finally {
    world.wire.watch();
    world.store.watch();
  }
}

/** The name of a write; undefined for a read, and for the counters of rate limits, on which nothing depends. */
function nameOfWrite([word, key, value]) {
  if (!WRITES.includes(word) || (word === "INCRBY" && value === "0") || key.startsWith("rate-")) return undefined;
  return `${word} ${kindOf(key)}`;
}

/** The name of a row without its number or hash. */
const kindOf = (key) => key.replace(/-?[0-9a-f]{32,}/g, "").replace(/-\d+(?=-|$)/g, "");

/** Starts the host with an empty store, so that every row of the store is written. */
async function restart(world) {
  await world.kill();
  await world.store.command("FLUSHALL");
  await world.start();
}

/**
 * The calls and writes of a sign-in: the n-th time that a step makes each. `isUnfinished` says that the portal has made
 * the key lasting, and the store does not say so yet.
 */
async function pointsOf(world) {
  const found = new Map();
  const counts = new Map();
  let isUnfinished = false;
  const journey = new Journey(world);
  await signIn(world, journey, (step, name, moment) => {
    const counted = `${step}: ${name}, ${moment}`;
    const nth = (counts.get(counted) ?? 0) + 1;
    counts.set(counted, nth);
    if (moment === "after" && name === "portal.make-lasting") isUnfinished = true;
    if (moment === "after" && name === "SET redeemed") isUnfinished = false;
    found.set(`${counted} (${nth})`, { step, name, moment, nth, isUnfinished });
    return false;
  });
  assert.ok((await journey.revoke()).ok);
  return found;
}

/** The points of a host that has just started with an empty store. `isFirst` says that only such a host comes to it. */
async function points() {
  return pool.with(async (world) => {
    await restart(world);
    const first = await pointsOf(world);
    const later = await pointsOf(world);
    return [...first].map(([title, point]) => ({ title, ...point, isFirst: !later.has(title) }));
  });
}

/**
 * How the app gets on. A lasting key that no app has ends when the app sends its code again a minute later, or when the
 * person lets the next sign-in replace it (docs/THREATS.md, "Known open"). Any other key ends by itself.
 */
function waysOn(point) {
  if (!point.isUnfinished) return [{ ...point, later: 0 }];
  return [
    { ...point, title: `${point.title}, then a new sign-in that replaces the key`, later: 0 },
    { ...point, title: `${point.title}, then the code a minute later`, later: UNFINISHED },
  ];
}

describe("the host is killed", () => {
  let found;
  before(async () => (found = await points()));

  it("at every call and every write of a sign-in, nothing is lost", { concurrency: SIDE_BY_SIDE }, async (context) => {
    assert.ok(found.length >= 20, `only ${found.length} points`);
    await Promise.all(
      found.flatMap(waysOn).map(({ title, step: at, name, moment, nth, isFirst, isUnfinished, later }) =>
        context.test(title, (row) =>
          pool.with(async (world) => {
            if (isFirst) await restart(world);
            const keys = await world.liveKeys();
            const journey = new Journey(world);
            let left = nth;
            let killed;
            const interrupted = await signIn(world, journey, (step, seen, when) => {
              if (killed) return true;
              if (step !== at || seen !== name || when !== moment || --left > 0) return false;
              killed = world.kill();
              return true;
            }).then(
              () => false,
              () => true,
            );
            // Requests at the same time may have shared a call.
            if (!killed) row.diagnostic("did not come again");
            await killed;
            if (killed) await world.start(later);
            journey.replaces = isUnfinished && !later;
            // No answer waits for some calls, such as those of the sweep.
            const then = interrupted ? await goOn(journey, at) : "connected already";
            const done = moment === "before" ? "not done" : "done, not answered";
            const fault = `${name}, ${done}${later ? ", a minute passes" : ""}`;
            rows.add({ step: at, fault, saw: "the connection ended", log: "nothing", then });
            await nothingLost(world, journey, keys);
          }),
        ),
      ),
    );
  });
});
