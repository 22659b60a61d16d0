// A person connects a client in a real browser: sign in, choose a level, authorize.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { look } from "./browser.mjs";
import { startVisit } from "./visit.mjs";

let visit;
before(async () => (visit = await startVisit()));
after(() => visit?.stop());

test("sign-in and consent lead back to the app, and every page passes its checks", () =>
  visit.inTab({}, async (page) => {
    const connection = await visit.connect(page, async () => {
      await look(page, "sign-in");
      await visit.signIn(page);
      await page.getByRole("button", { name: /^authorize/i }).waitFor();
      await look(page, "consent");
      await visit.authorize(page, /^read-only/i);
    });
    await connection.close();
  }));

test("sign-in and consent work without script", () =>
  visit.inTab({ javaScriptEnabled: false }, async (page) => {
    const connection = await visit.connect(page, async () => {
      await visit.signIn(page);
      await visit.authorize(page, /^full access/i);
    });
    await connection.close();
  }));

test("sign-in and consent work with the keyboard alone", () =>
  visit.inTab({}, async (page) => {
    const connection = await visit.connect(page, async () => {
      await tabTo(page, page.getByLabel(/email/i));
      await page.keyboard.type(visit.app.signIn.email);
      await tabTo(page, page.getByLabel(/password/i));
      await page.keyboard.type(visit.app.signIn.password);
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

test("an unknown client_id ends on an error page", () =>
  visit.inTab({}, async (page) => {
    const query = new URLSearchParams({ response_type: "code", client_id: "unknown", redirect_uri: visit.callback.url });
    const response = await page.goto(`${visit.app.url}/authorize?${query}`);
    assert.ok(response.status() >= 400 && response.status() < 500);
    await look(page, "unknown-app");
  }));
