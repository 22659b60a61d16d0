// Calls every operation of the document as a tool of the running connector: with success, with a failure, with a
// read-only key, and as a dry run. A tool without a step in scenarios.mjs fails, and so does an answer that the
// document or a schema does not describe.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startApp } from "../tools/app.mjs";
import { READ_ONLY_KEY } from "../tools/demo-keys.mjs";
import { listed } from "./answers.mjs";
import { failure, met, success } from "./checks.mjs";
import { LEGACY, MODERN, OLD, connect } from "./client.mjs";
import { operationOf, operations } from "./document.mjs";
import { emulator } from "./emulator.mjs";
import { scenarios, start } from "./scenarios.mjs";

/** A pause in seconds that is too long for the connector's own retry. */
const LONG_WAIT = 900;
const UNKNOWN = "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b";
// The emulator works and collects figures at certain hours, so every run begins at the same hour.
const START = new Date(new Date().setUTCHours(24 + 9, 0, 0, 0));
const day = (days) => new Date(START.getTime() + days * 86_400_000).toISOString().slice(0, 10);
const steps = scenarios(day);
const known = {};
const shown = new Map(operations.map(({ tool }) => [tool, {}]));
const last = new Map(); // the arguments of the last successful call of each tool

let app;
let controls;
let owner; // owner and reader are one person with two keys
let reader;
let tools;

before(async () => {
  app = await startApp();
  controls = emulator(app);
  await controls.startFirstDay(START, 2500);
  owner = await connect(MODERN, app);
  reader = await connect(MODERN, app, READ_ONLY_KEY);
  tools = owner.tools;
  for (const step of start) {
    const name = `tokportal_${step.tool}`;
    find(step, success(tools.get(name), await owner.call(name, step.args(known))).body);
  }
});

after(async () => {
  print();
  await owner?.close();
  await reader?.close();
  await app?.stop();
});

test("both eras list the same tools, one for each operation of the document", async () => {
  const legacy = await connect(LEGACY, app);
  assert.deepEqual([...legacy.tools.values()], [...tools.values()]);
  assert.deepEqual([...tools.keys()], operations.map(({ tool }) => tool));
  await legacy.close();
});

for (const step of steps) {
  test(`${step.tool} succeeds, fails as documented, and respects a read-only key`, async () => {
    const name = `tokportal_${step.tool}`;
    const tool = tools.get(name);
    assert.ok(tool, `there is no tool ${name}`);
    if (step.hours) await controls.set("/clock", { advance_seconds: step.hours * 3600 });
    const args = step.args(known);
    const row = shown.get(name);
    row.failure = await fail(step, tool, args);
    if (operationOf(name).write) {
      row.reader = await refused(name, args);
      row.dryRun = await simulated(tool, args);
    } else {
      row.reader = `allowed ${success(tool, await reader.call(name, args)).status}`;
    }
    const { status, body } = success(tool, await owner.call(name, args));
    row.success = String(status);
    find(step, body);
    last.set(name, args);
  });
}

test("an unknown argument is refused by tools that write and dropped by tools that read", async () => {
  for (const tool of tools.values()) {
    const result = await owner.call(tool.name, { nonsense: true });
    if (tool.annotations.readOnlyHint) {
      assert.deepEqual(result._meta["com.tokportal/dropped_arguments"], ["nonsense"], tool.name);
      continue;
    }
    const error = failure(tool, result);
    assert.equal(error.code, "INVALID_ARGUMENTS", tool.name);
    assert.ok(error.details.fields.some(({ field }) => field === "nonsense"), tool.name);
  }
});

test("TypeScript SDK 1.x: every tool that reads answers as documented", async () => {
  const old = await connect(OLD, app);
  const reads = operations.filter(({ write, tool }) => !write && last.has(tool));
  for (const { tool } of reads) {
    const result = await old.call(tool, last.get(tool));
    // A later step may have undone this one; then the failure must be as documented.
    if (result.isError) failure(old.tools.get(tool), result);
    else success(old.tools.get(tool), result);
  }
  assert.equal(reads.length, operations.filter(({ write }) => !write).length);
  await old.close();
});

