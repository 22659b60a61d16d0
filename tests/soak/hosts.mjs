// The connector under load: on one host with SQLite, or on two hosts that share a Redis.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";

import { outputFolder, root, target } from "../tools/paths.mjs";
import { freePort } from "../tools/ports.mjs";
import { startProgram } from "../tools/program.mjs";

const embed = join(target, "debug", "tokportal-embed");
/** Prints the rows of the store in Spin's SQLite file, each as name and length. */
const SQLITE_ROWS =
  "import json, sqlite3, sys; print(json.dumps(sqlite3.connect(sys.argv[1]).execute('SELECT key, length(value) FROM spin_key_value').fetchall()))";
/** The same of a Redis. */
const REDIS_ROWS =
  "local rows = {} for _, key in ipairs(redis.call('KEYS', '*')) do rows[#rows + 1] = {key, redis.call('STRLEN', key)} end return #rows == 0 and '[]' or cjson.encode(rows)";

/** @typedef {{ports: number[], start: (ahead?: number) => Promise<void>, end: () => Promise<void>, memory: () => number[],
 *   rows: () => [string, number][], output: () => string, stop: () => Promise<void>}} Hosts
 * `start` starts the processes with their clock so many seconds ahead; `memory` is the resident memory of each in KiB;
 * `rows` are the names of the rows in the store, with the length of their values in bytes.
 */

/** One host with its state in a folder. */
export async function oneHost(variables) {
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  const state = join(folder, "state");
  const hosts = await processes({ count: 1, folder, variables, args: () => ["--state-dir", state] });
  const rows = () => read("python3", ["-c", SQLITE_ROWS, join(state, "sqlite_key_value.db")]);
  const stop = async () => {
    await hosts.end();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...hosts, rows, stop };
}

/** Two hosts with their state in one Redis. */
export async function twoHosts(variables) {
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  const port = await freePort();
  const options = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
  const redis = await startProgram("redis-server", options, { listening: /Ready to accept connections/ });
  const config = join(folder, "runtime.toml");
  writeFileSync(config, `[key_value_store.default]\ntype = "redis"\nurl = "redis://127.0.0.1:${port}"\n`);
  const args = (number) => {
    const state = join(folder, `${number}`);
    mkdirSync(state, { recursive: true });
    return ["--state-dir", state, "--runtime-config-file", config];
  };
  const hosts = await processes({ count: 2, folder, variables, args });
  const rows = () => read("redis-cli", ["-p", `${port}`, "--raw", "EVAL", REDIS_ROWS, "0"]);
  const stop = async () => {
    await hosts.end();
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...hosts, rows, stop };
}

/** The rows of the store, which a program prints as JSON. */
function read(command, args) {
  const { stdout, stderr, status, error } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`the rows of the store cannot be read: ${error ?? stderr}`);
  return JSON.parse(stdout);
}

/** So many processes of the embedding host. All have the origin of the first one. */
async function processes({ count, variables, args }) {
  const ports = [];
  for (let number = 0; number < count; number += 1) ports.push(await freePort());
  let running = [];
  let before = "";
  const output = () => before + running.map((program) => program.output()).join("\n");
  const end = async () => {
    before = output();
    const ended = running;
    running = [];
    await Promise.all(ended.map((program) => program.stop()));
  };
  return {
    ports,
    origin: `http://localhost:${ports[0]}`,
    async start(ahead = 0) {
      for (const [number, port] of ports.entries()) {
        running.push(
          await startProgram(
            embed,
            [
              ...["--manifest", "spin.p3.toml", "--listen", `127.0.0.1:${port}`, ...args(number)],
              ...["--cache-dir", outputFolder("cache"), "--clock-ahead", `${ahead}`],
              ...Object.entries(variables(`http://localhost:${ports[0]}`)).flatMap(([name, value]) => [
                "--variable",
                `${name}=${value}`,
              ]),
            ],
            { cwd: root, listening: /^Listening on /m },
          ),
        );
      }
    },
    end,
    memory: () => running.map(({ pid }) => residentMemory(pid)),
    output,
  };
}

/** The resident memory of a process, in KiB. */
function residentMemory(pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
}
