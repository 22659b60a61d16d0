// The files of the views: size, texts, and nothing from elsewhere.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { root } from "../tools/paths.mjs";
import { assemble, MAX_BYTES, size, source, VIEWS } from "./assemble.mjs";

const LANGUAGES = 5;
const files = readdirSync(join(root, "static/views"));
const texts = Object.fromEntries(
  files.filter((file) => file.endsWith(".json")).map((file) => [file, JSON.parse(source(file))]),
);

for (const view of VIEWS) {
  test(`${view} is small enough`, (t) => {
    const { bytes, compressed } = size(view);
    t.diagnostic(`${view}: ${bytes} bytes, ${compressed} compressed`);
    assert.ok(compressed <= MAX_BYTES, `${compressed} bytes`);
  });

  test(`${view} needs nothing from elsewhere`, () => {
    const html = assemble(view);
    const addresses = html.match(/https?:\/\/[^\s"'`\\)]+/g) ?? [];
    assert.deepEqual([...new Set(addresses)], ["http://www.w3.org/2000/svg"]);
    assert.doesNotMatch(
      html,
      /<(link|img|iframe|base|form)\b|\bsrc=|@import|url\(|fetch\(|XMLHttpRequest|WebSocket|import\(/,
    );
  });

  test(`${view} has no unresolved placeholder`, () => assert.doesNotMatch(assemble(view), /\/\*[a-z]+\.[a-z]+\*\//));

  test(`${view} writes no markup and runs no text`, () => {
    assert.doesNotMatch(
      assemble(view),
      /innerHTML|outerHTML|insertAdjacent|document\.write|createContextualFragment|\beval\(|new Function|srcdoc/,
    );
  });

  test(`${view} follows the theme of the host alone`, () =>
    assert.doesNotMatch(assemble(view), /prefers-color-scheme/));

  test(`every text that ${view} names exists`, () => {
    const script = assemble(view).replace(/^const (SHARED|OWN)_TEXTS[\s\S]*?^\};?$/gm, "");
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
