// What a person reads before a call that spends credits or cannot be undone: names instead of ids, the price with its
// items, the balance before and after, and what cannot be undone. A client that shows forms makes the calls of
// scenarios.mjs and agrees to each; the messages are printed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

import { startApp } from "../tools/app.mjs";
import { document, operations } from "./document.mjs";
import { emulator } from "./emulator.mjs";
import { scenarios, start } from "./scenarios.mjs";

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const PRICE = /It costs ([\d,]+) credits?( \([^)]+\))?\./;
const BALANCE = /Balance: ([\d,]+) credits now, ([\d,]+) afterwards\./;
// The emulator works at certain hours, so every run begins at the same hour.
const START = new Date(new Date().setUTCHours(24 + 9, 0, 0, 0));
const day = (days) => new Date(START.getTime() + days * 86_400_000).toISOString().slice(0, 10);
const known = {};
const messages = new Map(); // the first message of each tool

/** Operations that are confirmed. */
const confirmed = operations.filter(({ id }) => {
  const operation = Object.values(document.paths).flatMap(Object.values).find(({ operationId }) => operationId === id);
  return operation["x-irreversible"] || operation["x-credits"]?.spends;
});

let app;
let controls;
let client;
let asked = [];
before(async () => {
  app = await startApp();
  controls = emulator(app);
  await controls.startFirstDay(START, 2500);
  client = new Client(
    { name: "catalogue", version: "1.0.0" },
    {
      versionNegotiation: { mode: { pin: "2026-07-28" } },
      capabilities: { elicitation: { form: {} } },
      inputRequired: { autoFulfill: true },
    },
  );
  client.setRequestHandler("elicitation/create", async ({ params }) => {
    asked.push(params.message);
    return { action: "accept", content: { confirm: true } };
  });
  const headers = { Authorization: `Bearer ${app.key}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(app.mcp), { requestInit: { headers } }));
});
after(async () => {
  for (const [tool, message] of messages) console.log(`${tool}\n    ${message}\n`);
  await client?.close();
  await app?.stop();
});

test("every message has names, price, balance and consequence", async () => {
  for (const step of start) await run(step);
  for (const step of scenarios(day)) {
    if (step.hours) await controls.set("/clock", { advance_seconds: step.hours * 3600 });
    await run(step);
  }
});

// These cost something only while Coverage is due or an option is bought, and can be undone: nothing is asked.
const FREE = [
  ...["publish_bundle", "configure_bundle_account", "patch_bundle_video", "publish_all_bundle_videos"],
  ...["publish_bundle_video", "request_bundle_video_corrections", "fix_bundle_video_download"],
  ...["configure_bundle_video", "batch_configure_bundle_videos", "import_bundle_videos_csv"],
  ...["reactivate_account_coverage"],
].map((name) => `tokportal_${name}`);

test("every confirmed operation asked, unless it was free and can be undone", () => {
  const silent = confirmed.filter(({ tool }) => !messages.has(tool)).map(({ tool }) => tool);
  assert.deepEqual(silent.filter((tool) => !FREE.includes(tool)), []);
});

async function run({ tool, args, finds = {} }) {
  const name = tool.startsWith("tokportal_") ? tool : `tokportal_${tool}`;
  asked = [];
  const sent = args?.(known) ?? {};
  const result = await client.callTool({ name, arguments: sent });
  assert.ok(!result.isError, `${name}: ${result.content?.[0]?.text}`);
  for (const [key, path] of Object.entries(finds)) {
    known[key] = path.split(".").reduce((inside, member) => inside?.[member], result.structuredContent);
  }
  for (const message of asked) check(name, sent, message);
}

function check(name, sent, message) {
  if (!messages.has(name)) messages.set(name, message);
  const operation = confirmed.find(({ tool }) => tool === name);
  assert.ok(operation, `${name} is not to be confirmed`);
  assert.match(message, /^[A-Z].*\?/, name);
  assert.doesNotMatch(message, ID, name);
  assert.doesNotMatch(message, /[{}]|undefined|null|TokPortal: /, name);
  const number = (text) => Number(text.replaceAll(",", ""));
  const price = PRICE.exec(message);
  if (price) {
    const balance = BALANCE.exec(message);
    assert.ok(balance, `${name}: no balance in ${message}`);
    assert.equal(number(balance[1]) - number(price[1]), number(balance[2]), message);
  } else {
    assert.match(message, /It costs no credits\./, name);
  }
  if (operation.irreversible) assert.match(message, /cannot be undone|Final and non-refundable/, name);
}
