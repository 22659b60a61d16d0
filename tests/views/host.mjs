// A host for the tests of the views: a page of Chromium with the AppBridge (host-page.mjs), and what answers calls.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";

import { launch } from "../browser/browser.mjs";
import { outputFolder, packageFile, root } from "../tools/paths.mjs";

const axe = readFileSync(packageFile("axe-core", "axe.min.js"), "utf8");
const ALL = ["message", "context", "link"];
const CAPABILITIES = { openLinks: {}, serverTools: {}, message: { text: {} }, updateModelContext: { text: {} } };
// Reports what the console does not show in every version.
const WATCH = `document.addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP: " + event.violatedDirective + " " + event.blockedURI))`;

/** Starts Chromium with the AppBridge in front of a server, which has the views; `stop()` ends it. */
export async function startHost(server) {
  const entry = join(root, "tests/views/host-page.mjs");
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "iife",
    write: false,
    logLevel: "error",
  });
  const script = outputFiles[0].text;
  const browser = await launch();
  return {
    stop: () => browser.close(),

    /**
     * Shows a view of the server and gives it to `work`. `call(name, args)` answers its tool calls with a CallToolResult,
     * {never: true} or {refused: reason}. A problem of the page fails the test.
     */
    async show(view, { call, width = 480, height = 800, reducedMotion, touch = false, clock = false, ...host }, work) {
      const viewport = { width, height };
      const tab = await browser.newContext({ viewport, reducedMotion, hasTouch: touch, colorScheme: "light" });
      const page = await tab.newPage();
      page.setDefaultTimeout(15_000);
      if (clock) await page.clock.install();
      const problems = [];
      page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
      page.on("pageerror", (error) => problems.push(`threw ${error.message}`));
      page.on(
        "request",
        (request) => /^(data|about|blob):/.test(request.url()) || problems.push(`asked for ${request.url()}`),
      );
      await page.addInitScript(WATCH);
      await page.exposeFunction("callServer", (_, { name, arguments: args }) => call(name, args ?? {}));
      await page.setContent("<!doctype html><html lang=en><title>Host</title><body></body></html>");
      await page.evaluate(script);
      const shown = await open(page, { view, html: await server.html(view) }, host);
      await work(shown);
      await tab.close();
      assert.deepEqual(problems, []);
    },
  };
}

/** The entries of a log, once there are some. */
async function eventually(read) {
  for (const until = Date.now() + 15_000; Date.now() < until;) {
    const found = await read();
    if (found.length) return found;
    await new Promise(setImmediate);
  }
  throw new Error("nothing was logged");
}

async function open(
  page,
  { view, html },
  { context = {}, capabilities = CAPABILITIES, handles = ALL, modes = ["inline", "fullscreen"] },
) {
  const hostContext = {
    ...{
      theme: "light",
      displayMode: "inline",
      availableDisplayModes: modes,
      locale: "en-US",
      timeZone: "UTC",
      platform: "web",
    },
    ...context,
  };
  await page.evaluate((options) => globalThis.openView(options), {
    name: view,
    html,
    context: hostContext,
    capabilities,
    handles,
  });
  const frame = await (await page.$("iframe")).contentFrame();
  const log = async (method) =>
    (await page.evaluate((name) => globalThis.logOf(name), view)).filter((entry) => !method || entry.method === method);
  return {
    page,
    frame,
    /** Sends the arguments and the result of the call that opened the view. */
    give: (input, result) => page.evaluate(([name, given]) => globalThis.give(name, given), [view, { input, result }]),
    cancel: (reason) =>
      page.evaluate(([name, cancelled]) => globalThis.give(name, { input: {}, cancelled }), [view, reason]),
    change: (changes) => page.evaluate(([name, to]) => globalThis.change(name, to), [view, changes]),
    teardown: () => page.evaluate((name) => globalThis.teardown(name), view),
    /** What the view asked of the host; `logged` waits until there is something. */
    log,
    logged: (method) => eventually(() => log(method)),
    button: (name) => frame.getByRole("button", { name }),
    text: () => frame.locator("body").innerText(),
    /** Waits until the view shows its result and no call of it is under way. */
    async settled() {
      await frame.locator("h1").waitFor();
      await frame.locator("main:not([aria-busy=true])").waitFor();
    },
    shoot: (name) => page.screenshot({ path: join(outputFolder("screenshots/views"), `${name}.png`) }),
    axe: () => findings(page, frame),
    measures: () => frame.evaluate(measure),
  };
}

/** The findings of axe in a view, one line for each. The ground is that of the host page, which shows through. */
async function findings(page, frame) {
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await frame.evaluate((color) => (document.documentElement.style.background = color), ground);
  if (!(await frame.evaluate(() => "axe" in globalThis))) await frame.evaluate(axe);
  const { violations } = await frame.evaluate(() => globalThis.axe.run());
  await frame.evaluate(() => (document.documentElement.style.background = ""));
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`));
}

// Runs in the view: its height, the boxes that scroll or that are too small for their content, and small targets.
function measure() {
  const all = [...document.querySelectorAll("body, body *")];
  const style = (node) => getComputedStyle(node);
  const name = (node) =>
    `<${node.localName} class="${node.getAttribute("class") ?? ""}"> ${node.textContent.slice(0, 40)}`;
  const isShown = (node) => node.getClientRects().length > 0 && !node.closest(".hidden");
  const overflows = all.filter(
    (node) =>
      isShown(node) &&
      node.clientWidth > 0 &&
      node.scrollWidth > node.clientWidth + 1 &&
      style(node).overflowX === "visible",
  );
  const scrolling = all.filter((node) =>
    ["auto", "scroll"].some((kind) => [style(node).overflowX, style(node).overflowY].includes(kind)),
  );
  const targets = all.filter((node) => isShown(node) && node.matches("button, a, input, [tabindex]"));
  const isSmall = ({ width, height }) => width < 43.9 || height < 43.9;
  const { width, height } = document.documentElement.getBoundingClientRect();
  const wide = all.filter((node) => isShown(node) && node.getBoundingClientRect().right > window.innerWidth + 1);
  return {
    height: Math.ceil(height),
    width,
    tooWide: [...new Set([...overflows, ...wide])].map(name),
    scrolling: scrolling.map(name),
    small: targets.filter((node) => isSmall(node.getBoundingClientRect())).map(name),
    scrolls: document.documentElement.scrollHeight > document.documentElement.clientHeight,
  };
}
