// Every view in every width, theme, mode and language: height, room, targets, axe, console and CSP. The screenshots go
// to target/screenshots/views.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startHost } from "./host.mjs";
import { scenes } from "./scenes.mjs";
import { startServer } from "./server.mjs";

const WIDTHS = [360, 480, 800];
const THEMES = ["light", "dark"];
const INLINE_HEIGHT = 500;
const LOCALES = ["en-US", "de-DE", "es-ES", "fr-FR", "pt-BR"];
const NAMES = [
  ...["dashboard", "dashboard-series", "dashboard-account"],
  ...["order", "order-outcome", "order-failed", "tracker", "tracker-posted", "account"],
];

let server;
let host;
let all;
before(async () => {
  server = await startServer();
  host = await startHost(server);
  all = await scenes(server);
});
after(async () => {
  await host?.stop();
  await server?.stop();
});

const scene = (name) => all.find((one) => one.name === name);

/** Changes size, theme and mode, and waits until the view follows. */
async function look(shown, width, theme, displayMode) {
  await shown.page.setViewportSize({ width, height: displayMode === "inline" ? 560 : 900 });
  await shown.change({ theme, displayMode });
  const mode = displayMode === "inline" ? "inline" : "big";
  await shown.frame.waitForFunction(
    ([scheme, kind]) => {
      const root = document.documentElement;
      return root.style.colorScheme === scheme && root.dataset.mode === kind;
    },
    [theme, mode],
  );
  await shown.frame.waitForFunction((wanted) => window.innerWidth === wanted, width);
  // A frame later the view has been drawn for the new width.
  await shown.frame.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

for (const name of NAMES) {
  test(`${name} has room in every width, theme and mode`, async (t) => {
    const { view, input, result, call } = scene(name);
    await host.show(view, { call }, async (shown) => {
      await shown.give(input, result);
      await shown.settled();
      if (name === "order") await shown.frame.locator("button.primary:enabled").waitFor();
      const problems = [];
      for (const displayMode of ["inline", "fullscreen"]) {
        for (const width of WIDTHS) {
          for (const theme of THEMES) {
            await look(shown, width, theme, displayMode);
            await shown.shoot(`${name}-${theme}-${width}-${displayMode}`);
            const { height, tooWide, scrolling, small, scrolls } = await shown.measures();
            const found = [
              ...tooWide.map((what) => `too wide: ${what}`),
              ...scrolling.map((what) => `scrolls: ${what}`),
              ...small.map((what) => `small target: ${what}`),
            ];
            if (displayMode === "inline") {
              if (theme === "light") t.diagnostic(`${name}, ${width} px: ${height} px high`);
              if (height > INLINE_HEIGHT) found.push(`${height} px high`);
              if (scrolls) found.push("the page scrolls");
            }
            if (width === 360) found.push(...(await shown.axe()));
            problems.push(...found.map((what) => `${displayMode}, ${width} px, ${theme}: ${what}`));
          }
        }
      }
      assert.deepEqual(problems, []);
    });
  });
}

for (const locale of LOCALES) {
  test(`texts in ${locale} have room at 360 px`, async () => {
    for (const name of NAMES) {
      const { view, input, result, call } = scene(name);
      await host.show(view, { call, width: 360, context: { locale } }, async (shown) => {
        await shown.give(input, result);
        await shown.settled();
        assert.equal(await shown.frame.evaluate(() => document.documentElement.lang), locale.slice(0, 2));
        for (const displayMode of ["inline", "fullscreen"]) {
          await look(shown, 360, "light", displayMode);
          const { height, tooWide } = await shown.measures();
          assert.deepEqual(tooWide, [], `${name}, ${displayMode}`);
          if (displayMode === "inline") assert.ok(height <= INLINE_HEIGHT, `${name}: ${height} px`);
        }
      });
    }
  });
}
