// Headless Chromium for the page tests, and the checks that every page must pass.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { outputFolder, packageFile } from "../tools/paths.mjs";

// Debian's Chromium; no background networking, because nothing here may leave the machine.
const LAUNCH = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: [
    ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
    ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
  ],
};

/** The sizes in which a page is checked: desktop, phone, and the narrowest screen on which it must be readable. */
const SIZES = { desktop: [1280, 900], phone: [390, 844], narrow: [320, 640] };

const axe = readFileSync(packageFile("axe-core", "axe.min.js"), "utf8");

/** Starts Chromium. The caller closes it. */
export function launch() {
  return chromium.launch(LAUNCH);
}

/**
 * Opens a tab in a profile of its own. A page may send requests only to `origin` (and to the app's callback, or a list of
 * callbacks) and must log no error; `close()` asserts both.
 */
export async function openTab(browser, origin, { callback, ...options } = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems = [];
  page.on("request", (request) => {
    const { href } = new URL(request.url());
    const callbacks = [callback ?? []].flat();
    const allowed = href.startsWith(`${origin}/`) || callbacks.some((url) => href.startsWith(`${url}?`));
    if (!allowed) problems.push(`asked for ${href}`);
  });
  page.on("console", (message) => {
    // Chromium also logs the status of an error page itself, which is no problem.
    const own = message.location().url === page.url() && message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !own) problems.push(`logged ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`threw ${error.message}`));
  return {
    page,
    problems,
    async close() {
      await context.close();
      assert.deepEqual(problems, []);
    },
  };
}

/**
 * Checks the current page in each size and colour scheme: takes a screenshot (target/screenshots), and asserts that
 * nothing is wider than the screen and that axe has no serious or critical finding.
 */
export async function look(page, name) {
  const before = page.viewportSize();
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    for (const [size, [width, height]] of Object.entries(SIZES)) {
      await page.setViewportSize({ width, height });
      const path = join(outputFolder("screenshots"), `${name}-${size}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
      const needed = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(needed <= width, `${name} needs ${needed} px on a screen of ${width} px`);
    }
    assert.deepEqual(await findings(page), [], `${name}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null });
  if (before) await page.setViewportSize(before);
}

/** The serious and critical findings of axe, one line for each. */
async function findings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}
