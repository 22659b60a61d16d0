// Every fault at every call of the portal: the sign-in, the mint, making a key lasting, introspection, revocation.
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";

import { FAULTS } from "./faults.mjs";
import { SIGN_IN_STEPS } from "./journey.mjs";
import { SIDE_BY_SIDE, startPool } from "./pool.mjs";
import { anew, begin, finish, goOn, meet, nothingLost } from "./row.mjs";
import { logged, table } from "./table.mjs";
import { assertNoTrap } from "./world.mjs";

/** What a step may take beyond the limits of its calls, on a slow computer. */
const SLACK_SECONDS = 10;
const pool = startPool();
const rows = table("Faults of the portal");
after(async () => {
  rows.print();
  const output = await pool.output();
  await pool.stop();
  assertNoTrap(output);
});

const NO_ANSWER = /^app: temporarily_unavailable: TokPortal does not answer/;
const NOT_SET_UP = /^app: server_error: The sign-in at TokPortal (is not set up correctly: tell|failed: connect again)/;
const TRY_AGAIN = /^503 temporarily_unavailable: /;

/**
 * The calls of a sign-in: the step that makes each, what is seen and which event is logged after an outage and after a
 * wrong answer, whether an answer that may have been cut counts as an outage, and how long the step may take in seconds.
 */
const SIGN_IN = {
  "portal.discovery": {
    step: "start",
    cold: true,
    outage: [NO_ANSWER, /^sign_in_failed$/],
    wrong: [NOT_SET_UP, /^sign_in_failed/],
    limit: 12,
  },
  "portal.token": {
    step: "callback",
    outage: [NO_ANSWER, /^sign_in_failed$/],
    wrong: [NOT_SET_UP, /^sign_in_failed/],
    limit: 24,
  },
  "portal.jwks": {
    step: "callback",
    cold: true,
    outage: [NO_ANSWER, /^sign_in_failed$/],
    wrong: [NOT_SET_UP, /^sign_in_failed/],
    limit: 12,
  },
  // The page is complete without the list.
  "portal.list": {
    step: "consent",
    outage: [/^consent page$/, /^key_list_failed$/],
    // A list of things that are no keys has no key of this app.
    wrong: [/^consent page$/, /^(key_list_failed|nothing)$/],
    limit: 5,
  },
  // The key may have been minted: the same form leads to the same key.
  "portal.mint": {
    step: "approve",
    retriesDamaged: true,
    outage: [/^page 503: /, /^error_page$/],
    wrong: [/^app: server_error: TokPortal created no key/, /^key_mint_failed with a fix$/],
    limit: 17,
  },
  "portal.make-lasting": {
    step: "redeem",
    retriesDamaged: true,
    outage: [/^(503 temporarily_unavailable|400 invalid_grant): /, /^key_lasting_failed/],
    wrong: [/^500 server_error: /, /^key_lasting_failed with a fix$/],
    limit: 17,
  },
};

/** Faults that take long come first. */
const FAULT_NAMES = Object.keys(FAULTS).sort(
  (one, other) => Number(!!FAULTS[other].waits) - Number(!!FAULTS[one].waits),
);

describe("a fault of the portal during a sign-in", { concurrency: SIDE_BY_SIDE }, () => {
  for (const fault of FAULT_NAMES) {
    for (const [operation, { step, cold, outage, wrong, retriesDamaged, limit }] of Object.entries(SIGN_IN)) {
      it(`${operation}: ${fault}`, () =>
        pool.with(async (world) => {
          const before = await world.liveKeys();
          const journey = await begin(world, { cold });
          const steps = SIGN_IN_STEPS.slice(0, SIGN_IN_STEPS.indexOf(step) + 1);
          const arm = () => world.wire.arm(operation, fault);
          const seen = await meet(world, journey, steps, { ...world.wire, arm });
          const log = logged(seen.events);
          let then;
          if (seen.ok) then = await finish(journey, step);
          else then = seen.saw.startsWith("app: ") ? await anew(journey) : await goOn(journey, step);
          rows.add({ step: operation, fault, saw: seen.saw, log, then });
          await nothingLost(world, journey, before);
          assert.ok(seen.hits > 0, "the fault was met");
          const mayPass = FAULTS[fault].outage || (retriesDamaged && FAULTS[fault].damaged);
          const [saw, event] = mayPass ? outage : wrong;
          assert.match(seen.saw, saw);
          assert.match(log, event);
          assert.ok(seen.seconds < limit + SLACK_SECONDS, `${seen.seconds} s`);
          if (seen.status === 503) assert.match(seen.retryAfter ?? "", /^\d+$/, "Retry-After");
        }));
    }
  }
});

