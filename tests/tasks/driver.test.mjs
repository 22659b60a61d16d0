// The driver itself can fail: synthetic tasks with one thing wrong each, and what it says of them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startApp } from "../tools/app.mjs";
import { Driver, SEEN } from "./driver.mjs";
import { problems } from "./files.mjs";

const BALANCE = { tool: "tokportal_get_credit_balance" };
const ORDER = { tool: "tokportal_create_bundle", arguments: { bundle_type: "account_only", country: "FR" } };

let app;
let driver;

before(async () => {
  app = await startApp();
  driver = new Driver(app);
});

after(async () => {
  await driver?.close();
  await app?.stop();
});

const play = (task) => driver.play({ name: "synthetic", ask: "A question of a customer", ...task });

/** Plays a task and asserts that exactly these expressions describe, in order, what is missing. */
async function misses(task, ...expected) {
  const { missing } = await play(task);
  assert.equal(missing.length, expected.length, missing.join("\n"));
  for (const [index, expression] of expected.entries()) assert.match(missing[index], expression);
}

test("a task with true facts misses nothing", async () => {
  const outcome = await play({
    calls: [BALANCE, { ...ORDER, keep: { left: "/credits_remaining" } }, BALANCE],
    answer: [
      { fact: "the balance is 1,250", call: 0, shows: "1,?250" },
      { fact: "the balance is what the order left", call: 2, shows: 'total_credits"?:\\s*{left}' },
    ],
    choices: [{ fact: "an account costs 32 credits", before: 1, says: "\\b32\\b" }],
    traps: [
      {
        trap: "No such country",
        call: { ...ORDER, arguments: { bundle_type: "account_only", country: "ZZ" } },
        code: "COUNTRY_NOT_ENABLED",
      },
    ],
  });
  assert.deepEqual(outcome, { missing: [], calls: 3, facts: 4, known: 4 });
});

test("every false fact of an answer is named", async () => {
  await misses(
    { calls: [BALANCE], answer: [{ fact: "it is 9,999", call: 0, shows: ["9,?999", "1,?250", "yesterday"] }] },
    /^call 0 \(tokportal_get_credit_balance\) does not show: it is 9,999 \/9,\?999\/; it begins: /,
    /it is 9,999 \/yesterday\//,
  );
});

test("a fact after the characters that are seen is not shown", async () => {
  await misses(
    { calls: [{ tool: "tokportal_get_analytics_dashboard" }], answer: [{ fact: "best posts", call: 0, shows: "top_posts" }] },
    new RegExp(`best posts .*; only after ${SEEN} characters$`),
  );
});

test("a choice that no text tells is named", async () => {
  await misses(
    { calls: [BALANCE, ORDER], choices: [{ fact: "a video slot costs 2", before: 0, says: "2 per video slot" }] },
    /^no text before call 0 says: a video slot costs 2 /,
  );
});

test("an answer counts as seen only after its call", async () => {
  const choice = (before) => ({
    calls: [BALANCE, ORDER],
    choices: [{ fact: "the balance", before, says: '"total_credits":\\s*1250' }],
  });
  await misses(choice(0), /^no text before call 0 says: the balance /);
  await misses(choice(1));
});

test("a call that fails, succeeds or fails otherwise is named", async () => {
  const unknown = { tool: "tokportal_get_bundle", arguments: { id: "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b" } };
  await misses({ calls: [unknown] }, /^call 0 \(tokportal_get_bundle\) should succeed; it came to BUNDLE_NOT_FOUND: /);
  await misses({ calls: [{ ...BALANCE, code: "NOT_FOUND" }] }, /should fail with NOT_FOUND; it came to a success$/);
  await misses(
    { calls: [{ ...unknown, code: "NOT_FOUND" }] },
    /should fail with NOT_FOUND; it came to BUNDLE_NOT_FOUND: /,
  );
});

test("a value that is not there, and the call that needs it, are named", async () => {
  const keeping = { ...BALANCE, keep: { bundle: "/data/bundle" } };
  await misses(
    { calls: [keeping, { tool: "tokportal_get_bundle", arguments: { id: "{bundle}" } }] },
    /^call 0 .* has no \/data\/bundle for \{bundle\}$/,
    /^call 1 .* failed: \{bundle\} is not known$/,
  );
});

test("a trap that does not close is named", async () => {
  const trap = (rest) => ({ calls: [], traps: [{ trap: "Nothing is ordered", ...rest }] });
  await misses(
    trap({ call: ORDER, code: "COUNTRY_NOT_ENABLED" }),
    /^the trap "Nothing is ordered" .* came to a success$/,
  );
  await misses(trap({ call: BALANCE, says: "did you mean" }), /does not say \/did you mean\/; it says: /);
  await misses(trap({ says: "an unheard-of sentence" }), /^no text before call 0 says: Nothing is ordered /);
});

test("in compact mode only what was found or described is seen", async () => {
  const price = [{ fact: "the price", before: 2, says: "\\b32\\b" }];
  const find = { tool: "tokportal_find_tools", arguments: { query: "credit balance", limit: 1 } };
  const describe = { tool: "tokportal_describe_tool", arguments: { name: "tokportal_create_bundle" } };
  await misses(
    { query: "mode=compact", calls: [find, find], choices: price },
    /^no text before call 2 says: the price /,
  );
  await misses({ query: "mode=compact", calls: [find, describe], choices: price });
  await misses(
    {
      query: "mode=compact",
      calls: [find],
      answer: [{ fact: "the order", call: 0, finds: "tokportal_create_bundle" }],
    },
    /^call 0 .* does not find tokportal_create_bundle among the first 2: the order; it finds tokportal_get_credit_balance$/,
  );
});

test("each task begins on the first day", async () => {
  const fresh = {
    calls: [BALANCE],
    answer: [{ fact: "the balance is 1,250", call: 0, shows: '"total_credits":\\s*1250' }],
  };
  await play({ calls: [ORDER] });
  await misses(fresh);
  await misses({ ...fresh, prepare: [{ path: "/emulator/credits", body: { balance: 7 } }] }, /the balance is 1,250/);
});

test("a member that a task does not have is refused", () => {
  const task = { name: "synthetic", ask: "A question of a customer", calls: [BALANCE] };
  assert.equal(problems([task]), "");
  assert.match(problems([{ ...task, anwser: [] }]), /additional properties/);
  assert.match(problems([{ ...task, answer: [{ fact: "one", call: 1, shows: "1" }] }]), /no such call: one/);
});
