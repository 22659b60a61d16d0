// The folder of a release: complete, the same each time, and every manifest in it runs.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { MCP_PATH, startHost } from "../tools/app.mjs";
import { root } from "../tools/paths.mjs";
import { artifacts, pack, sha256, version } from "./release.mjs";

const folder = mkdtempSync(join(tmpdir(), "release-"));
let printed;

before(() => {
  printed = pack(folder);
});
after(() => rmSync(folder, { recursive: true }));

const read = (name) => readFileSync(join(folder, name), "utf8");

test("folder has every component, manifest and paper", () => {
  const expected = [
    ...artifacts.map(({ component }) => component),
    ...artifacts.flatMap(({ manifest }) => manifest ?? []),
    ...["CHANGELOG.md", "Containerfile", "LICENSE-APACHE", "LICENSE-MIT", "LICENSE-THIRD-PARTY.txt"],
    ...["README.md", "SHA256SUMS", "sbom.cdx.json"],
  ];
  assert.deepEqual(readdirSync(folder).sort(), expected.sort());
});

test("checksums are those of all other files", () => {
  const sums = Object.fromEntries(
    read("SHA256SUMS")
      .trimEnd()
      .split("\n")
      .map((line) => line.split("  ").reverse()),
  );
  const files = readdirSync(folder).filter((name) => name !== "SHA256SUMS");
  assert.deepEqual(sums, Object.fromEntries(files.map((name) => [name, sha256(join(folder, name))])));
});

test("a second run over a filled folder gives the same files", () => {
  const again = mkdtempSync(join(tmpdir(), "release-"));
  try {
    cpSync(join(root, "README.md"), join(again, "left-behind"));
    pack(again);
    assert.equal(readFileSync(join(again, "SHA256SUMS"), "utf8"), read("SHA256SUMS"));
    assert.ok(!existsSync(join(again, "left-behind")));
  } finally {
    rmSync(again, { recursive: true });
  }
});

test("table of sizes has the size of each component", () => {
  assert.equal(printed, read("README.md"));
  for (const { component } of artifacts) {
    const size = statSync(join(folder, component)).size.toLocaleString("en-US");
    assert.match(printed, new RegExp(`^\\| \`${component}\` \\|.*\\| ${size} \\| [\\d,]+ \\|$`, "m"));
  }
});

test("third-party licences have the text of a crate in use", () => {
  const text = read("LICENSE-THIRD-PARTY.txt");
  assert.match(text, /^chacha20poly1305 [\d.]+: Apache-2.0 OR MIT$/m);
  assert.match(text, /^chacha20poly1305 [\d.]+ \(LICENSE-MIT\)$/m);
  assert.match(text, /^Permission is hereby granted, free of charge/m);
});

for (const { component, manifest } of artifacts.filter(({ manifest }) => manifest)) {
  test(`${manifest} names the file beside it and has no build step`, () => {
    const text = read(manifest);
    assert.deepEqual([...text.matchAll(/^source = (.*)$/gm)].map((match) => match[1]), [`"${component}"`]);
    assert.doesNotMatch(text, /\.build\]|cargo|--build/);
  });

  test(`${manifest} starts and says the version of the release`, async () => {
    const host = await startHost(["--manifest", join(folder, manifest), "--in-memory", "--variable", "public_url={url}"]);
    try {
      const response = await fetch(host.url + MCP_PATH, {
        method: "POST",
        headers: {
          authorization: `Bearer sk_${"0123456789abcdef".repeat(4)}`,
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
        },
        body: JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          method: "initialize",
          params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } },
        }),
      });
      const { result } = await response.json();
      assert.equal(result.serverInfo.version, version);
    } finally {
      await host.stop();
    }
  });
}
