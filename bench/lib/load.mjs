// Load on a server: wrk on the core of the load.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { bytes } from "./http.mjs";
import { LOAD_CORE, bench, output } from "./paths.mjs";

/**
 * Sends requests for a time, and returns what came of it. Times are in microseconds; `refused` are answers with another
 * status than 2xx and 3xx.
 * @param {{port: number, requests: import("./http.mjs").Request[], connections: number, seconds: number, once?: boolean}} load
 *   with `once`, each request is sent once, and the last one keeps the connections open.
 */
export async function load({ port, requests, connections, seconds, once = false }) {
  const file = join(output, "requests");
  const parts = requests.map((request) => bytes(request, port));
  writeFileSync(file, Buffer.concat(parts.flatMap((part) => [Buffer.from(`${part.length}\n`), part])));
  const options = ["--threads", "1", "--connections", `${connections}`, "--duration", `${seconds}s`, "--timeout", "10s"];
  const script = ["--script", join(bench, "load.lua"), `http://127.0.0.1:${port}`, "--", file, once ? "once" : "turn"];
  const child = spawn("taskset", ["-c", `${LOAD_CORE}`, "wrk", ...options, ...script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const printed = await text(child.stdout);
  const line = /^RESULT (.*)$/m.exec(printed)?.[1];
  if (!line) throw new Error(`wrk printed no result:\n${printed}`);
  return JSON.parse(line);
}
