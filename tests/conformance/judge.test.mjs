// The judge must fail on every finding that the list does not contain.
import assert from "node:assert/strict";
import { test } from "node:test";

import { agrees, judge } from "./judge.mjs";

const found = (checks) =>
  new Map([["ping", new Map(Object.entries(checks).map(([id, status]) => [id, { status, message: "" }]))]]);
const verdicts = (checks, expected) => judge(found(checks), expected).map(({ name, verdict }) => `${name} ${verdict}`);

test("a scenario without failures passes", () => {
  assert.deepEqual(verdicts({ a: "SUCCESS", b: "SKIPPED" }, {}), ["ping pass"]);
});

test("a failure or a warning without a row is unexpected", () => {
  for (const status of ["FAILURE", "WARNING"]) {
    const rows = judge(found({ a: "SUCCESS", b: status }), {});
    assert.equal(rows[0].verdict, "UNEXPECTED");
    assert.equal(agrees(rows), false);
  }
});

test("a row excuses the scenario or the one check it names", () => {
  assert.deepEqual(verdicts({ a: "FAILURE" }, { ping: "reason" }), ["ping expected"]);
  assert.deepEqual(verdicts({ a: "FAILURE" }, { "ping:a": "reason" }), ["ping expected"]);
  assert.deepEqual(verdicts({ a: "FAILURE", b: "FAILURE" }, { "ping:a": "reason" }), ["ping UNEXPECTED"]);
});

test("a scenario with nothing but listed warnings passes", () => {
  assert.deepEqual(verdicts({ a: "SUCCESS", b: "WARNING" }, { "ping:b": "reason" }), ["ping warning"]);
  assert.deepEqual(verdicts({ a: "FAILURE", b: "WARNING" }, { ping: "reason" }), ["ping expected"]);
});

test("a row for a scenario does not excuse a message that breaks the schema", () => {
  const checks = { a: "FAILURE", "wire-schema-valid": "FAILURE" };
  assert.deepEqual(verdicts(checks, { ping: "reason" }), ["ping UNEXPECTED"]);
});

test("a row for something that passes, is skipped or does not exist is stale", () => {
  for (const expected of [{ ping: "r" }, { "ping:a": "r" }, { "ping:gone": "r" }, { gone: "r" }]) {
    const rows = judge(found({ a: "SUCCESS" }), expected);
    assert.equal(rows.at(-1).verdict, "STALE");
    assert.equal(agrees(rows), false);
  }
  assert.equal(judge(found({ a: "SKIPPED" }), { "ping:a": "r" }).at(-1).verdict, "STALE");
});

test("a run without a scenario does not agree with the list", () => assert.equal(agrees(judge(new Map(), {})), false));
