// Every fault at a call of the API: by a tool that reads, by one that spends credits, and by one with an idempotency key.
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";

import { ACCOUNT_PRICE } from "../tools/results.mjs";
import { FAULTS } from "./faults.mjs";
import { SIGN_IN_STEPS } from "./journey.mjs";
import { startPool } from "./pool.mjs";
import { begin, meet } from "./row.mjs";
import { logged, table } from "./table.mjs";
import { assertNoTrap } from "./world.mjs";

/** Rows that wait for the whole time of a request run at the same time. */
const SIDE_BY_SIDE = 9;
const pool = startPool(SIDE_BY_SIDE);
const rows = table("Faults of the API");
after(async () => {
  rows.print();
  const output = await pool.output();
  await pool.stop();
  assertNoTrap(output);
});

/** The tools: the step of a journey, how often the API may get the call, and what one call costs. */
const TOOLS = [
  { name: "a read", step: "read", attempts: 2, price: 0 },
  { name: "an order", step: "order", attempts: 1, price: ACCOUNT_PRICE },
  { name: "an order with an idempotency key", step: "repeatable", attempts: 2, price: ACCOUNT_PRICE },
];

/** Successes that the connector passes on as they are: it does not judge what the JSON of the API says. */
const PASSED_ON = ["JSON of another shape"];

const FAULT_NAMES = Object.keys(FAULTS).sort(
  (one, other) => Number(!!FAULTS[other].waits) - Number(!!FAULTS[one].waits),
);

describe("a fault of the API", { concurrency: SIDE_BY_SIDE }, () => {
  for (const fault of FAULT_NAMES) {
    for (const { name, step, attempts, price } of TOOLS) {
      it(`${name}: ${fault}`, () =>
        pool.with(async (world) => {
          const journey = await begin(world);
          await world.control.set("/credits", { balance: 10_000 });
          const credits = async () => (await world.control.state()).people[0].credits;
          const arm = () => world.wire.arm("api", fault);
          const seen = await meet(world, journey, [...SIGN_IN_STEPS, step], { ...world.wire, arm });
          const spent = 10_000 - (await credits());
          const { done, outage } = FAULTS[fault];

          assert.equal(seen.ok, PASSED_ON.includes(fault), seen.saw);
          assert.ok(seen.hits >= 1 && seen.hits <= attempts, `the API got the call ${seen.hits} times`);
          assert.equal(spent, done ? price : 0, "credits that the API took");
          assert.ok(seen.seconds < 62, `${seen.seconds} s`);
          assert.equal(seen.status, 200, "the message is answered");
          if (!seen.ok && outage) assert.match(seen.error.code, /^[A-Z_]+$/);
          if (step === "order" && done && !seen.ok) {
            assert.equal(seen.error.retryable, false, `an order that may be done must not be repeated: ${seen.saw}`);
          }

          // The model calls again. With the key the order is the same one.
          const again = await journey[step]();
          assert.ok(again.ok, again.saw);
          const twice = step === "order" && done ? 2 : 1;
          assert.equal(10_000 - (await credits()), price * twice, "credits after the repetition");
          const then = `again: a result${price > 0 ? `, ${price * twice} credits in all` : ""}`;
          rows.add({ step: name, fault, saw: seen.saw, log: logged(seen.events), then });
          assert.ok((await journey.revoke()).ok);
        }));
    }
  }
});
