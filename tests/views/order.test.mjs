// Approval of a paid call: once, with its price, or not at all.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startHost } from "./host.mjs";
import { startServer } from "./server.mjs";

const TOOL = "tokportal_create_bundle";
const RUN = "tokportal_run_approved";
const ORDER = { bundle_type: "account_and_videos", platform: "tiktok", country: "USA", videos_quantity: 3 };
const PRICE = 38;

let server;
let host;
before(async () => {
  server = await startServer();
  host = await startHost(server);
});
after(async () => {
  await host?.stop();
  await server?.stop();
});

/**
 * Shows the order with the answer of the server. `rest` replaces details of an answer that waits, and `intercept` may
 * answer calls of the view first.
 */
async function show({ rest, intercept, input = ORDER, tool = TOOL, ...more }, work) {
  const call = async (name, args) => (await intercept?.(name, args)) || changed(await server.call(name, args), rest);
  await host.show("order", { call, ...more }, async (shown) => {
    const before = await balance();
    await shown.give(input, await call(tool, input));
    await shown.settled();
    await work(shown, before);
  });
}

/** A result that waits for a person, with other details. */
function changed(result, rest) {
  Object.assign(result.structuredContent?.error?.details ?? {}, rest);
  return result;
}

const balance = async () => (await server.data("tokportal_get_credit_balance")).total_credits;
const ready = (shown) => shown.frame.locator("button.primary:enabled").waitFor();
const told = async (shown) => (await shown.logged("ui/update-model-context")).map(({ content }) => content[0].text);

test("the order shows question, items, price, balance and consequences", () =>
  show({}, async (shown, before) => {
    const text = await shown.text();
    for (const part of [
      "Order an account with videos on TikTok (USA)?",
      "Account creation",
      "32 credits",
      "Video slots",
      "6 credits",
      "38 credits",
      "This cannot be undone.",
    ]) {
      assert.ok(text.includes(part), part);
    }
    const [now, then] = [before, before - PRICE].map((amount) => amount.toLocaleString("en-US"));
    assert.ok(text.includes(`${now} → ${then}`), text);
    assert.equal(await balance(), before);
  }));

test("approval makes the call once, and the view says what came of it", () =>
  show({}, async (shown, before) => {
    await shown.button("Approve 38 credits").click();
    await shown.frame.getByRole("heading", { name: "Done" }).waitFor();
    assert.equal(await balance(), before - PRICE);
    const text = await shown.text();
    assert.match(text, /Charged\s+38 credits/);
    assert.ok(text.includes(`${(before - PRICE).toLocaleString("en-US")} credits`));
    assert.match(text, /Next: set up the account/);
    const [call, ...others] = await shown.log("tools/call");
    assert.deepEqual(others, []);
    assert.deepEqual([call.name, call.arguments.name, call.arguments.arguments], [RUN, TOOL, ORDER]);
    const [sentence, ...more] = await told(shown);
    assert.match(sentence, /^The person approved tokportal_create_bundle in the view and it was carried out: /);
    assert.match(sentence, /: 38 credits charged, \d+ credits left, id [0-9a-f-]{36}, status pending_setup\. /);
    assert.deepEqual(more, []);
  }));

test("a double click approves once", () =>
  show({}, async (shown, before) => {
    await ready(shown);
    await shown.button("Approve 38 credits").dblclick();
    await shown.frame.getByRole("heading", { name: "Done" }).waitFor();
    assert.equal((await shown.log("tools/call")).length, 1);
    assert.equal(await balance(), before - PRICE);
  }));

test("clicks of a script while the call runs change nothing", () => {
  let answer;
  const intercept = (name) => name === RUN && new Promise((resolve) => (answer = resolve));
  return show({ intercept }, async (shown) => {
    await ready(shown);
    await shown.frame.evaluate(() => {
      const button = document.querySelector("button.primary");
      for (let presses = 0; presses < 5; presses += 1) button.click();
      for (const other of document.querySelectorAll("button")) other.click();
    });
    const running = shown.button("Working …");
    await running.waitFor();
    assert.ok(await running.isDisabled());
    assert.equal(await shown.button("Not now").count(), 0);
    assert.equal((await shown.log("tools/call")).length, 1);
    assert.deepEqual(await shown.log("ui/update-model-context"), []);
    answer({ content: [], structuredContent: { data: {}, credits_charged: 0, credits_remaining: 5 } });
    await shown.frame.getByRole("heading", { name: "Done" }).waitFor();
  });
});

