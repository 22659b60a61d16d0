// Apps whose callback sends the browser on: to other origins, as gateways do, or to a scheme of their own, as Claude
// Desktop does. Chromium holds `form-action` against every hop of a form, so the consent form must not be one of them.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";

import { startVisit } from "./visit.mjs";

const APP_URL = "demo-app://signed-in";

let visit;
before(async () => (visit = await startVisit()));
after(() => visit?.stop());

/** Starts a server at `/callback` on an origin of its own. `next(query)` is where it redirects; without, it ends there. */
async function startHop(next) {
  const server = http.createServer((request, response) => {
    const query = new URL(request.url, "http://localhost").search;
    if (next) response.writeHead(307, { Location: next(query) }).end();
    else response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>App</title>Connected");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${server.address().port}/callback`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Opens the consent page of a new app with this callback. */
async function openConsent(page, redirectUri) {
  const registration = await fetch(`${visit.app.url}/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ client_name: "Gateway", redirect_uris: [redirectUri], token_endpoint_auth_method: "none" }),
  });
  const query = new URLSearchParams({
    response_type: "code",
    client_id: (await registration.json()).client_id,
    redirect_uri: redirectUri,
    state: `a;b,"c' d=%`,
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  });
  await page.goto(`${visit.app.url}/authorize?${query}`);
  await visit.signIn(page);
  const authorize = page.getByRole("button", { name: /^authorize/i });
  await authorize.waitFor();
  return authorize;
}

for (const [button, outcome] of [[/^authorize/i, "code"], [/^cancel/i, "error"]]) {
  test(`one press of ${button} arrives over two more origins`, async () => {
    const last = await startHop();
    const middle = await startHop((query) => last.url + query);
    const first = await startHop((query) => middle.url + query);
    try {
      await visit.inTab({ callback: [first.url, middle.url, last.url] }, async (page) => {
        await openConsent(page, first.url);
        await page.getByRole("button", { name: button }).click();
        await page.waitForURL((at) => at.href.startsWith(`${last.url}?`));
        const parameters = new URL(page.url()).searchParams;
        assert.ok(parameters.has(outcome), page.url());
        assert.equal(parameters.get("state"), `a;b,"c' d=%`);
      });
    } finally {
      for (const hop of [first, middle, last]) hop.stop();
    }
  });
}

test("one press arrives at an app whose web callback opens its own scheme", async () => {
  const first = await startHop((query) => APP_URL + query);
  try {
    await visit.inTab({ callback: [first.url, APP_URL] }, async (page) => {
      const authorize = await openConsent(page, first.url);
      const opened = page.waitForRequest((request) => request.url().startsWith(`${APP_URL}?code=`));
      await authorize.click();
      await opened;
    });
  } finally {
    first.stop();
  }
});

test("reload and back show the page, and after the decision what was decided", () =>
  visit.inTab({ callback: visit.callback.url }, async (page) => {
    const authorize = await openConsent(page, visit.callback.url);
    await page.reload();
    await authorize.waitFor();
    const consent = page.url();
    await authorize.click();
    await page.waitForURL((at) => at.href.startsWith(`${visit.callback.url}?`));
    await page.goBack();
    await page.getByRole("heading", { name: "Already connected" }).waitFor();
    await page.goto(consent);
    await page.getByRole("heading", { name: "Already connected" }).waitFor();
  }));
