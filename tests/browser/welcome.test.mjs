// A person opens the address of the connector in a browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { look } from "./browser.mjs";
import { startVisit } from "./visit.mjs";

let visit;
before(async () => (visit = await startVisit()));
after(() => visit?.stop());

/** Opens every host at once. The page itself shows one at a time. */
const openAll = (page) =>
  page.locator("details").evaluateAll((hosts) =>
    hosts.forEach((host) => {
      host.removeAttribute("name");
      host.open = true;
    }),
  );

for (const [locale, heading] of [
  ["en-GB", "Connect your AI app to TokPortal"],
  ["fr-FR", "Connectez votre application d’IA à TokPortal"],
  ["de-DE", "Verbinden Sie Ihre KI-App mit TokPortal"],
  ["es-ES", "Conecte su aplicación de IA a TokPortal"],
  ["pt-BR", "Conecte o seu aplicativo de IA ao TokPortal"],
]) {
  test(`the page passes its checks in ${locale}, folded and unfolded`, () =>
    visit.inTab({ locale }, async (page) => {
      const response = await page.goto(visit.app.url);
      assert.equal(response.status(), 200);
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
      await look(page, `welcome-${locale}`);
      await openAll(page);
      await look(page, `welcome-hosts-${locale}`);
    }));
}

test("one click selects a whole command, and one host is open at a time", () =>
  visit.inTab({}, async (page) => {
    await page.goto(`${visit.app.mcp}?toolsets=bundles,analytics&readonly=1`);
    const narrowed = `${visit.app.mcp}?toolsets=bundles,analytics&readonly=1`;
    const selected = () => page.evaluate(() => getSelection().toString());
    await page.getByText(narrowed, { exact: true }).first().click();
    assert.equal(await selected(), narrowed);

    await page.getByText("Claude Code", { exact: true }).click();
    const command = `claude mcp add --transport http --scope user tokportal "${narrowed}"`;
    await page.getByText(command).click();
    assert.equal(await selected(), command);
    await page.getByText("Codex", { exact: true }).click();
    assert.equal(await page.getByText(command).isVisible(), false);
    assert.ok(await page.getByText(`codex mcp add tokportal --url "${narrowed}"`).isVisible());
  }));

test("the page works without script and says so when the address cannot work", () =>
  visit.inTab({ javaScriptEnabled: false }, async (page) => {
    const response = await page.goto(`${visit.app.mcp}?readOnly=1`);
    assert.equal(response.status(), 400);
    await page.getByRole("alert").waitFor();
    await page.getByText("Claude Code", { exact: true }).click();
    assert.ok(await page.getByText("claude mcp login tokportal").isVisible());
  }));
