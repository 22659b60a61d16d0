// A person reads the requests of a connected app, revokes its key, and connects it again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { balance } from "../tools/results.mjs";
import { look } from "./browser.mjs";
import { startVisit } from "./visit.mjs";

const KEY = "Interop (MCP connector)";

let visit;
before(async () => (visit = await startVisit()));
after(() => visit?.stop());

/** The status and the challenge of one tool call with this token. */
async function call(token, { app } = visit) {
  const params = { name: "tokportal_get_credit_balance", arguments: {} };
  const response = await fetch(app.mcp, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${token}`,
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
  return { status: response.status, challenge: response.headers.get("WWW-Authenticate") };
}

test("a revoked key is 401 on the next call, and the app connects again", () =>
  visit.inTab({}, async (page) => {
    const connection = await visit.connect(page, async () => {
      await visit.signIn(page);
      await visit.authorize(page, /^full access/i);
    });
    const token = connection.accessToken();
    assert.equal((await call(token)).status, 200);

    await page.goto(`${visit.app.url}/portal/developer/api-keys`);
    const row = page.getByRole("row").filter({ hasText: KEY });
    await row.getByText(token.slice(-4)).waitFor();
    await row.getByText("node", { exact: true }).waitFor();
    await look(page, "keys");
    await page.getByRole("link", { name: `Requests of ${KEY}` }).click();
    await page.getByRole("heading", { level: 1, name: KEY }).waitFor();
    await look(page, "key-requests");

    await page.goto(`${visit.app.url}/portal/developer/api-keys`);
    await page.getByRole("link", { name: `Revoke ${KEY}` }).click();
    await page.getByRole("button", { name: /^revoke/i }).waitFor();
    await look(page, "revoke");
    await page.getByRole("button", { name: /^revoke/i }).click();
    await page.getByRole("status").getByText(`${KEY} is revoked`).waitFor();

    const { status, challenge } = await call(token);
    assert.equal(status, 401);
    assert.match(challenge, /^Bearer /);
    assert.match(challenge, /error="invalid_token"/);
    assert.ok(challenge.includes(`resource_metadata="${visit.app.url}/.well-known/oauth-protected-resource`), challenge);
    await assert.rejects(balance(connection), { message: "Unauthorized" });
    await connection.close();

    // The session at the portal still exists, so the sign-in page is skipped.
    const again = await visit.connect(page, () => visit.authorize(page, /^read-only/i));
    assert.notEqual(again.accessToken(), token);
    await again.close();
  }));

test("a new approval replaces the older key of the same app and level", async (t) => {
  // An app of its own, so that no other test has connected before.
  const own = await startVisit();
  t.after(() => own.stop());
  await own.inTab({}, async (page) => {
    const older = await own.connect(page, async () => {
      await own.signIn(page);
      await own.authorize(page, /^full access/i);
    });
    const replace = page.getByRole("checkbox", { name: "Replace the older key of this app" });
    const other = await own.connect(page, async () => {
      await replace.waitFor();
      await page.getByText(`…${older.accessToken().slice(-4)}, Full access, last used on 20`).waitFor();
      assert.equal(await replace.isChecked(), true);
      await look(page, "consent-replace");
      await own.authorize(page, /^read-only/i);
    });
    assert.equal((await call(older.accessToken(), own)).status, 200, "a key of the other level stays");
    const kept = await own.connect(page, async () => {
      await page.getByRole("checkbox", { name: "Replace the 2 older keys of this app" }).uncheck();
      await own.authorize(page, /^full access/i);
    });
    assert.equal((await call(older.accessToken(), own)).status, 200, "the person took the tick off");
    const newest = await own.connect(page, () => own.authorize(page, /^full access/i));
    const connections = [older, kept, other, newest];
    const calls = await Promise.all(connections.map((connection) => call(connection.accessToken(), own)));
    assert.deepEqual(
      calls.map(({ status }) => status),
      [401, 401, 200, 200],
    );
    await page.goto(`${own.app.url}/portal/developer/api-keys`);
    assert.equal(await page.getByRole("link", { name: `Revoke ${KEY}` }).count(), 2);
    for (const connection of connections) await connection.close();
  });
});

test("a key created by hand is shown once and works", () =>
  visit.inTab({}, async (page) => {
    await page.goto(`${visit.app.url}/portal/developer/api-keys`);
    await visit.signIn(page);
    await page.getByRole("link", { name: "Create key" }).click();
    await look(page, "new-key");
    await page.getByLabel("Name").fill("Nightly report");
    await page.getByRole("radio", { name: /^read-only/i }).check();
    await page.getByRole("button", { name: "Create key" }).click();
    const shown = page.getByLabel("API key");
    await shown.waitFor();
    await look(page, "created-key");
    assert.equal((await call(await shown.inputValue())).status, 200);
    await page.getByRole("link", { name: "Done" }).click();
    await page.getByRole("cell", { name: "Nightly report", exact: true }).waitFor();
    assert.equal(await page.getByText(/sk_[0-9a-f]{8}/).count(), 0);
  }));

test("a wrong password shows an alert", () =>
  visit.inTab({}, async (page) => {
    await page.goto(`${visit.app.url}/portal/sign-in`);
    await page.getByLabel(/email/i).fill(visit.app.signIn.email);
    await page.getByLabel(/password/i).fill("wrong");
    await page.getByRole("button", { name: /^sign in/i }).click();
    await page.getByRole("alert").waitFor();
    await look(page, "wrong-password");
  }));
