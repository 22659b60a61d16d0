// One fault at one step: what was seen and logged, whether the person gets on, and that nothing is lost.
import assert from "node:assert/strict";

import { Journey, SIGN_IN_STEPS } from "./journey.mjs";

/**
 * Runs steps, the last of which meets the fault.
 * @param {import("./world.mjs").World} world
 * @param {Journey} journey
 * @param {string[]} steps
 * @param {{arm: () => unknown, disarm: () => unknown, hits: () => number}} fault
 */
export async function meet(world, journey, steps, { arm, disarm, hits }) {
  const before = steps.slice(0, -1);
  for (const step of before) {
    const seen = await journey[step]();
    assert.ok(seen.ok, `${step}, before the fault: ${seen.saw}`);
  }
  const logged = world.events().length;
  await arm();
  const begun = Date.now();
  try {
    const seen = await journey[steps.at(-1)]();
    const seconds = (Date.now() - begun) / 1000;
    await settled(world, logged);
    return { ...seen, seconds, hits: hits(), events: told(world.events().slice(logged)) };
  } finally {
    await disarm();
  }
}

/** Waits for the line of the request in the log, which follows its answer. */
async function settled(world, logged) {
  for (let left = 100; left > 0; left -= 1) {
    if (
      world
        .events()
        .slice(logged)
        .some(({ event }) => event === "request")
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail("the request left no line in the log");
}

/** What the log said beside the lines of the requests. */
function told(events) {
  return events.filter(({ event }) => event !== "request" && event !== "started");
}

/** Sends the request of a step again, as Retry-After asks. The first one after an outage may find a lost connection. */
async function again(journey, step) {
  for (let left = 3; ; left -= 1) {
    const seen = await journey[step]();
    if (seen.ok || !seen.retryAfter || left === 0) return seen;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** Goes on as an app and a person do: the same request again, and if it is refused a new sign-in. */
export async function goOn(journey, step) {
  const isPage = step === "approve" || step === "consent" || step === "callback";
  const seen = await again(journey, step);
  if (!seen.ok) {
    assert.ok(seen.status < 500, `the fault is over, and ${step} is answered with ${seen.saw}`);
    return `the same again: ${seen.saw}; ${await anew(journey)}`;
  }
  return `the same ${isPage ? "page" : "request"} again: ${await finish(journey, step)}`;
}

/** Finishes a sign-in after a step, or says which step was refused and signs in anew. */
export async function finish(journey, step) {
  for (const next of SIGN_IN_STEPS.slice(SIGN_IN_STEPS.indexOf(step) + 1)) {
    const seen = await journey[next]();
    if (!seen.ok) return `${next}: ${seen.saw}; ${await anew(journey)}`;
  }
  return "connected";
}

/** A new sign-in. */
export async function anew(journey) {
  const seen = await journey.connect();
  assert.ok(seen.ok, `${seen.step} of the new sign-in: ${seen.saw}`);
  return "a new sign-in: connected";
}

/**
 * Checks that nothing is lost: the token works, its key is the only new one as soon as the others have ended by
 * themselves, and the code works no second time.
 * @param {number} before how many live keys there were.
 */
export async function nothingLost(world, journey, before) {
  const read = await journey.read();
  assert.ok(read.ok, `a call with the token: ${read.saw}`);
  await world.passKeyLife();
  assert.equal(await world.liveKeys(), before + 1, "live keys after 20 minutes");
  const { token } = journey;
  const replay = await again(journey, "redeem");
  assert.match(replay.saw, /^400 invalid_grant: /, "a code is redeemed once");
  assert.equal(journey.token, token);
  assert.equal(await world.liveKeys(), before, "a code that comes twice ends its key");
  // A key that is minted while the emulated clock is ahead ends as much later, and is refused.
  await world.reset();
}

/** A journey in a world that has met no fault, or whose connector knows nothing of the portal yet. */
export async function begin(world, { cold = false, ...choice } = {}) {
  if (cold) {
    await world.kill();
    await world.start();
  }
  return new Journey(world, choice);
}
