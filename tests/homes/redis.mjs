// Two processes of the embedding host behind one origin, with their state in one Redis.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";

import { freePort } from "../tools/ports.mjs";
import { startProgram } from "../tools/program.mjs";

const REDIS = "/usr/bin/redis-server";

/** Why this home cannot be run here; undefined if it can. */
export function needsRedis(embed) {
  if (!existsSync(REDIS)) return `Debian's redis-server is needed (${REDIS} is missing)`;
  const { stdout } = spawnSync(embed, ["--help"], { encoding: "utf8" });
  return stdout?.includes("--runtime-config-file") ? undefined : "tokportal-embed has no --runtime-config-file";
}

/** Starts Redis, two hosts by `startHost`, and a server on `port` that sends one request to each in turn. */
export async function startPair({ port, folder }, startHost) {
  const redisPort = await freePort();
  const redis = await startProgram(
    REDIS,
    // Everything is written at once, so that a restart keeps it.
    ["--port", `${redisPort}`, "--bind", "127.0.0.1", "--dir", folder, "--appendonly", "yes", "--appendfsync", "always"],
    { listening: /Ready to accept connections/ },
  );
  const started = [redis];
  const stop = async () => {
    for (const program of started.splice(0).reverse()) await program.stop();
  };
  try {
    const config = join(folder, "runtime-config.toml");
    writeFileSync(config, `[key_value_store.default]\ntype = "redis"\nurl = "redis://127.0.0.1:${redisPort}"\n`);
    const ports = [];
    for (const name of ["one", "other"]) {
      const own = join(folder, name);
      mkdirSync(own, { recursive: true });
      ports.push(await freePort());
      started.push(await startHost({ port: ports.at(-1), folder: own, args: ["--runtime-config-file", config] }));
    }
    started.push(await startBalancer(port, ports));
  } catch (error) {
    await stop();
    throw error;
  }
  const programs = started.slice(0, 3);
  return { output: () => programs.map((program) => program.output()).join("\n"), stop };
}

/** Sends each request to the next of the ports. */
async function startBalancer(port, ports) {
  let turn = 0;
  const server = http.createServer((request, response) => {
    turn = (turn + 1) % ports.length;
    const { url: path, method, headers } = request;
    const upstream = http.request({ hostname: "127.0.0.1", port: ports[turn], path, method, headers });
    upstream.on("response", (answer) => {
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.pipe(response);
    });
    upstream.on("error", () => response.destroy());
    request.pipe(upstream);
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
