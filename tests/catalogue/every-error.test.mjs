// Every error code passes through the connector: documented codes on each operation that documents them, the others on
// one operation. A fault of the emulator answers the code; the result must repeat code, message, status and details,
// and add a hint.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { startApp } from "../tools/app.mjs";
import { failure } from "./checks.mjs";
import { MODERN, connect } from "./client.mjs";
import { operations } from "./document.mjs";
import { emulator } from "./emulator.mjs";
import { sample } from "./sample.mjs";

// Codes of the API's public documentation, with the status where it names one.
const DOCUMENTED = JSON.parse(readFileSync(fileURLToPath(new URL("documented-errors.json", import.meta.url)), "utf8"));
const ANY = operations.find(({ id }) => id === "getCurrentUser");

let app;
let controls;
let client;
let errors;
let generic; // the hint for an unknown code
let arrived = 0;
before(async () => {
  app = await startApp();
  controls = emulator(app);
  await controls.set("/reset");
  await controls.liftRateLimit();
  client = await connect(MODERN, app);
  errors = new Map((await controls.errors()).map((error) => [error.code, patient(error)]));
  const unknown = { code: "NEVER_HEARD_OF", status: 400, message: "Something new happened." };
  ({ hint: generic } = await refuse(ANY, unknown, { documented: false, hinted: false }));
});
after(async () => {
  console.log(`${errors?.size} error codes: ${arrived} refusals arrived whole`);
  await client?.close();
  await app?.stop();
});

test("every documented code has a fault with its documented status", () => {
  const named = new Set([...Object.keys(DOCUMENTED), ...operations.flatMap(({ codes }) => codes)]);
  assert.deepEqual([...named].filter((code) => !errors.has(code)), []);
  for (const [code, status] of Object.entries(DOCUMENTED)) {
    if (status !== null) assert.equal(errors.get(code).status, status, code);
  }
});

for (const operation of operations.filter(({ codes }) => codes.length > 0)) {
  test(`${operation.tool}: ${operation.codes.length} codes arrive whole and with a hint`, async () => {
    for (const code of operation.codes) {
      arrives(errors.get(code), await refuse(operation, errors.get(code)));
    }
  });
}

test("codes of no particular operation arrive whole and with a hint", async () => {
  const own = new Set(operations.flatMap(({ codes }) => codes));
  const problems = [];
  for (const error of errors.values()) {
    if (own.has(error.code) || error.status === 401) continue;
    try {
      arrives(error, await refuse(ANY, error, { documented: false }));
    } catch (problem) {
      problems.push(`${error.code}: ${problem.message}`);
    }
  }
  assert.deepEqual(problems, []);
});

// An invalid key is not a tool error: the HTTP response is a 401, so that the client signs in again.
test("a code about the key itself is 401", async () => {
  const about = [...errors.values()].filter(({ status }) => status === 401);
  assert.ok(about.length >= 3);
  for (const { code } of about) {
    await controls.set("/faults", { operation: ANY.id, code });
    const status = (error) => error.code === 401 || error.data?.status === 401 || /\b401\b/.test(error.message);
    await assert.rejects(client.call(ANY.tool, {}), status, code);
    arrived += 1;
  }
});

/** The error with a pause that is too long for the connector's own retry. */
function patient(error) {
  if (!("retry_after_seconds" in error.details)) return error;
  return { ...error, details: { ...error.details, retry_after_seconds: 900 } };
}

/** Calls the operation while it answers this error. */
async function refuse(operation, { code, status, message, details }, options) {
  await controls.set("/faults", { operation: operation.id, code, status, message, details });
  const tool = client.tools.get(operation.tool);
  return failure(tool, await client.call(tool.name, sample(tool.inputSchema)), options);
}

/** Asserts that the error repeats the API's answer and has a hint of its own. */
function arrives({ code, status, message, details }, error) {
  assert.equal(error.code, code);
  assert.equal(error.message, message);
  assert.equal(error.http_status, status);
  assert.deepEqual(error.details ?? {}, details);
  assert.equal(error.retry_after_seconds, details.retry_after_seconds);
  assert.notEqual(error.hint, generic, `${code} has no hint of its own`);
  arrived += 1;
}
