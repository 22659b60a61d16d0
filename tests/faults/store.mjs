// A Redis with a wire in front of it, on which single commands fail.
import { once } from "node:events";
import net from "node:net";

import { freePort } from "../tools/ports.mjs";
import { startProgram } from "../tools/program.mjs";

const CRLF = "\r\n";

/** The commands behind the calls of the connector's store seam (src/host.rs). */
export const CALLS = { get: "GET", set: "SET", increment: "INCRBY", delete: "DEL" };

/** What can happen to a command, or to a connection (`open`). */
export const STORE_FAULTS = {
  /** Redis refuses it: out of memory, a replica, still loading. */
  error: { done: false },
  /** No answer comes, on this connection or a later one. */
  hang: { done: false },
  /** The connection ends before Redis gets it. */
  reset: { done: false },
  /** Redis does it, and the answer is lost. */
  lost: { done: true },
};

/**
 * Starts a Redis and the wire.
 * @typedef {{
 *   url: string, seen: string[][], arm: (call: string, fault: string) => void, hits: () => number, disarm: () => void,
 *   watch: (watcher?: (command: string[], moment: "before" | "after") => boolean) => void,
 *   command: (...words: string[]) => Promise<unknown>, stop: () => Promise<void>,
 * }} Store
 * `seen` has the commands of the connector. `arm` lets a call fail until `disarm`; `open` stands for new connections and
 * ends those that are there. A watcher that returns true takes the command away. `command` asks Redis itself.
 * @param {string} folder
 * @returns {Promise<Store>}
 */
export async function startStore(folder) {
  const port = await freePort();
  const redis = await startProgram(
    "redis-server",
    ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"],
    { listening: /Ready to accept connections/ },
  );
  const seen = [];
  const clients = new Set();
  let armed;
  let hits = 0;
  let watcher;
  const fails = (command) => {
    const isMeant = armed && CALLS[armed.call] === command[0]?.toUpperCase();
    if (isMeant) hits += 1;
    return isMeant ? armed.fault : undefined;
  };
  /** Answers one command after the other. */
  async function serve(client, commands, behind) {
    for await (const command of commands) {
      seen.push(command.words);
      if (watcher?.(command.words, "before")) return;
      const fault = fails(command.words);
      // Leaving the loop would end the connection.
      if (fault === "hang") {
        await once(client, "close");
        return;
      }
      if (fault === "reset") return client.resetAndDestroy();
      if (fault === "error") {
        client.write("-OOM command not allowed when used memory > 'maxmemory'.\r\n");
        continue;
      }
      const answer = await behind.ask(command.bytes);
      if (watcher?.(command.words, "after")) return;
      if (fault === "lost") return client.resetAndDestroy();
      client.write(answer);
    }
  }
  const server = net.createServer({ noDelay: true }, (client) => {
    clients.add(client);
    client.on("error", () => client.destroy());
    if (armed?.call === "open") {
      hits += 1;
      if (armed.fault === "reset") client.resetAndDestroy();
      if (armed.fault === "error") client.once("data", () => client.end("-ERR max number of clients reached\r\n"));
      client.on("close", () => clients.delete(client));
      return;
    }
    const behind = connect(port);
    client.on("close", () => {
      clients.delete(client);
      behind.end();
    });
    serve(client, commandsOf(client), behind).catch(() => client.destroy());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endAll = () => {
    for (const client of clients) client.resetAndDestroy();
  };
  const own = connect(port);
  return {
    url: `redis://127.0.0.1:${server.address().port}`,
    seen,
    arm(call, fault) {
      armed = { call, fault };
      hits = 0;
      if (call === "open") endAll();
    },
    hits: () => hits,
    disarm() {
      if (armed) endAll();
      armed = undefined;
    },
    watch: (next) => (watcher = next),
    command: async (...words) => parsed(await own.ask(encoded(words))),
    async stop() {
      own.end();
      endAll();
      server.close();
      await redis.stop();
    },
  };
}

/** A connection to Redis: `ask` sends a command and gets the bytes of its answer, one at a time. */
function connect(port) {
  const socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
  let rest = Buffer.alloc(0);
  let waiting;
  const settle = () => {
    const length = replyLength(rest, 0);
    if (!waiting || length === undefined) return;
    const { resolve } = waiting;
    waiting = undefined;
    const answer = rest.subarray(0, length);
    rest = rest.subarray(length);
    resolve(answer);
  };
  socket.on("data", (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    settle();
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => waiting?.reject(new Error("Redis ended the connection")));
  let turn = Promise.resolve();
  return {
    ask(bytes) {
      const answer = turn.then(
        () =>
          new Promise((resolve, reject) => {
            waiting = { resolve, reject };
            socket.write(bytes);
          }),
      );
      turn = answer.catch(() => {});
      return answer;
    },
    end: () => socket.destroy(),
  };
}

/** The commands that a client sends: their words and their bytes. */
async function* commandsOf(client) {
  let rest = Buffer.alloc(0);
  for await (const chunk of client) {
    rest = Buffer.concat([rest, chunk]);
    for (let length; (length = replyLength(rest, 0)) !== undefined; rest = rest.subarray(length)) {
      const bytes = rest.subarray(0, length);
      yield { bytes, words: parsed(bytes).map(String) };
    }
  }
}

const encoded = (words) =>
  `*${words.length}${CRLF}${words.map((word) => `$${Buffer.byteLength(word)}${CRLF}${word}${CRLF}`).join("")}`;

/** Where the value that starts at `start` ends (the Redis serialization protocol, RESP2); undefined if more must come. */
function replyLength(bytes, start) {
  const line = bytes.indexOf(CRLF, start);
  if (line < 0) return undefined;
  const next = line + CRLF.length;
  const kind = String.fromCharCode(bytes[start]);
  const count = Number(bytes.subarray(start + 1, line).toString());
  if (kind === "$") {
    const end = count < 0 ? next : next + count + CRLF.length;
    return end <= bytes.length ? end : undefined;
  }
  if (kind !== "*") return next;
  let at = next;
  for (let left = count; left > 0 && at !== undefined; left -= 1) at = replyLength(bytes, at);
  return at;
}

/** The value of one answer. */
function parsed(bytes) {
  let at = 0;
  const value = () => {
    const line = bytes.indexOf(CRLF, at);
    const kind = String.fromCharCode(bytes[at]);
    const text = bytes.subarray(at + 1, line).toString();
    at = line + CRLF.length;
    if (kind === "*") return Array.from({ length: Number(text) }, value);
    if (kind === ":") return Number(text);
    if (kind !== "$") return text;
    if (text === "-1") return undefined;
    const start = at;
    at += Number(text) + CRLF.length;
    return bytes.subarray(start, start + Number(text)).toString("latin1");
  };
  return value();
}
