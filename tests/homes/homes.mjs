// The hosts in which the connector is tried, each in front of the emulator, which runs in the embedding host.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { MCP_PATH } from "../tools/app.mjs";
import { emulatorManifest } from "../tools/emulator-manifest.mjs";
import { manifestWith } from "../tools/manifest.mjs";
import { optimized, outputFolder, root, target } from "../tools/paths.mjs";
import { freePort } from "../tools/ports.mjs";
import { startProgram } from "../tools/program.mjs";
import { startWire } from "../tools/wire.mjs";
import { needsRedis, startPair } from "./redis.mjs";

/** The emulator's full key. */
export const DEMO_KEY = "sk_5e7aa13a2a694211f679657022437a582221729693d96cf14d628ee5e461a185";
const embed = join(target, "debug", "tokportal-embed");
const wasmtime = join(target, "homes", "bin", "wasmtime");
const jco = join(root, "tests", "homes", "node_modules", "@bytecodealliance", "jco", "dist", "jco.js");
/** Keeps seals readable where no random secret can be kept. */
const SEALING_SECRET = "a-sealing-secret-of-the-tests-0123456789";

/** Why a home cannot be run here; undefined if it can. */
const missing = (file, how) => (existsSync(file) ? undefined : `${how} (${file} is missing)`);
const needsWasmtime = () => missing(wasmtime, "make homes builds it");
const needsJco = () => missing(jco, "make homes installs it");

/** A gap in a home without atomics; a race may have one winner there by luck. */
const NO_WINNER = {
  "racing redemptions have one winner": {
    reason: "The host offers no counters that are atomic, so of redemptions at the same time one wins or none does.",
    sometimes: true,
  },
};
const FORGETS =
  "The key-value store of `wasmtime serve` forgets every write when a request ends. The connector notices it before a key " +
  "is made (event `store_forgets`), so there is no code that could be redeemed.";

/**
 * A home: what runs the connector.
 * @typedef {{
 *   name: string, artifact: string, has: {atomics: boolean, memory: boolean}, note: string,
 *   unavailable: () => string | undefined,
 *   gaps: Record<string, {reason: string, sometimes?: boolean}>,
 *   start: (settings: {port: number, folder: string, variables: Record<string, string>}) => Promise<Program>,
 * }} Home
 */

/** @type {Home[]} */
export const homes = [
  {
    name: "tokportal-embed, WASI 0.3",
    artifact: "tokportal_connector_p3",
    has: { atomics: true, memory: true },
    note: "`spin.p3.toml`",
    unavailable: () => undefined,
    gaps: {},
    start: manifest("spin.p3.toml"),
  },
  {
    name: "tokportal-embed, Spin 2 and newer",
    artifact: "tokportal_connector_spin",
    has: { atomics: false, memory: true },
    note: "`spin.toml`",
    unavailable: () => undefined,
    gaps: NO_WINNER,
    start: manifest("spin.toml"),
  },
  {
    name: "tokportal-embed, Spin 3 and newer",
    artifact: "tokportal_connector_spin_atomics",
    has: { atomics: true, memory: true },
    note: "`spin.atomics.toml`",
    unavailable: () => undefined,
    gaps: {},
    start: manifest("spin.atomics.toml"),
  },
  {
    name: "two of tokportal-embed on one Redis",
    artifact: "tokportal_connector_p3",
    has: { atomics: true, memory: true },
    note: "`spin.p3.toml` and `--runtime-config-file`",
    unavailable: () => needsRedis(embed),
    gaps: {},
    start: (settings) =>
      startPair(settings, (own) => manifest("spin.p3.toml")({ ...own, variables: settings.variables })),
  },
  {
    name: "wasmtime serve, files",
    artifact: "tokportal_connector_files",
    has: { atomics: true, memory: true },
    note: "`wasmtime serve -Scli --dir … --env …`",
    unavailable: needsWasmtime,
    gaps: {},
    start: ({ port, folder, variables }) =>
      startProgram(
        wasmtime,
        [
          ...["serve", "-Scli", "--addr", `127.0.0.1:${port}`, "--dir", `${folder}::/state`],
          ...Object.entries(environment(variables)).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
          released("tokportal_connector_files.wasm"),
        ],
        { listening: /^Serving HTTP on /m },
      ),
  },
  {
    name: "wasmtime serve, key-value",
    artifact: "tokportal_connector_wasi",
    has: { atomics: true, memory: false },
    note: "`wasmtime serve -Scli,config,keyvalue -Sconfig-var=…`",
    unavailable: needsWasmtime,
    gaps: Object.fromEntries(
      [
        "sign-in, consent and token at both levels",
        "a code redeemed again is refused, and its key ends",
        "racing redemptions never have two winners",
        "racing redemptions have one winner",
        "a code outlives a restart of the host",
      ].map((name) => [name, { reason: FORGETS }]),
    ),
    start: ({ port, variables }) =>
      startProgram(
        wasmtime,
        [
          ...["serve", "-Scli,config,keyvalue", "--addr", `127.0.0.1:${port}`],
          ...Object.entries({ ...variables, sealing_secret: SEALING_SECRET }).map(
            ([name, value]) => `-Sconfig-var=${name}=${value}`,
          ),
          released("tokportal_connector_wasi.wasm"),
        ],
        { listening: /^Serving HTTP on /m },
      ),
  },
  {
    name: "jco serve, files",
    artifact: "tokportal_connector_files",
    has: { atomics: true, memory: true },
    note: "`jco serve --jco-import …`, settings from the environment",
    unavailable: needsJco,
    gaps: {},
    start: ({ port, folder, variables }) =>
      startProgram(
        process.execPath,
        [
          ...[jco, "serve", "--host", "127.0.0.1", "--port", `${port}`, "--jco-dir", join(folder, "jco")],
          ...["--jco-import", join(root, "tests", "homes", "jco-state.mjs")],
          released("tokportal_connector_files.wasm"),
        ],
        {
          listening: /^Server listening @ /m,
          env: { PATH: process.env.PATH, HOST_STATE_DIR: made(join(folder, "state")), ...environment(variables) },
        },
      ),
  },
];

