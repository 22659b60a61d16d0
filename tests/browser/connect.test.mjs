// A person connects a client in a real browser: sign in, choose a level, authorize.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { oauthClients } from "../interop/oauth-clients.mjs";
import { startApp } from "../tools/app.mjs";
import { balance } from "../tools/results.mjs";
import { launch, look, openTab } from "./browser.mjs";
import { startCallback } from "./callback.mjs";

const client = oauthClients[0];

let app;
let callback;
let browser;
before(async () => {
  app = await startApp();
  callback = await startCallback();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await callback?.stop();
  await app?.stop();
});

/** Opens a tab, gives it to `work`, and closes it; what the pages did wrong fails the test. */
async function inTab(options, work) {
  const tab = await openTab(browser, app.url, { callback: callback.url, ...options });
  await work(tab.page);
  await tab.close();
}

/** Whether the browser is where the app waits for it. */
const returned = (url) => url.href.startsWith(`${callback.url}?`);

/** Connects the client; `visit` gets the page with the authorization URL open and answers when it was sent back. */
async function connect(page, visit) {
  const authorize = async (url) => {
    await page.goto(url);
    await visit(page);
    await page.waitForURL(returned);
    return page.url();
  };
  const connection = await client.connect({ url: app.mcp, callback: callback.url, authorize });
  assert.ok((await balance(connection)) >= 0);
  return connection;
}

async function signIn(page) {
  await page.getByLabel(/email/i).fill(app.signIn.email);
  await page.getByLabel(/password/i).fill(app.signIn.password);
  await page.getByRole("button", { name: /^sign in/i }).click();
}

async function authorize(page, level) {
  await page.getByRole("radio", { name: level }).check();
  await page.getByRole("button", { name: /^authorize/i }).click();
}

test("sign in, consent, and back to the app; every page is looked at", () =>
  inTab({}, async (page) => {
    const connection = await connect(page, async () => {
      await look(page, "sign-in");
      await signIn(page);
      await page.getByRole("button", { name: /^authorize/i }).waitFor();
      await look(page, "consent");
      await authorize(page, /^read-only/i);
    });
    await connection.close();
  }));

test("without script", () =>
  inTab({ javaScriptEnabled: false }, async (page) => {
    const connection = await connect(page, async () => {
      await signIn(page);
      await authorize(page, /^full access/i);
    });
    await connection.close();
  }));

test("with the keyboard alone", () =>
  inTab({}, async (page) => {
    const connection = await connect(page, async () => {
      await tabTo(page, page.getByLabel(/email/i));
      await page.keyboard.type(app.signIn.email);
      await tabTo(page, page.getByLabel(/password/i));
      await page.keyboard.type(app.signIn.password);
      await page.keyboard.press("Enter");
      const button = page.getByRole("button", { name: /^authorize/i });
      await button.waitFor();
      await tabTo(page, page.getByRole("radio", { checked: true }));
      await page.keyboard.press("ArrowDown");
      await tabTo(page, button);
      await page.keyboard.press("Enter");
    });
    await connection.close();
  }));

/** Presses Tab until the element has the focus. */
async function tabTo(page, element) {
  const focused = () => element.evaluate((node) => node === document.activeElement);
  for (let presses = 0; presses < 30; presses += 1) {
    if (await focused()) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`the keyboard does not reach ${element}`);
}

test("a link from an unknown app ends on a page that says so", () =>
  inTab({}, async (page) => {
    const query = new URLSearchParams({ response_type: "code", client_id: "unknown", redirect_uri: callback.url });
    const response = await page.goto(`${app.url}/authorize?${query}`);
    assert.ok(response.status() >= 400 && response.status() < 500);
    await look(page, "unknown-app");
  }));