test("a raised price is shown again, and needs another press", () =>
  show({}, async (shown, before) => {
    await ready(shown);
    await server.setPrice(38);
    try {
      await shown.button("Approve 38 credits").dblclick();
      const note = "The price changed from 38 credits to 44 credits. Nothing was charged yet.";
      await shown.frame.getByText(note).first().waitFor();
      assert.equal(await balance(), before);
      assert.equal((await shown.log("tools/call")).length, 1);
      await shown.button("Approve 44 credits").click();
      await shown.frame.getByRole("heading", { name: "Done" }).waitFor();
      assert.equal((await shown.log("tools/call")).length, 2);
      assert.equal(await balance(), before - 44);
    } finally {
      await server.setPrice(32);
    }
  }));

test("an old result that a host shows again runs nothing", async () => {
  const result = await server.call(TOOL, ORDER);
  for (const heading of ["Done", "Not done"]) {
    await host.show("order", { call: server.call }, async (shown) => {
      await shown.give(ORDER, result);
      await shown.settled();
      const before = await balance();
      await shown.button("Approve 38 credits").click();
      if (heading === "Done") return shown.frame.getByRole("heading", { name: "Done" }).waitFor();
      await shown.frame.getByText("This approval was used before.").waitFor();
      assert.equal(await balance(), before);
    });
  }
});

test("Not now sends nothing to the server and tells the model", () =>
  show({}, async (shown, before) => {
    await shown.button("Not now").click();
    await shown.frame.locator("main").getByText("You did not agree. Nothing was charged.").waitFor();
    assert.deepEqual(await shown.log("tools/call"), []);
    assert.deepEqual(await told(shown), [
      "The person did not agree to tokportal_create_bundle. Nothing was sent and nothing was charged.",
    ]);
    assert.equal(await shown.button(/approve/i).count(), 0);
    assert.equal(await balance(), before);
  }));

test("the same result sent again does not bring the button back", async () => {
  const result = await server.call(TOOL, ORDER);
  await host.show("order", { call: server.call }, async (shown) => {
    await shown.give(ORDER, result);
    await shown.button("Not now").click();
    await shown.logged("ui/update-model-context");
    await shown.give(ORDER, result);
    await shown.teardown(); // Its answer comes after the view has read the result.
    assert.equal(await shown.button(/approve/i).count(), 0);
  });
});

test("an expired approval has no button", () =>
  show({ rest: { expires_at: "2026-01-01T10:00:00Z" } }, async (shown) => {
    await shown.frame.getByText("This approval has expired.").waitFor();
    assert.equal(await shown.button(/approve/i).count(), 0);
  }));

test("the button goes when the approval expires", () =>
  show({ clock: true }, async (shown) => {
    await shown.page.clock.runFor(1000);
    await ready(shown);
    await shown.page.clock.fastForward("10:01");
    await shown.frame.getByText("This approval has expired.").waitFor();
    assert.equal(await shown.button(/approve/i).count(), 0);
  }));

test("without an answer the view says so, waits, and shows the late answer", () => {
  let answer;
  const intercept = (name) => name === RUN && new Promise((resolve) => (answer = resolve));
  return show({ intercept, clock: true }, async (shown) => {
    await shown.page.clock.runFor(1000);
    await shown.button("Approve 38 credits").click();
    await shown.button("Working …").waitFor();
    await shown.page.clock.fastForward("01:20");
    await shown.frame.getByText("There is no answer yet.").waitFor();
    assert.ok(await shown.button("Working …").isDisabled());
    answer({ content: [], structuredContent: { data: {}, credits_charged: 38, credits_remaining: 5 } });
    await shown.frame.getByRole("heading", { name: "Done" }).waitFor();
  });
});