/** A component as a release has it. */
function released(name) {
  return join(optimized, name);
}

/** Runs a manifest of the repository in the embedding host. */
function manifest(name) {
  return ({ port, folder, variables, args = [] }) =>
    startProgram(
      embed,
      [
        ...args,
        ...["--manifest", manifestWith(name, released), "--listen", `127.0.0.1:${port}`, "--state-dir", folder],
        ...Object.entries({ ...variables, portal_origin: variables.api_base_url }).flatMap(([name, value]) => [
          "--variable",
          `${name}=${value}`,
        ]),
      ],
      { cwd: root, listening: /^Listening on /m },
    );
}

/** Settings as environment variables: their names in upper case. */
function environment(variables) {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name.toUpperCase(), value]));
}

function made(folder) {
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Starts the emulator for a connector at this origin, behind a relay that keeps what the connector sends. */
export async function startUpstream(connectorUrl) {
  const file = join(outputFolder("homes"), "upstream.toml");
  const variables = { public_url: "{ required = true }", connector_url: "{ required = true }" };
  writeFileSync(file, emulatorManifest(variables));
  const wire = await startWire();
  const program = await startProgram(
    embed,
    [
      ...["--manifest", file, "--listen", "127.0.0.1:0", "--in-memory", "--quiet"],
      ...["--cache-dir", outputFolder("cache")],
      ...["--variable", `public_url=${wire.url}`, "--variable", `connector_url=${connectorUrl}`],
    ],
    { listening: /^Listening on (\S+)$/m },
  );
  wire.leadTo(program.match[1]);
  const stop = () => Promise.all([wire.stop(), program.stop()]);
  return { url: wire.url, sent: wire.sent, stop };
}

/** Starts a home with an upstream of its own. */
export async function startHome(home) {
  const folder = mkdtempSync(join(tmpdir(), "home-"));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const upstream = await startUpstream(url);
  const variables = {
    public_url: url,
    api_base_url: upstream.url,
    sign_in: "portal",
    portal_issuer: `${upstream.url}/portal`,
    portal_keys_url: `${upstream.url}/portal/api/keys`,
    portal_keys_page: `${upstream.url}/portal/developer/api-keys`,
  };
  const start = () => home.start({ port, folder, variables });
  let program;
  let before = "";
  const running = {
    url,
    mcp: url + MCP_PATH,
    key: DEMO_KEY,
    upstream: upstream.url,
    sent: upstream.sent,
    has: home.has,
    output: () => before + program.output(),
    async restart() {
      await program.stop();
      before = running.output();
      program = await start();
    },
    async stop() {
      await program?.stop();
      await upstream.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    program = await start();
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}
