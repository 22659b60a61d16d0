// A world for one fault after the other: the connector on its host, a Redis as its store, the emulator as its upstream,
// and wires between them.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { emulator } from "../catalogue/emulator.mjs";
import { MCP_PATH } from "../tools/app.mjs";
import { emulatorManifest } from "../tools/emulator-manifest.mjs";
import { outputFolder, root, target } from "../tools/paths.mjs";
import { startProgram } from "../tools/program.mjs";
import { startStore } from "./store.mjs";
import { startWire } from "./upstream.mjs";

const embed = join(target, "debug", "tokportal-embed");
/** Longer than a key lives that is not made lasting, in seconds. */
const LONGER_THAN_A_KEY = 20 * 60;

/**
 * @typedef {{
 *   url: string, mcp: string, wire: import("./upstream.mjs").Wire, store: import("./store.mjs").Store,
 *   control: object, events: () => object[], output: () => string, liveKeys: () => Promise<number>,
 *   reset: () => Promise<void>, passKeyLife: () => Promise<void>, kill: () => Promise<void>,
 *   start: (ahead?: number) => Promise<void>, stop: () => Promise<void>,
 * }} World
 * `events` are the lines of the connector's log. `start` starts the connector's host after `kill`, with its clock so many
 * seconds ahead. `reset` brings the first day of the emulator back. `passKeyLife` moves the clock of the portal past the
 * life of a key that is not lasting.
 */

/** @returns {Promise<World>} */
export async function startWorld() {
  const folder = mkdtempSync(join(tmpdir(), "faults-"));
  const started = [];
  const stop = async () => {
    for (const part of started.splice(0).reverse()) await part.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const keep = (part) => {
    started.push(part);
    return part;
  };
  try {
    const [wire, store, port] = [keep(await startWire()), keep(await startStore(folder)), await lastingPort()];
    const url = `http://localhost:${port}`;
    const upstream = keep(await startEmulator(folder, wire.url, url));
    wire.leadTo(upstream.url);
    const control = emulator({ url: upstream.url });

    const config = join(folder, "runtime.toml");
    writeFileSync(config, `[key_value_store.default]\ntype = "redis"\nurl = "${store.url}"\n`);
    const settings = {
      public_url: url,
      api_base_url: wire.url,
      portal_origin: wire.url,
      sign_in: "portal",
      portal_issuer: `${wire.url}/portal`,
      portal_keys_url: `${wire.url}/portal/api/keys`,
      portal_keys_page: `${wire.url}/portal/developer/api-keys`,
      key_check_seconds: "0",
    };
    // What hosts printed that were killed.
    let before = "";
    let program;
    const events = [];
    let parsed = 0;
    const world = {
      url,
      mcp: url + MCP_PATH,
      wire,
      store,
      control,
      output: () => before + (program?.output() ?? ""),
      events() {
        const output = world.output();
        const end = output.lastIndexOf("\n") + 1;
        events.push(...eventsIn(output.slice(parsed, end)));
        parsed = end;
        return events;
      },
      async liveKeys() {
        const { people } = await control.state();
        return people[0].live_keys;
      },
      async reset() {
        await control.set("/reset");
        await control.liftRateLimit();
      },
      passKeyLife: () => control.set("/clock", { advance_seconds: LONGER_THAN_A_KEY }),
      async kill() {
        await program.stop("SIGKILL");
        before = `${world.output()}\n`;
        program = undefined;
      },
      async start(ahead = 0) {
        program = await startProgram(
          embed,
          [
            ...["--manifest", "spin.p3.toml", "--listen", `127.0.0.1:${port}`, "--runtime-config-file", config],
            ...["--state-dir", join(folder, "state"), "--cache-dir", outputFolder("cache")],
            ...["--clock-ahead", `${ahead}`],
            ...Object.entries(settings).flatMap(([name, value]) => ["--variable", `${name}=${value}`]),
          ],
          { cwd: root, listening: /^Listening on /m },
        );
      },
      stop,
    };
    mkdirSync(join(folder, "state"));
    started.push({ stop: async () => program?.stop() });
    await world.start();
    await world.reset();
    return world;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A port for a host that starts again and again: no connection gets it in between, because systems give them others. */
async function lastingPort() {
  for (let left = 100; left > 0; left -= 1) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const server = createServer();
    const isFree = await new Promise((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
  return assert.fail("no port is free");
}

/** Starts the emulator at `publicUrl`, which is the wire, for a connector. */
async function startEmulator(folder, publicUrl, connectorUrl) {
  const file = join(folder, "emulator.toml");
  writeFileSync(file, emulatorManifest({ public_url: "{ required = true }", connector_url: "{ required = true }" }));
  const program = await startProgram(
    embed,
    [
      ...["--manifest", file, "--listen", "127.0.0.1:0", "--in-memory", "--cache-dir", outputFolder("cache")],
      ...["--variable", `public_url=${publicUrl}`, "--variable", `connector_url=${connectorUrl}`, "--quiet"],
    ],
    { listening: /^Listening on (\S+)$/m },
  );
  return { url: program.match[1], stop: program.stop };
}

/** The lines of the connector's log. */
function eventsIn(output) {
  const lines = output.split("\n").map((line) => /\{"time":.*\}$/.exec(line)?.[0]);
  return lines.filter(Boolean).map((line) => JSON.parse(line));
}

/** Checks that no instance ended by a trap. */
export function assertNoTrap(output) {
  assert.doesNotMatch(output, /\btrap|wasm backtrace|out of memory/i);
}
