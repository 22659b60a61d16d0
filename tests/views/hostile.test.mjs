// Values that a third party wrote: markup, right-to-left text and ten thousand characters neither run nor break a view.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startHost } from "./host.mjs";
import { scenes } from "./scenes.mjs";
import { startServer } from "./server.mjs";

const RUNS = "globalThis.hacked=1";
const HOSTILE = {
  markup: `<img src=x onerror="${RUNS}"><script>${RUNS}</script></script><svg onload="${RUNS}"><b>bold</b> {{${RUNS}}}`,
  "right-to-left": "\u202Egnihton stsoc siht\u202C مرحبا بالعالم \u2067שלום עולם\u2069 \u200F",
  "ten thousand characters": "W".repeat(10_000),
  "many words": "many words ".repeat(1_000),
  "combining marks": `z${"\u0300\u0323".repeat(200)} `.repeat(20),
};
// Members that programs read and people do not write.
const KEPT = new Set([
  ...["code", "tool", "status", "bundle_type", "account_status", "platform", "type", "level", "id"],
  ...["date", "metric", "mode", "granularity", "expires_at", "created_at", "published_at", "current_period_end"],
  ...["profile_url", "platform_url", "bundle_id", "account_id", "video_id", "saved_account_id"],
]);

let server;
let host;
let all;
before(async () => {
  server = await startServer();
  host = await startHost(server);
  all = await scenes(server);
});
after(async () => {
  await host?.stop();
  await server?.stop();
});

/** The same answer with the text in place of every text that a person wrote. */
function poison(value, text, key = "") {
  if (typeof value === "string") return KEPT.has(key) ? value : text;
  if (Array.isArray(value)) return value.map((item) => poison(item, text, key));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, poison(inside, text, name)]));
}

const poisoned = (result, text) => ({ ...result, structuredContent: poison(result.structuredContent, text) });

async function check(shown, text) {
  for (const displayMode of ["inline", "fullscreen"]) {
    await shown.change({ displayMode });
    await shown.frame.waitForFunction(
      (mode) => document.documentElement.dataset.mode === mode,
      displayMode === "inline" ? "inline" : "big",
    );
    const { height, tooWide } = await shown.measures();
    assert.deepEqual(tooWide, [], displayMode);
    if (displayMode === "inline") assert.ok(height <= 500, `${height} px high`);
  }
  assert.equal(await shown.frame.evaluate(() => globalThis.hacked), undefined);
  assert.equal(await shown.frame.locator("img, b, main script, [onload], [onerror]").count(), 0);
  assert.doesNotMatch(await shown.frame.locator("main").innerText(), /[\u202a-\u202e\u2066-\u2069]/);
  if (text.startsWith("<")) assert.ok((await shown.frame.locator("main").innerText()).includes("<img src=x"));
}

for (const name of [
  "dashboard",
  "dashboard-account",
  "order",
  "order-outcome",
  "order-failed",
  "tracker",
  "tracker-posted",
  "account",
]) {
  for (const [kind, text] of Object.entries(HOSTILE)) {
    test(`${name} with ${kind} in every value`, async () => {
      const { view, input, result } = all.find((scene) => scene.name === name);
      const call = async (tool, args) => poisoned(await server.call(tool, args), text);
      await host.show(view, { call, width: 360 }, async (shown) => {
        await shown.give(input, poisoned(result, text));
        await shown.settled();
        await check(shown, text);
        await shown.shoot(`hostile-${name}-${kind.replaceAll(" ", "-")}`);
      });
    });
  }
}

test("an order with fifty items and consequences stays low and shows all in the details", async () => {
  const many = (make) => Array.from({ length: 50 }, (_, index) => make(index + 1));
  const rest = {
    items: many((number) => ({ name: `Item ${number}`, credits: number })),
    consequences: many((number) => `Consequence ${number} of this call.`),
  };
  const input = { bundle_type: "account_only", platform: "tiktok", country: "USA" };
  await host.show("order", { call: server.call, width: 360 }, async (shown) => {
    const result = await server.call("tokportal_create_bundle", input);
    Object.assign(result.structuredContent.error.details, rest);
    await shown.give(input, result);
    await shown.settled();
    assert.ok((await shown.measures()).height <= 500);
    await shown.frame.getByText(/\d+ more in the details/).waitFor();
    await shown.button("Details").click();
    for (const text of ["Item 50", "Consequence 50 of this call."]) await shown.frame.getByText(text).waitFor();
  });
});
