// The servers: how each is started, and which cases it has. A new one needs an entry here.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";

import { bench, documentFile, freePort, host, native, output, python, root, toolsFile } from "./paths.mjs";

const LISTENING = /^Listening on (http:\/\/\S+)$/m;
/** What the connector and its floor are told beside their origin. */
const ADDRESS_HEADER = "x-forwarded-for";
const MCP_PATH = "/api/ext/mcp";
const CALLS = ["list", "call", "call-100k", "call-30", "refused"];

/**
 * @typedef {{
 *   title: string, path: string, cases: string[], missing?: () => string | undefined, caches?: boolean, ownList?: boolean,
 *   start: (upstream: string, cache: string) => Promise<object> | object, isFloor?: boolean, introspects?: boolean,
 *   paths?: (bytesOfList: number) => Record<string, string>
 * }} Server
 * `path` is where it serves MCP, unless `paths` has another one for the case. `missing` says why it cannot run here.
 * A server that `caches` keeps what it compiled in the folder `cache`. `start` returns what `startOn` takes.
 */

/** @type {Record<string, Server>} */
export const servers = {
  ours: {
    title: "the connector",
    path: MCP_PATH,
    cases: [...CALLS, "list-gzip", "list-readonly", "list-compact", "discovery", "token"],
    caches: true,
    start: (upstream, cache) => embed("spin.p3.toml", cache, variables(upstream)),
  },
  "ours-introspects": {
    title: "the connector, keys introspected",
    path: MCP_PATH,
    cases: ["list"],
    introspects: true,
    caches: true,
    start: (upstream, cache) =>
      embed("spin.p3.toml", cache, {
        ...variables(upstream),
        portal_keys_url: `${upstream}/keys`,
        portal_keys_origin: upstream,
      }),
  },
  "ours-fresh": {
    title: "the connector, WASI 0.2: a fresh instance for each request",
    path: MCP_PATH,
    cases: ["list", "list-gzip", "call"],
    caches: true,
    start: (upstream, cache) => embed("spin.toml", cache, variables(upstream)),
  },
  "ours-spin": {
    title: "the connector on Spin",
    path: MCP_PATH,
    cases: [...CALLS, "list-gzip", "list-readonly", "list-compact", "discovery", "token"],
    missing: noSpin,
    start: (upstream) => spin("spin.p3.toml", variables(upstream)),
  },
  floor: {
    title: "floor: the same bytes",
    path: "/list",
    paths: floorPaths,
    isFloor: true,
    cases: ["list", "call", "small"],
    missing: noFloor,
    caches: true,
    start: (upstream, cache) => embed("bench/floor/spin.toml", cache, floorVariables(upstream)),
  },
  "floor-spin": {
    title: "floor on Spin",
    path: "/list",
    paths: floorPaths,
    isFloor: true,
    cases: ["list", "call", "small"],
    missing: () => noFloor() ?? noSpin(),
    start: (upstream) => spin("bench/floor/spin.toml", floorVariables(upstream)),
  },
  rmcp: {
    title: "rmcp with axum",
    path: "/mcp",
    cases: CALLS,
    start: (upstream) => ({ command: native("bench-rmcp"), args: [toolsFile, upstream], listening: LISTENING }),
  },
  typescript: {
    title: "TypeScript SDK",
    path: "/mcp",
    cases: CALLS,
    start: (upstream) => ({
      command: process.execPath,
      args: [join(bench, "peers/typescript/server.mjs"), toolsFile, upstream],
      env: { NODE_ENV: "production" },
      listening: LISTENING,
    }),
  },
  fastmcp: {
    title: "FastMCP",
    // It makes its own list from the document.
    ownList: true,
    path: "/mcp",
    cases: CALLS,
    start: (upstream) => ({
      command: python,
      args: [join(bench, "peers/fastmcp/server.py"), documentFile, toolsFile, upstream],
      env: { PYTHONDONTWRITEBYTECODE: "1" },
      listening: LISTENING,
    }),
  },
};

function variables(upstream) {
  return {
    public_url: "{url}",
    api_base_url: upstream,
    sign_in: "api-key",
    client_address_header: ADDRESS_HEADER,
    // As in production: otherwise a random one is read from the store.
    sealing_secret: "a secret of the bench, which nothing real depends on",
  };
}

/** The floor sends no key, so it calls a path of the stub that needs none. */
function floorVariables(upstream) {
  return { upstream, upstream_path: "/open" };
}

function floorPaths(bytesOfList) {
  return { list: `/list?bytes=${bytesOfList}`, call: "/call", small: "/small" };
}

/** Connections of the one address that all load comes from. */
const MOST_CONNECTIONS = 1024;

/** The embedding host with its state in an empty folder. */
function embed(manifest, cache, values) {
  const given = Object.entries(values).flatMap(([name, value]) => ["--variable", `${name}=${value}`]);
  const fixed = ["--listen", "127.0.0.1:0", "--quiet", "--state-dir", emptyState(), "--cache-dir", cache];
  fixed.push("--connections-per-address", `${MOST_CONNECTIONS}`);
  return { command: host, args: ["--manifest", manifest, ...fixed, ...given], cwd: root, listening: LISTENING };
}

/** Spin with its state in an empty folder. It does not replace {url}, so the port is chosen before. */
async function spin(manifest, values) {
  const port = await freePort();
  const given = Object.entries(values).flatMap(([name, value]) => [
    "--variable",
    `${name}=${value.replace("{url}", `http://localhost:${port}`)}`,
  ]);
  const fixed = ["--listen", `127.0.0.1:${port}`, "--quiet", "--state-dir", emptyState()];
  const listening = /^Serving (http:\/\/\S+)$/m;
  return { command: "spin", args: ["up", "-f", manifest, ...fixed, ...given], cwd: root, listening };
}

function emptyState() {
  const folder = join(output, "state");
  rmSync(folder, { recursive: true, force: true });
  return folder;
}

function noSpin() {
  return spawnSync("spin", ["--version"]).error ? "spin is not on PATH" : undefined;
}

function noFloor() {
  const component = "floor/target/wasm32-wasip2/release/tokportal_floor.wasm";
  return existsSync(join(bench, component)) ? undefined : `bench/${component} is not built`;
}
