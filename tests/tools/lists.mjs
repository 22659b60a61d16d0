// Prints the tokens of tools/list at each URL of the running app: in full, read-only, by toolset, compact.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startApp } from "./app.mjs";
import { post } from "./message.mjs";
import { root } from "./paths.mjs";

const app = await startApp();
const folder = mkdtempSync(join(tmpdir(), "lists-"));
try {
  const compact = await list("?mode=compact");
  const toolsets = compact.tools[0].inputSchema.properties.toolset.enum;
  const addresses = {
    full: "",
    readonly: "?readonly=1",
    ...Object.fromEntries(toolsets.map((name) => [`toolset ${name}`, `?toolsets=${name}`])),
    compact: "?mode=compact",
    "compact readonly": "?mode=compact&readonly=1",
  };
  const files = [];
  for (const [name, query] of Object.entries(addresses)) {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(await list(query)));
    files.push(file);
  }
  const cargo = ["run", "-q", "-p", "openapi-tools", "--features", "cli", "--", "lists", ...files];
  const { status } = spawnSync("cargo", cargo, { cwd: root, stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
  await app.stop();
}

async function list(query) {
  const headers = { "MCP-Protocol-Version": "2025-11-25" };
  const response = await post(app, { method: "tools/list" }, { query, headers });
  return (await response.json()).result;
}
