// A store that fails at each of its calls, at each step that may need it.
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";

import { SIGN_IN_STEPS } from "./journey.mjs";
import { SIDE_BY_SIDE, startPool } from "./pool.mjs";
import { anew, begin, finish, goOn, meet, nothingLost } from "./row.mjs";
import { CALLS, STORE_FAULTS } from "./store.mjs";
import { logged, table } from "./table.mjs";
import { assertNoTrap } from "./world.mjs";

/** A store call has two seconds, and a step makes few of them before it is answered. The rest is for a slow computer. */
const LIMIT_SECONDS = 20;
const pool = startPool();
const rows = table("Faults of the store");
after(async () => {
  rows.print();
  const output = await pool.output();
  await pool.stop();
  assertNoTrap(output);
});

/** The component gives a call up; the host gives one up that blocks the component. */
const NO_ANSWER = /^the key-value store failed: .*(no answer within 2 seconds|does not answer in time)/;

/** Steps that need nothing of the store. */
const FREE = ["initialize", "list", "read", "order", "revoke"];
/** Steps of a sign-in. */
const BOUND = ["register", "start", "callback", "consent", "approve", "redeem"];

/** What can fail: a call, or the connection. */
const FAULTS = ["open", ...Object.keys(CALLS)].flatMap((call) =>
  Object.keys(STORE_FAULTS)
    .filter((fault) => call !== "open" || fault !== "lost")
    .map((fault) => ({ call, fault })),
);
FAULTS.sort((one, other) => Number(other.fault === "hang") - Number(one.fault === "hang"));

/** A fault of the store. It is over when the host has noticed that the store works again. */
function faultOf(world, call, fault) {
  const arm = async () => {
    // Each limit begins a new window, which leads to every call.
    const limits = await world.store.command("KEYS", "rate-*");
    if (limits.length > 0) await world.store.command("DEL", ...limits);
    world.store.arm(call, fault);
  };
  const disarm = async () => {
    world.store.disarm();
    for (let left = 150; !(await begin(world).then((journey) => journey.register())).ok; left -= 1) {
      assert.ok(left > 0, "the store works again, and the host does not notice it");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  return { ...world.store, arm, disarm };
}

describe("a store that fails during a sign-in", { concurrency: SIDE_BY_SIDE }, () => {
  for (const { call, fault } of FAULTS) {
    for (const step of BOUND) {
      it(`${step}: ${call}, ${fault}`, () =>
        pool.with(async (world) => {
          const before = await world.liveKeys();
          const journey = await begin(world);
          const steps = SIGN_IN_STEPS.slice(0, SIGN_IN_STEPS.indexOf(step) + 1);
          const seen = await meet(world, journey, steps, faultOf(world, call, fault));
          const log = logged(seen.events);
          let then;
          if (seen.ok) then = await finish(journey, step);
          else then = seen.saw.startsWith("app: ") ? await anew(journey) : await goOn(journey, step);
          rows.add({ step, fault: `${call}: ${fault}`, saw: seen.saw, log, then });
          assert.ok(seen.hits > 0, "the fault was met");
          assert.ok(seen.seconds < LIMIT_SECONDS, `${seen.seconds} s`);
          if (!seen.ok) {
            assert.match(seen.saw, /^(503 temporarily_unavailable: |page 503: )/);
            assert.match(seen.retryAfter ?? "", /^\d+$/, "Retry-After");
            assert.match(log, /unavailable|error_page/, "an event says why");
            const [{ cause }] = seen.events.filter(({ event }) => event === "unavailable" || event === "error_page");
            assert.match(cause, fault === "hang" ? NO_ANSWER : /^the key-value store failed: /);
          }
          await nothingLost(world, journey, before);
        }));
    }
  }
});

describe("a store that fails while connected", { concurrency: SIDE_BY_SIDE }, () => {
  for (const { call, fault } of FAULTS) {
    it(`calls of tools and a revocation: ${call}, ${fault}`, () =>
      pool.with(async (world) => {
        const before = await world.liveKeys();
        const journey = await begin(world);
        assert.ok((await journey.connect()).ok);
        for (const step of FREE) {
          const seen = await meet(world, journey, [step], faultOf(world, call, fault));
          rows.add({
            step,
            fault: `${call}: ${fault}`,
            saw: seen.saw,
            log: seen.hits > 0 ? logged(seen.events) : "nothing: no such call",
            then: "nothing to do",
          });
          assert.ok(seen.ok, `${step} needs nothing of the store: ${seen.saw}`);
          assert.ok(seen.seconds < LIMIT_SECONDS, `${step}: ${seen.seconds} s`);
        }
        assert.equal(await world.liveKeys(), before, "the key has ended");
      }));
  }
});