describe("a fault of the portal while connected", { concurrency: SIDE_BY_SIDE }, () => {
  for (const fault of FAULT_NAMES) {
    it(`portal.introspect: ${fault}`, () =>
      pool.with(async (world) => {
        const before = await world.liveKeys();
        const journey = await begin(world);
        const arm = () => world.wire.arm("portal.introspect", fault);
        const seen = await meet(world, journey, [...SIGN_IN_STEPS, "list"], { ...world.wire, arm });
        rows.add({ step: "portal.introspect", fault, saw: seen.saw, log: logged(seen.events), then: "nothing to do" });
        assert.equal(seen.saw, "a result", "the API decides what the key may do");
        assert.equal(seen.json.result.tools.length, 91);
        assert.match(logged(seen.events), /^introspection_failed$/);
        assert.ok(seen.hits > 0 && seen.seconds < 5 + SLACK_SECONDS, `${seen.seconds} s`);
        await nothingLost(world, journey, before);
      }));

    it(`portal.revoke: ${fault}`, () =>
      pool.with(async (world) => {
        const before = await world.liveKeys();
        const journey = await begin(world);
        const arm = () => world.wire.arm("portal.revoke", fault);
        const seen = await meet(world, journey, [...SIGN_IN_STEPS, "revoke"], { ...world.wire, arm });
        const log = logged(seen.events);
        const again = seen.ok ? undefined : await journey.revoke();
        const then = again ? `the same request again: ${again.saw}` : "nothing to do";
        rows.add({ step: "portal.revoke", fault, saw: seen.saw, log, then });
        assert.equal(await world.liveKeys(), before, "the key has ended");
        assert.ok(seen.hits > 0 && seen.seconds < 24 + SLACK_SECONDS, `${seen.seconds} s`);
        if (seen.ok) return;
        assert.match(seen.saw, TRY_AGAIN);
        assert.match(seen.retryAfter ?? "", /^\d+$/);
        assert.match(log, /^revocation_failed \(client_request\)$/);
        assert.ok(again.ok, again.saw);
      }));

    it(`portal.delete: ${fault}`, () =>
      pool.with(async (world) => {
        const before = await world.liveKeys();
        const older = await begin(world);
        assert.ok((await older.connect()).ok);
        const journey = await begin(world, { replaces: true });
        const arm = () => world.wire.arm("portal.delete", fault);
        const steps = SIGN_IN_STEPS.slice(0, SIGN_IN_STEPS.indexOf("approve") + 1);
        const seen = await meet(world, journey, steps, { ...world.wire, arm });
        const log = logged(seen.events);
        const connected = await finish(journey, "approve");
        const { done, outage } = FAULTS[fault];
        assert.equal(seen.saw, "a code", "the approval holds without the deletion");
        assert.equal(connected, "connected");
        const mayBeQuiet = done && !outage;
        assert.match(log, mayBeQuiet ? /^(revocation_failed \(replaced\)|nothing)$/ : /^revocation_failed \(replaced\)$/);
        assert.ok(seen.hits > 0 && seen.seconds < 3 + SLACK_SECONDS, `${seen.seconds} s`);
        assert.equal((await older.read()).ok, !done, "the older key");
        // What is left is offered again.
        const next = await begin(world, { replaces: true });
        assert.ok((await next.connect()).ok);
        for (const replaced of [older, journey]) assert.ok(!(await replaced.read()).ok, "the key was replaced");
        const then = `the older key ${done ? "has ended" : "stays"}; the next sign-in replaces what is left`;
        rows.add({ step: "portal.delete", fault, saw: seen.saw, log, then });
        await nothingLost(world, next, before);
      }));

    it(`portal.revoke after a replay: ${fault}`, () =>
      pool.with(async (world) => {
        const before = await world.liveKeys();
        const journey = await begin(world);
        const arm = () => world.wire.arm("portal.revoke", fault);
        const seen = await meet(world, journey, [...SIGN_IN_STEPS, "redeem"], { ...world.wire, arm });
        const again = await journey.redeem();
        rows.add({
          step: "portal.revoke after a replay",
          fault,
          saw: seen.saw,
          log: logged(seen.events),
          then: `the code once more: ${again.saw}`,
        });
        assert.match(seen.saw, /^400 invalid_grant: /);
        assert.match(again.saw, /^400 invalid_grant: /);
        assert.equal(seen.events.filter(({ event }) => event === "code_replayed").length, 1);
        assert.ok(seen.hits > 0 && seen.seconds < 40 + SLACK_SECONDS, `${seen.seconds} s`);
        assert.equal(await world.liveKeys(), before, "the key has ended");
      }));
  }
});
