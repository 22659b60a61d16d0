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

/** The sizes in which a page is looked at: phone and desktop. */
const SHOWN = [
  [360, 740],
  [1280, 900],
];

/** Further sizes in which everything must have room: the narrowest screen, and a desktop at a zoom of 200 %. */
const FITTING = [
  [320, 640],
  [640, 450],
];

const axe = readFileSync(packageFile("axe-core", "axe.min.js"), "utf8");

/** Starts Chromium. The caller closes it. */
export function launch() {
  return chromium.launch(LAUNCH);
}

/**
 * Opens a tab in a profile of its own. A page may send requests only to addresses that are `allowed` and must log no
 * error; `close()` asserts both.
 */
export async function openTab(browser, allowed, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems = [];
  page.on("request", (request) => {
    const { href } = new URL(request.url());
    if (!allowed(href)) problems.push(`asked for ${href}`);
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

/** Shows a page that was fetched (`Page` in tools/person.mjs) as Chromium renders it, but stays on it. */
export async function show(page, { url, status, headers, html }) {
  const { refresh, "content-encoding": coding, "content-length": length, ...kept } = Object.fromEntries(headers);
  await page.unrouteAll();
  await page.route("**/*", (route) =>
    route.request().url() === url.href ? route.fulfill({ status, headers: kept, body: html }) : route.abort(),
  );
  await page.goto(url.href);
}

/**
 * Looks at the current page in each size and colour scheme: takes a screenshot
 * (`target/screenshots/NAME-LANGUAGE-WIDTH-SCHEME.png`) and returns the problems, one line for each: what is wider than
 * its box, and what axe finds.
 */
export async function problemsOf(page, name) {
  const before = page.viewportSize();
  const language = await page.evaluate(() => document.documentElement.lang);
  const problems = [];
  for (const [width, height] of FITTING) {
    await page.setViewportSize({ width, height });
    problems.push(...(await page.evaluate(tooWide)).map((what) => `at ${width} px: ${what}`));
  }
  for (const [width, height] of SHOWN) {
    await page.setViewportSize({ width, height });
    problems.push(...(await page.evaluate(tooWide)).map((what) => `at ${width} px: ${what}`));
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      const path = join(outputFolder("screenshots"), `${name}-${language}-${width}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
      // Colours do not depend on the width, so axe looks at each scheme once, and at each width once.
      if (colorScheme === (width === SHOWN[0][0] ? "light" : "dark")) {
        problems.push(...(await findings(page)).map((what) => `${colorScheme}, at ${width} px: ${what}`));
      }
    }
  }
  await page.emulateMedia({ colorScheme: null });
  if (before) await page.setViewportSize(before);
  return problems.map((problem) => `${name}, ${language}, ${problem}`);
}

/** The same as an assertion. */
export async function look(page, name) {
  assert.deepEqual(await problemsOf(page, name), []);
}

// Runs in the page: the elements whose content needs more room than they have and that do not scroll.
function tooWide() {
  const needsMore = (element) => element.scrollWidth > element.clientWidth + 1;
  const isClipped = (element) => element.clientWidth <= 1 && getComputedStyle(element).overflowX === "hidden";
  const isHidden = (element) => element !== null && (isClipped(element) || isHidden(element.parentElement));
  const isBox = (element) => element.clientWidth > 0 && !isHidden(element); // not inline, and not for screen readers
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const elements = [document.documentElement, ...document.querySelectorAll("body, body *:not(input)")];
  return elements
    .filter((element) => isBox(element) && needsMore(element) && !scrolls(element))
    .map((element) => `<${element.localName} class="${element.className}"> needs ${element.scrollWidth} px`);
}

/** The findings of axe, one line for each. */
async function findings(page) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}