test("a host that refuses the call leaves no button and says that it is unclear", () =>
  show({ intercept: (name) => name === RUN && { refused: "Denied by policy" } }, async (shown, before) => {
    await shown.button("Approve 38 credits").click();
    await shown.frame.getByText(/The app did not pass the call on: .*Denied by policy/).waitFor();
    await shown.frame.getByText("It is not certain whether the call was carried out.").waitFor();
    assert.equal(await shown.frame.getByRole("button").count(), 0);
    assert.match((await told(shown))[0], /may or may not have been carried out/);
    assert.equal(await balance(), before);
  }));

test("an error of the approved call is shown with hint and request id", () => {
  const error = {
    code: "INSUFFICIENT_CREDITS",
    message: "38 credits are needed.",
    hint: "Buy credits.",
    request_id: "req_1",
    retryable: false,
  };
  return show(
    { intercept: (name) => name === RUN && { content: [], structuredContent: { error }, isError: true } },
    async (shown) => {
      await shown.button("Approve 38 credits").click();
      await shown.frame.getByText("38 credits are needed.").waitFor();
      for (const part of ["Buy credits.", "Request id: req_1"]) assert.ok((await shown.text()).includes(part), part);
      assert.deepEqual(await told(shown), [
        "The person approved tokportal_create_bundle in the view, but it failed with INSUFFICIENT_CREDITS.",
      ]);
    },
  );
});

test("a call without a price says so", () =>
  show({ rest: { price: null, items: null, balance: null, balance_after: null } }, async (shown) => {
    await shown.button("Approve").waitFor();
    await shown.frame.getByText("There is no price to show.").waitFor();
  }));

test("an approval without its sealed text cannot be given", () =>
  host.show("order", { call: server.call }, async (shown) => {
    const { _meta, ...result } = await server.call(TOOL, ORDER);
    await shown.give(ORDER, result);
    await shown.frame.getByText(/^Order an account with videos on TikTok/).waitFor();
    assert.equal(await shown.frame.getByRole("button").count(), 0);
  }));

test("a login is shown to the person and not told to the model", () => {
  const data = { username: "maple", email: "m@example.com", password: "hunter2-secret" };
  const answer = { content: [], structuredContent: { data, credits_charged: 150, credits_remaining: 10 } };
  return show({ intercept: (name) => name === RUN && answer }, async (shown) => {
    await shown.button("Approve 38 credits").click();
    await shown.frame.getByText("hunter2-secret").waitFor();
    await shown.frame.getByText("The model does not see this. Save it now.").waitFor();
    const log = JSON.stringify((await shown.log()).filter(({ method }) => method !== "tools/call"));
    for (const secret of Object.values(data)) assert.ok(!log.includes(secret), secret);
  });
});

test("a host without model context gets a message", () =>
  show({ capabilities: { serverTools: {}, message: { text: {} } }, handles: ["message"] }, async (shown) => {
    await shown.button("Not now").click();
    await shown.frame.locator("main").getByText("You did not agree.").waitFor();
    const [{ content }] = await shown.logged("ui/message");
    assert.match(content[0].text, /^The person did not agree/);
  }));

test("an order that was carried out already shows its outcome", async () => {
  const before = await balance();
  const result = await server.callAtOnce(TOOL, ORDER);
  await host.show("order", { call: server.call }, async (shown) => {
    await shown.give(ORDER, result);
    await shown.frame.getByRole("heading", { name: "Done" }).waitFor();
    assert.match(await shown.text(), /Charged\s+38 credits/);
    assert.deepEqual(await shown.log(), []);
  });
  assert.equal(await balance(), before - PRICE);
});

test("details show every argument, and the keyboard reaches every button", () =>
  show({}, async (shown) => {
    await ready(shown);
    await shown.button("Details").press("Enter");
    await shown.frame.getByText("What will be sent").waitFor();
  assert.ok((await shown.text()).includes("videos quantity"));
    assert.equal(await shown.frame.evaluate(() => document.activeElement.dataset.key), "size");
    for (const name of ["approve", "decline"]) {
      await shown.page.keyboard.press("Tab");
      assert.equal(await shown.frame.evaluate(() => document.activeElement.dataset.key), name);
    }
  }));
