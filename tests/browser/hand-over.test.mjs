// Connections that show other pages than the usual ones: a read-only URL, and an app with a URI scheme of its own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { look } from "./browser.mjs";
import { startVisit } from "./visit.mjs";

const REDIRECT_URI = "demo-app://oauth/callback";

let visit;
before(async () => (visit = await startVisit({ custom_redirect_schemes: "demo-app" })));
after(() => visit?.stop());

async function register() {
  const response = await fetch(`${visit.app.url}/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      client_name: "Demo App",
      redirect_uris: [REDIRECT_URI],
      token_endpoint_auth_method: "none",
    }),
  });
  return (await response.json()).client_id;
}

test("a read-only URL offers read-only alone, and a custom scheme leaves a closing page", () =>
  visit.inTab({ callback: REDIRECT_URI }, async (page) => {
    const query = new URLSearchParams({
      response_type: "code",
      client_id: await register(),
      redirect_uri: REDIRECT_URI,
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
      resource: `${visit.app.mcp}?readonly=1`,
    });
    await page.goto(`${visit.app.url}/authorize?${query}`);
    await visit.signIn(page);
    const authorize = page.getByRole("button", { name: /^authorize/i });
    await authorize.waitFor();
    assert.equal(await page.getByRole("radio", { name: /^full access/i }).count(), 0);
    await look(page, "consent-read-only");
    const handOver = page.waitForRequest((request) => request.url().startsWith(`${REDIRECT_URI}?code=`));
    await authorize.click();
    await handOver;
    await page.getByRole("heading", { name: "You can close this window." }).waitFor();
    const link = await page.getByRole("link", { name: "Open Demo App" }).getAttribute("href");
    assert.ok(link.startsWith(`${REDIRECT_URI}?code=`), link);
    await look(page, "close");
  }));
