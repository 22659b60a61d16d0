// The same way once in Chromium, across two sites: the connector is at localhost, the provider at 127.0.0.1. So cookies
// and forms must survive navigation between sites.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { launch, openTab } from "../browser/browser.mjs";
import { startCallback } from "../browser/callback.mjs";
import { startConnector } from "./connector.mjs";
import { startKeysApi } from "./keys-api.mjs";
import { startProvider } from "./provider.mjs";
import { authorizationUrl, redeem, register, tools } from "./sign-in.mjs";

test("a person signs in across two sites in Chromium", async (context) => {
  const stops = [];
  const started = (one) => (stops.unshift(() => one.stop()), one);
  context.after(async () => {
    for (const stop of stops) await stop();
  });
  const keys = started(await startKeysApi());
  const provider = started(await startProvider({}));
  const connector = started(await startConnector(provider, keys));
  await provider.open(connector.url);
  const callback = started(await startCallback());
  const browser = await launch();
  stops.unshift(() => browser.close());
  const site = (url) => new URL(url).hostname;
  assert.deepEqual([site(connector.url), site(provider.issuer)], ["localhost", "127.0.0.1"]);

  const client = await register(connector, callback.url);
  const places = [connector.url, provider.issuer, callback.url];
  const tab = await openTab(browser, (href) => places.some((place) => href.startsWith(place)), {});
  const { page } = tab;
  // PROVIDERS_SCREENSHOTS keeps the pictures in a folder.
  const folder = process.env.PROVIDERS_SCREENSHOTS ?? mkdtempSync(join(tmpdir(), "providers-"));
  if (!process.env.PROVIDERS_SCREENSHOTS) stops.push(() => rmSync(folder, { recursive: true }));
  const picture = (name) => page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });

  await page.goto(authorizationUrl(connector, client, { redirectUri: callback.url }));
  assert.equal(site(page.url()), site(provider.issuer));
  await page.getByLabel("Email").fill("ada@people.example");
  await page.getByLabel("Password").fill("right");
  await picture("1-sign-in");
  await page.getByRole("button", { name: "Sign in" }).click();

  const agree = page.getByRole("button", { name: "Continue" });
  await agree.waitFor();
  await picture("2-consent-of-the-provider");
  await agree.click();

  const authorize = page.getByRole("button", { name: /^authorize/i });
  await authorize.waitFor();
  assert.equal(site(page.url()), site(connector.url));
  await page.getByText("Ada Example").waitFor();
  await page.getByRole("radio", { name: /^full access/i }).check();
  await picture("3-our-consent");
  await authorize.click();

  await page.waitForURL((url) => url.href.startsWith(`${callback.url}?`));
  await picture("4-the-app");
  const code = new URL(page.url()).searchParams.get("code");
  assert.ok((await tools(connector, await redeem(connector, client, code, callback.url))) > 0);
  await tab.close();
});
