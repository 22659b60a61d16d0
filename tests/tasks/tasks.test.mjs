// Customer tasks in customers' words: each is played against the running connector, and every fact that a right answer
// or a right choice needs has to stand in a text that a model sees in time. A table at the end has all tasks.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startApp } from "../tools/app.mjs";
import { Driver } from "./driver.mjs";
import { tasks } from "./files.mjs";

let app;
let driver;
const rows = [];

before(async () => {
  app = await startApp();
  driver = new Driver(app);
});

after(async () => {
  print();
  await driver?.close();
  await app?.stop();
});

test("there are at least 44 tasks, and each has a name of its own", () => {
  const names = tasks.map(({ name }) => name);
  assert.ok(names.length >= 44, `there are ${names.length}`);
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
});

test("the tasks stand for all kinds M1 to M18", () => {
  const kinds = new Set(tasks.map(({ kind }) => kind));
  const all = Array.from({ length: 18 }, (_, index) => `M${index + 1}`);
  assert.deepEqual(
    all.filter((kind) => !kinds.has(kind)),
    [],
  );
});

for (const task of tasks) {
  test(`${task.theme}: ${task.name}`, async () => {
    const outcome = await driver.play(task);
    rows.push({ task, outcome });
    assert.equal(outcome.missing.length, 0, `"${task.ask}"\n  ${outcome.missing.join("\n  ")}`);
  });
}

function print() {
  const lines = rows.map(({ task, outcome: { calls, facts, known, missing } }) => {
    const result = missing.length === 0 ? "passed" : `${missing.length} missing`;
    return [task.name, task.kind ?? "", calls, `${known} of ${facts}`, result].join(" | ");
  });
  console.log(["task | kind | calls | facts | result", ...lines].join("\n"));
  const passed = rows.filter(({ outcome }) => outcome.missing.length === 0).length;
  const total = (member) => tasks.reduce((sum, task) => sum + (task[member]?.length ?? 0), 0);
  console.log(
    `${passed} of ${tasks.length} tasks, ${total("answer")} facts, ${total("choices")} choices, ${total("traps")} traps`,
  );
}
