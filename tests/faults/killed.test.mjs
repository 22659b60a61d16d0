// The connector's host is killed at each step: at every call of the upstream and at every write to the store, before it is
// done and after it, when the answer has not arrived.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Journey, SIGN_IN_STEPS } from "./journey.mjs";
import { startPool } from "./pool.mjs";
import { goOn, nothingLost } from "./row.mjs";
import { table } from "./table.mjs";
import { assertNoTrap } from "./world.mjs";

const SIDE_BY_SIDE = 6;
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
  world.store.watch(([word, key], moment) => WRITES.includes(word) && watch(step, `${word} ${kindOf(key)}`, moment));
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

/** The name of a row without its number or hash. */
const kindOf = (key) => key?.replace(/-?[0-9a-f]{32,}/g, "").replace(/-\d+(?=-|$)/g, "") ?? "";

/** Starts the host with an empty store, so that every row of the store is written. */
async function restart(world) {
  await world.kill();
  await world.store.command("FLUSHALL");
  await world.start();
}

/** The points at which the host is killed: the n-th time that a step makes a call. */
async function points() {
  const found = [];
  await pool.with(async (world) => {
    await restart(world);
    const counts = new Map();
    const journey = new Journey(world);
    await signIn(world, journey, (step, name, moment) => {
      // Counters of rate limits are written at every step, and nothing depends on them.
      if (name.includes("rate-")) return false;
      const nth = (counts.get(`${step} ${name} ${moment}`) ?? 0) + 1;
      counts.set(`${step} ${name} ${moment}`, nth);
      found.push({ step, name, moment, nth });
      return false;
    });
    assert.ok((await journey.revoke()).ok);
  });
  return found;
}

describe("the host is killed", () => {
  let found;
  before(async () => (found = await points()));

  it("at every call and every write of a sign-in, nothing is lost", async (context) => {
    assert.ok(found.length >= 20, `only ${found.length} points`);
    await Promise.all(
      found.map(({ step: at, name, moment, nth }) =>
        context.test(`${at}: ${name}, ${moment} it is done (${nth})`, () =>
          pool.with(async (world) => {
            await restart(world);
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
            if (!killed) context.diagnostic(`${at}: ${name} (${nth}) did not come again`);
            await killed;
            if (killed) await world.start();
            // No answer waits for some calls, such as those of the sweep.
            const then = interrupted ? await goOn(journey, at) : "connected already";
            const fault = `${name}, ${moment === "before" ? "not done" : "done, not answered"}`;
            rows.add({ step: at, fault, saw: "the connection ended", log: "nothing", then });
            await nothingLost(world, journey, keys);
          }),
        ),
      ),
    );
  });
});