test("every operation was called in each of its ways", () => {
  const missing = operations.filter(({ tool, write }) => {
    const { success, failure, reader, dryRun } = shown.get(tool);
    return !(success && failure && reader && (dryRun || !write));
  });
  assert.deepEqual(missing.map(({ tool }) => tool), []);
});

/** One failing call: as the step says, else with an unknown id, else with the rate limit exceeded. */
async function fail(step, tool, args) {
  if (step.fails) {
    const error = failure(tool, await owner.call(tool.name, step.fails.args));
    assert.equal(error.code, step.fails.code, error.message);
    return `${error.http_status} ${error.code}`;
  }
  const id = "id" in args ? "id" : Object.keys(args).find((argument) => argument.endsWith("_id"));
  if (id) {
    const error = failure(tool, await owner.call(tool.name, { ...args, [id]: UNKNOWN }));
    assert.equal(error.http_status, 404, error.message);
    return `${error.http_status} ${error.code}`;
  }
  const details = { retry_after_seconds: LONG_WAIT };
  await controls.set("/faults", { operation: operationOf(tool.name).id, code: "RATE_LIMIT_EXCEEDED", details });
  const error = failure(tool, await owner.call(tool.name, args));
  assert.equal(error.code, "RATE_LIMIT_EXCEEDED");
  assert.equal(error.retry_after_seconds, LONG_WAIT);
  return `${error.http_status} ${error.code}`;
}

/** A write with the read-only key: the HTTP request is refused, and the state stays the same. */
async function refused(name, args) {
  const before = await controls.state();
  const scope = (error) => error.requiredScope === "read write" || /insufficient.scope/i.test(error.message);
  await assert.rejects(reader.call(name, args), scope, `${name} with a read-only key`);
  assert.deepEqual(facts(await controls.state()), facts(before), `${name} with a read-only key changed something`);
  return "refused";
}

/** A dry run: the answer says so, and the state stays the same. */
async function simulated(tool, args) {
  const before = await controls.state();
  const { status, body } = success(tool, await owner.call(tool.name, { ...args, dry_run: true }));
  if (typeof body === "object") assert.equal(body.dry_run, true, `${tool.name}: ${JSON.stringify(body)}`);
  assert.deepEqual(facts(await controls.state()), facts(before), `the dry run of ${tool.name} changed something`);
  return String(status);
}

function facts({ people }) {
  return people.map(({ id, credits, bundles, accounts, keys }) => ({ id, credits, bundles, accounts, keys }));
}

/** Stores values of an answer under the names that the step gives them. */
function find({ tool, finds = {} }, body) {
  for (const [name, path] of Object.entries(finds)) {
    const value = path.split(".").reduce((inside, member) => inside?.[member], body);
    assert.notEqual(value, undefined, `${tool}: the answer has no ${path}`);
    known[name] = value;
  }
}

function print() {
  const line = (...cells) => console.log(cells.map((cell, i) => String(cell ?? "-").padEnd([44, 9, 28, 15, 0][i])).join(""));
  line("tool", "success", "failure", "read-only key", "dry run");
  for (const { tool, write } of operations) {
    const { success, failure, reader, dryRun } = shown.get(tool);
    line(tool.replace(/^tokportal_/, ""), success, failure, reader, write ? dryRun : "");
  }
  const count = (way) => [...shown.values()].filter((row) => row[way]).length;
  console.log(
    `${operations.length} operations: ${count("success")} succeeded, ${count("failure")} failed as documented, ` +
      `${count("reader")} tried with a read-only key, ${count("dryRun")} simulated`,
  );
  let [members, unmet] = [0, 0];
  for (const { name, outputSchema } of tools.values()) {
    const known = [...listed(outputSchema).members];
    const missing = known.filter((path) => !met.get(name)?.has(path));
    if (missing.length) console.log(`  ${name}: no answer had ${missing.join(", ")}`);
    [members, unmet] = [members + known.length, unmet + missing.length];
  }
  console.log(`${members} members in output schemas, ${unmet} of them in no answer`);
}
