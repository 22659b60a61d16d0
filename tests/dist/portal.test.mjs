// The pages of deploy/portal: their settings exist and fit the metadata of real providers (tests/providers/documents).
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { root } from "../tools/paths.mjs";

const read = (name) => readFileSync(join(root, name), "utf8");
const pages = readdirSync(join(root, "deploy", "portal")).filter((name) => name.endsWith(".md"));
const folder = "tests/providers/documents";
const documents = readdirSync(join(root, folder))
  .filter((name) => name.endsWith(".json"))
  .map((name) => ({ name, ...JSON.parse(read(`${folder}/${name}`)) }));

/** Settings of a block of shell code, by their names in lower case. */
function settings(block) {
  const lines = block.matchAll(/^SPIN_VARIABLE_(\w+)=(.*)$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [name.toLowerCase(), value]));
}

/** `{page, settings}` of each block that names an issuer. */
const blocks = pages.flatMap((page) =>
  [...read(`deploy/portal/${page}`).matchAll(/^```sh\n(.*?)^```$/gms)]
    .map(([, block]) => ({ page, settings: settings(block) }))
    .filter((block) => block.settings.portal_issuer),
);

/** The metadata that a block is for; undefined for the example of a provider that does not exist. */
const metadata = ({ settings }) => documents.find(({ issuer }) => issuer === settings.portal_issuer);

/** Origins that the connector calls. The authorization endpoint is for the browser. */
const origins = (document) =>
  [document.issuer, document.token_endpoint, document.userinfo_endpoint, document.jwks_uri].map((url) => new URL(url).origin);

const ORIGINS = ["portal_origin", "portal_token_origin", "portal_userinfo_origin", "portal_jwks_origin"];

test("there are pages, blocks and documents", () => {
  assert.ok(pages.length >= 8 && blocks.length >= 11 && documents.length >= 13, `${pages} ${blocks.length} ${documents.length}`);
});

test("every document is the example of a page", () => {
  const shown = new Set(blocks.map(metadata));
  for (const document of documents) {
    const variants = ["okta-org.json", "entra-common.json"];
    if (!variants.includes(document.name)) assert.ok(shown.has(document), `no page has the issuer of ${document.name}`);
  }
  const page = read("deploy/portal/okta.md");
  assert.ok(page.includes(`\`${documents.find(({ name }) => name === "okta-org.json").issuer}\``));
  assert.ok(read("deploy/portal/entra.md").includes(`\`${documents.find(({ name }) => name === "entra-common.json").issuer}\``));
});

for (const block of blocks) {
  const document = metadata(block);
  const name = document?.name ?? block.settings.portal_issuer;

  test(`${block.page}: origins are those of ${name}`, () => {
    const set = ORIGINS.map((variable) => block.settings[variable]).filter(Boolean);
    const needed = document ? origins(document) : [new URL(block.settings.portal_issuer).origin];
    assert.deepEqual([...new Set(set)].sort(), [...new Set(needed)].sort());
    if (!document) return;
    // Each variable has the origin of its own endpoint; one that is missing has the issuer's.
    assert.deepEqual(
      ORIGINS.map((variable) => block.settings[variable] ?? block.settings.portal_origin),
      origins(document),
    );
  });

  test(`${block.page}: the keys API of ${name} is at its origin`, () => {
    const { portal_keys_url: url, portal_keys_origin: origin } = block.settings;
    if (url) assert.equal(new URL(url).origin, origin);
  });
}

test("the table of providers has the number of origins", () => {
  const rows = [...read("deploy/portal/README.md").matchAll(/^\| \[[^\]]+\]\((\w+\.md)\)[^|]*\|[^|]*\| (\d+) \|/gm)];
  assert.equal(rows.length, pages.length - 1);
  for (const [, page, count] of rows) {
    for (const block of blocks.filter((block) => block.page === page && metadata(block))) {
      assert.equal(new Set(origins(metadata(block))).size, Number(count), page);
    }
  }
});

test("every page names the redirect URI and says what was tried", () => {
  for (const page of pages.filter((name) => name !== "README.md")) {
    const text = read(`deploy/portal/${page}`);
    assert.ok(text.includes("`{public_url}/connect/callback`"), page);
    assert.match(text, /^## What was tried\n/m, page);
  }
});

/** Patterns of the names in tests/providers: a value that a row fills in stands for any text. */
const rows = readdirSync(join(root, "tests", "providers", "rows"))
  .flatMap((name) => [...read(`tests/providers/rows/${name}`).matchAll(/(["'`])((?:(?!\1).)+)\1/g)])
  .map(([, , name]) => name.split(/\$\{[^}]*\}?/))
  .filter((parts) => parts.join("").trim().length > 6)
  .map((parts) => new RegExp(`^${parts.map(escaped).join(".+")}$`));

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

test("every page names rows of tests/providers that exist", () => {
  for (const page of pages.filter((name) => name !== "README.md")) {
    const [, list] = /Rows that stand for this page:\s+([^]*?)\.\n/.exec(read(`deploy/portal/${page}`)) ?? [];
    const names = [...(list ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    assert.ok(names.length > 2, page);
    for (const name of names) assert.ok(rows.some((row) => row.test(name)), `${page} names the row ${name}`);
  }
});

/** Text without code marks; its beginning may be that of a sentence. */
const plain = (text) => text.replaceAll("`", "").toLowerCase();

const sources = readdirSync(join(root, "src"), { recursive: true })
  .filter((name) => name.endsWith(".rs") && !/\btests\b/.test(name))
  .map((name) => plain(read(`src/${name}`)))
  .join("\n");

test("texts of the table of mistakes are those of the connector", () => {
  const [, table] = /^\| mistake \|.*\n((?:\|.*\n)+)/m.exec(read("deploy/portal/README.md"));
  const texts = [...table.matchAll(/“([^”]+)”/g)].map(([, text]) => text);
  assert.ok(texts.length > 15, texts);
  // What the connector fills in: addresses, numbers, codes, lists, names of requests.
  const values = /https?:[^\s`,]+|\b\d+\b[A-Z a-z]{0,13}(?=\.|,)|\d+|…|\binvalid_\w+|token_?\s?endpoint|ES512|(?:\w{5,7}, )+Ed25519|GET \{.*?\}\S*|portal_token_origin|behind|\biat\b|the keys API(?=\. Check)/gi;
  for (const text of texts) {
    for (const part of plain(text).split(values).flatMap((part) => part.split(/\. ?/)).map((part) => part.trim())) {
      if (part.length > 8) assert.ok(sources.includes(part), `no source has: ${part}`);
    }
  }
});

test("documents name no tenant", () => {
  for (const { name, ...document } of documents) {
    for (const [url] of JSON.stringify(document).matchAll(/https?:\/\/[^"]+/g)) {
      const { hostname } = new URL(url);
      const isExample = /(^|\.)example\./.test(hostname);
      const isShared = /(^|\.)(google\.com|googleapis\.com|microsoft\.com|microsoftonline\.com|windows\.net|amazonaws\.com)$/.test(hostname);
      assert.ok(isExample || isShared || url === "http://auth0.com/oauth/grant-type/mfa-otp" || url === "http://auth0.com/oauth/grant-type/mfa-oob", `${name}: ${url}`);
    }
  }
});
