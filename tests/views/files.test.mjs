// The views as the server sends them, and their files: size, texts, and nothing from elsewhere.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";

import { root } from "../tools/paths.mjs";
import { startServer } from "./server.mjs";

const VIEWS = ["dashboard", "order", "tracker", "account"];
/** The most bytes that a view may have, compressed. */
const MAX_BYTES = 15_360;
const LANGUAGES = 5;
const FOLDER = join(root, "static/views");
const files = readdirSync(FOLDER);
const source = (file) => readFileSync(join(FOLDER, file), "utf8");

let server;
before(async () => (server = await startServer()));
after(() => server?.stop());
const texts = Object.fromEntries(
  files.filter((file) => file.endsWith(".json")).map((file) => [file, JSON.parse(source(file))]),
);

for (const view of VIEWS) {
  test(`${view} is small enough`, async (t) => {
    const html = Buffer.from(await server.html(view));
    const [bytes, compressed] = [html.length, gzipSync(html, { level: 9 }).length];
    t.diagnostic(`${view}: ${bytes} bytes, ${compressed} compressed`);
    assert.ok(compressed <= MAX_BYTES, `${compressed} bytes`);
  });

  test(`${view} needs nothing from elsewhere`, async () => {
    const html = await server.html(view);
    const addresses = html.match(/https?:\/\/[^\s"'`\\)]+/g) ?? [];
    assert.deepEqual([...new Set(addresses)], ["http://www.w3.org/2000/svg"]);
    assert.doesNotMatch(
      html,
      /<(link|img|iframe|base|form)\b|\bsrc=|@import|url\(|fetch\(|XMLHttpRequest|WebSocket|import\(/,
    );
  });

  test(`${view} has no unresolved placeholder`, async () =>
    assert.doesNotMatch(await server.html(view), /\/\*[a-z]+\.[a-z]+\*\//));

  test(`${view} writes no markup and runs no text`, async () => {
    assert.doesNotMatch(
      await server.html(view),
      /innerHTML|outerHTML|insertAdjacent|document\.write|createContextualFragment|\beval\(|new Function|srcdoc/,
    );
  });

  test(`${view} follows the theme of the host alone`, async () =>
    assert.doesNotMatch(await server.html(view), /prefers-color-scheme/));

  test(`every text that ${view} names exists`, async () => {
    const html = await server.html(view);
    const script = html.replace(/^const (SHARED|OWN)_TEXTS[\s\S]*?^\};?$/gm, "");
    const own = { ...texts["view.json"], ...texts["status.json"], ...texts[`${view}.json`] };
    for (const [, kind, key] of script.matchAll(/\b(say|count)\("([a-z_.]+)"/g)) {
      const keys = kind === "count" ? [`${key}.one`, `${key}.other`] : [key];
      for (const name of keys) assert.ok(own[name], `${view}: ${name}`);
    }
  });
}

for (const [file, entries] of Object.entries(texts)) {
  test(`${file} has every text in every language, with the same gaps`, () => {
    for (const [key, versions] of Object.entries(entries)) {
      assert.equal(versions.length, LANGUAGES, key);
      const gaps = versions.map((text) => (text.match(/\{\w+\}/g) ?? []).sort().join());
      assert.deepEqual(new Set(gaps).size, 1, `${key}: ${gaps}`);
      for (const text of versions) assert.match(text, /^[^<>]*\S[^<>]*$/, key);
    }
  });
}

test("every file belongs to a view", () => {
  const used = VIEWS.flatMap((view) => [
    `${view}.html`,
    ...[...source(`${view}.html`).matchAll(/\/\*([a-z]+\.\w+)\*\//g)].map(([, file]) => file),
  ]);
  assert.deepEqual(
    files.filter((file) => file !== "README.md" && !used.includes(file)),
    [],
  );
});

test("every view is listed, and every tool of a view names it", async () => {
  const { resources } = await server.client.listResources();
  const listed = resources.map(({ uri }) => uri).filter((uri) => uri.startsWith("ui://"));
  assert.deepEqual(listed.sort(), VIEWS.map((view) => `ui://tokportal/${view}`).sort());
  const { tools } = await server.client.listTools();
  const named = new Set(tools.map(({ _meta }) => _meta?.ui?.resourceUri).filter(Boolean));
  assert.deepEqual([...named].sort(), listed);
});
