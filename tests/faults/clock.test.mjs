// The clock of the connector's host jumps, forward and back, between any two steps; so does that of the portal.
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";

import { Journey, SIGN_IN_STEPS } from "./journey.mjs";
import { SIDE_BY_SIDE, startPool } from "./pool.mjs";
import { anew, nothingLost } from "./row.mjs";
import { logged, table } from "./table.mjs";
import { assertNoTrap } from "./world.mjs";

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
const pool = startPool();
const rows = table("The clock jumps");
after(async () => {
  rows.print();
  const output = await pool.output();
  await pool.stop();
  assertNoTrap(output);
});

const JUMPS = [
  { jump: "half a minute forward", from: 0, to: 30 },
  { jump: "half a minute back", from: 30, to: 0 },
  { jump: "5 minutes forward", from: 0, to: 5 * MINUTE },
  { jump: "5 minutes back", from: 5 * MINUTE, to: 0 },
  { jump: "20 minutes forward", from: 0, to: 20 * MINUTE },
  { jump: "20 minutes back", from: 20 * MINUTE, to: 0 },
  { jump: "a day forward", from: 0, to: DAY },
  { jump: "a day back", from: DAY, to: 0 },
];

describe("the clock of the host jumps", { concurrency: SIDE_BY_SIDE }, () => {
  for (const { jump, from, to } of JUMPS) {
    for (const step of ["callback", "consent", "approve", "redeem", "read"]) {
      it(`${jump}, before ${step}`, () =>
        pool.with(async (world) => {
          const keys = await world.liveKeys();
          await restart(world, from);
          const journey = new Journey(world);
          let seen;
          const logStart = world.events().length;
          for (const one of [...SIGN_IN_STEPS, "read"]) {
            if (one === step) await restart(world, to);
            seen = { step: one, ...(await journey[one]()) };
            if (!seen.ok) break;
          }
          const log = logged(
            world
              .events()
              .slice(logStart)
              .filter(({ event }) => !["request", "started"].includes(event)),
          );
          // The clock is right again.
          await restart(world, 0);
          const then = seen.ok ? "connected" : await anew(journey);
          const saw = seen.ok ? "nothing" : `${seen.step}: ${seen.saw}`;
          rows.add({ step: `before ${step}`, fault: jump, saw, log, then });
          assert.ok(seen.status < 500, `a clock that is wrong is not an outage: ${saw}`);
          if (Math.abs(to - from) <= 30) assert.ok(seen.ok, `half a minute does no harm: ${saw}`);
          await nothingLost(world, journey, keys);
        }));
    }
  }
});

describe("the clock of the portal jumps", { concurrency: SIDE_BY_SIDE }, () => {
  it("a key that has ended is not given out", () =>
    pool.with(async (world) => {
      const keys = await world.liveKeys();
      await restart(world, 0);
      const journey = new Journey(world);
      for (const step of SIGN_IN_STEPS.slice(0, -1)) assert.ok((await journey[step]()).ok, step);
      assert.equal(await world.liveKeys(), keys + 1);
      await world.passKeyLife();
      assert.equal(await world.liveKeys(), keys);
      const seen = await journey.redeem();
      assert.match(seen.saw, /^400 invalid_grant: /);
      await world.reset();
      rows.add({
        step: "before redeem",
        fault: "the portal's, 20 minutes forward",
        saw: seen.saw,
        log: "key_lasting_failed",
        then: await anew(journey),
      });
      await nothingLost(world, journey, keys);
    }));
});

async function restart(world, ahead) {
  await world.kill();
  await world.start(ahead);
}
