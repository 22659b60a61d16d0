// Approval by link: a client of 2025-06-18 makes a paid call, a person approves it in a real browser, and the call runs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import { SECOND_KEY } from "../tools/demo-keys.mjs";
import { balance, bundleIds, payload } from "../tools/results.mjs";
import { look } from "./browser.mjs";
import { startVisit } from "./visit.mjs";

const TOOL = "tokportal_create_bundle";
const ORDER = { bundle_type: "account_only", platform: "tiktok", country: "USA" };

let visit;
before(async () => (visit = await startVisit()));
after(() => visit?.stop());

/** Gives `work` a client whose every paid call has to be approved. */
async function withClient(work, { app = visit.app, key = app.key } = {}) {
  const client = new Client({ name: "interop", version: "1.0.0" });
  const headers = { Authorization: `Bearer ${key}` };
  const transport = new StreamableHTTPClientTransport(new URL(`${app.mcp}?confirm=always`), { requestInit: { headers } });
  // The SDK offers its newest revision; this client speaks an older one.
  const send = transport.send.bind(transport);
  transport.send = (message, options) => {
    if (message.method === "initialize") message.params.protocolVersion = "2025-06-18";
    return send(message, options);
  };
  await client.connect(transport);
  assert.equal(transport.protocolVersion, "2025-06-18");
  const connection = { call: (name, args) => client.callTool({ name, arguments: args }) };
  try {
    return await work(connection);
  } finally {
    await client.close();
  }
}

/** The failure of a call that waits for a person. */
async function waiting(client, order) {
  const result = await client.call(TOOL, order);
  assert.equal(result.isError, true, JSON.stringify(result));
  const { error } = result.structuredContent;
  assert.equal(error.code, "APPROVAL_REQUIRED", error.message);
  return error;
}

/** Opens the link and signs in at the portal unless the browser has a session. */
async function open(page, error, signIn = visit.app.signIn) {
  await page.goto(error.details.approval_url);
  if (!(await page.getByLabel(/password/i).count())) return;
  await page.getByLabel(/email/i).fill(signIn.email);
  await page.getByLabel(/password/i).fill(signIn.password);
  await page.getByRole("button", { name: /^sign in/i }).click();
  await page.waitForURL(/\/approve\/question|\/connect\/callback/);
}

const controls = (path, body) =>
  fetch(`${visit.app.url}/emulator/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

test("the price is shown, the person approves, and the call runs once", () =>
  visit.inTab({}, (page) =>
    withClient(async (client) => {
      const [credits, bundles] = [await balance(client), await bundleIds(client)];
      const error = await waiting(client, ORDER);
      const { price, balance: before, balance_after: left, approval_url: link } = error.details;
      assert.deepEqual([before, left], [credits, credits - price]);
      assert.ok(error.message.includes(`It costs ${price} credits`) && error.message.includes(link), error.message);

      await open(page, error);
      const button = page.getByRole("button", { name: `Approve ${price} credits` });
      await button.waitFor();
      await look(page, "approval");
      await page.reload();
      assert.equal((await waiting(client, ORDER)).details.approval_url, link, "looking is not approving");
      await button.click();
      await page.getByRole("heading", { name: "Go back to your app." }).waitFor();
      assert.deepEqual([await balance(client), await bundleIds(client)], [credits, bundles], "the page runs nothing");

      const { data } = payload(await client.call(TOOL, ORDER));
      assert.equal(await balance(client), credits - price);
      assert.ok((await bundleIds(client)).includes(data.bundle_id));
      await waiting(client, ORDER);
      assert.equal(await balance(client), credits - price, "an approval is used once");
    }),
  ));

test("other arguments, another key and another person are refused", () =>
  visit.inTab({}, (page) =>
    withClient(async (client) => {
      const order = { ...ORDER, title: "Approved one" };
      const credits = await balance(client);
      await open(page, await waiting(client, order));
      await page.getByRole("button", { name: /^Approve/ }).click();
      await page.getByRole("heading", { name: "Go back to your app." }).waitFor();
      await waiting(client, { ...order, title: "Another one" });
      assert.equal(await balance(client), credits);

      await withClient(
        async (other) => {
          const theirs = await waiting(other, order);
          await page.goto(theirs.details.approval_url);
          await page.getByRole("heading", { name: "This is not your request." }).waitFor();
          const words = await page.locator("main").innerText();
          assert.ok(!words.includes("Approved one") && !words.includes(String(theirs.details.price)), words);
          await waiting(other, order);
        },
        { key: SECOND_KEY },
      );
      payload(await client.call(TOOL, order));
    }),
  ));

test("a price that rises in between is asked about again", () =>
  visit.inTab({}, (page) =>
    withClient(async (client) => {
      const order = { ...ORDER, title: "Dearer one" };
      const before = await waiting(client, order);
      await open(page, before);
      await page.getByRole("button", { name: `Approve ${before.details.price} credits` }).click();
      await page.getByRole("heading", { name: "Go back to your app." }).waitFor();
      const credits = await balance(client);
      const setPrice = async (credits) => {
        await controls("prices", { account_creation: credits });
        // Until then, the API refuses orders because the prices have just changed.
        await controls("clock", { advance_seconds: 301 });
      };
      await setPrice(before.details.price + 5);
      try {
        const again = await waiting(client, order);
        assert.equal(again.details.price, before.details.price + 5);
        assert.match(again.message, /^The price or the terms have changed/);
        assert.equal(await balance(client), credits);
        await open(page, again);
        await page.getByText("The request has changed since you were asked.").waitFor();
      } finally {
        await setPrice(before.details.price);
      }
    }),
  ));

test("without script, and with the keyboard alone, a person declines", () =>
  visit.inTab({ javaScriptEnabled: false }, (page) =>
    withClient(async (client) => {
      const order = { ...ORDER, title: "Declined one" };
      const credits = await balance(client);
      await open(page, await waiting(client, order));
      await page.getByRole("button", { name: "Not now" }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "You did not approve this." }).waitFor();
      const result = await client.call(TOOL, order);
      assert.equal(result.structuredContent.error.code, "CONFIRMATION_DECLINED");
      await waiting(client, order);
      assert.equal(await balance(client), credits);
    }),
  ));
