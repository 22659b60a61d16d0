import assert from "node:assert/strict";
import test from "node:test";

import { compare } from "./compare.mjs";

const problems = (counts, budget) => compare(counts, budget).map(({ problem }) => problem);
const ofOne = (count, budget) => problems({ list: count }, { list: budget })[0];

test("a difference within 3 % passes in either direction", () => {
  for (const count of [97_100, 100_000, 102_900]) assert.equal(ofOne(count, 100_000), undefined, `${count}`);
});

test("a difference beyond 3 % fails in either direction", () => {
  assert.match(ofOne(103_100, 100_000), /over its budget/);
  assert.match(ofOne(96_900, 100_000), /renewed/);
});

test("a case without a budget fails", () => {
  assert.deepEqual(problems({ list: 5, ping: 5 }, { list: 5 }), [undefined, "has no budget"]);
});

test("a case of the budget that was not counted fails", () => {
  assert.deepEqual(problems({ list: 5 }, { list: 5, ping: 5 }), [undefined, "was not counted"]);
});

test("what is no number of instructions fails", () => {
  for (const wrong of [0, -1, NaN, Infinity, null, "5"]) {
    assert.equal(ofOne(wrong, 5), "was not counted", `count ${wrong}`);
    assert.equal(ofOne(5, wrong), "has no budget", `budget ${wrong}`);
  }
});
