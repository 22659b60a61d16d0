// What the page tests share: the app, the browser, and a client that a person connects in it.
import assert from "node:assert/strict";

import { oauthClients } from "../interop/oauth-clients.mjs";
import { startApp } from "../tools/app.mjs";
import { balance } from "../tools/results.mjs";
import { launch, openTab } from "./browser.mjs";
import { startCallback } from "./callback.mjs";

/** Starts everything a page test needs, the app with these variables; `stop()` ends all of it. */
export async function startVisit(variables = {}) {
  const app = await startApp({ variables });
  const callback = await startCallback();
  const browser = await launch();
  return {
    app,
    callback,

    /** Opens a tab, gives its page to `work`, and closes it; a problem of a page fails the test. */
    async inTab({ callback: answer = callback.url, ...options }, work) {
      const answers = [answer].flat();
      const allowed = (href) => href.startsWith(`${app.url}/`) || answers.some((url) => href.startsWith(`${url}?`));
      const tab = await openTab(browser, allowed, options);
      await work(tab.page);
      await tab.close();
    },

    /**
     * Connects a client named "Interop" and reads the balance with it. `decide` acts for the person: it starts
     * at the authorization URL and ends when it has pressed the last button.
     */
    async connect(page, decide) {
      const authorize = async (url) => {
        await page.goto(url);
        await decide(page);
        await page.waitForURL((at) => at.href.startsWith(`${callback.url}?`));
        return page.url();
      };
      const connection = await oauthClients[0].connect({ url: app.mcp, callback: callback.url, authorize });
      assert.ok((await balance(connection)) >= 0);
      return connection;
    },

    /** Fills in the sign-in page. */
    async signIn(page) {
      await page.getByLabel(/email/i).fill(app.signIn.email);
      await page.getByLabel(/password/i).fill(app.signIn.password);
      await page.getByRole("button", { name: /^sign in/i }).click();
    },

    /** Chooses a level on the consent page and authorizes. */
    async authorize(page, level) {
      await page.getByRole("radio", { name: level }).check();
      await page.getByRole("button", { name: /^authorize/i }).click();
    },

    async stop() {
      await browser.close();
      await callback.stop();
      await app.stop();
    },
  };
}
