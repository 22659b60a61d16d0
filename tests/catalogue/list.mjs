// tools/list as the server answers it, without a client in between.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { post } from "../tools/message.mjs";

const SNAPSHOT = new URL("tools.snapshot.json", import.meta.url);

/** Where the snapshot is kept. */
export const snapshotFile = fileURLToPath(SNAPSHOT);

/** The revisions in which the list is requested: the newest with a handshake, and the one without. */
export const REVISIONS = ["2025-11-25", "2026-07-28"];

/** Sends a request in a revision; `text` is the raw body. */
export async function ask(app, revision, method, params = {}, query = "") {
  const modern = revision === "2026-07-28";
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": revision,
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const headers = { "MCP-Protocol-Version": revision, ...(modern ? named(method, params) : {}) };
  const response = await post(app, { method, params: modern ? { ...params, _meta } : params }, { headers, query });
  const text = await response.text();
  const { result, error } = JSON.parse(text);
  if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
  return { text, result };
}

function named(method, { name }) {
  return { "Mcp-Method": method, ...(name && { "Mcp-Name": name }) };
}

/** The tools as the snapshot keeps them: complete, in order, with `{url}` for the URL of the app. */
export async function snapshot(app) {
  const { result } = await ask(app, REVISIONS.at(-1), "tools/list");
  const tools = JSON.stringify(result.tools, null, 2).replaceAll(app.url, "{url}");
  return `${tools}\n`;
}

/** The snapshot that is kept. */
export function kept() {
  return readFileSync(snapshotFile, "utf8");
}
