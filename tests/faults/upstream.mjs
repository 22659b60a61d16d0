// The wire between the connector and its upstream. It knows each call by its name, and lets it fail in one way.
import http from "node:http";
import { buffer } from "node:stream/consumers";

import { FAULTS } from "./faults.mjs";

/** The calls of the portal, as the emulator names them (crates/emulator/README.md). Every other one is of the API. */
const PORTAL = {
  "GET /portal/.well-known/openid-configuration": "portal.discovery",
  "GET /portal/oauth/jwks": "portal.jwks",
  "POST /portal/oauth/token": "portal.token",
  "GET /portal/oauth/userinfo": "portal.userinfo",
  "POST /portal/api/keys": "portal.mint",
  "GET /portal/api/keys": "portal.list",
  "GET /portal/api/keys/current": "portal.introspect",
  "PATCH /portal/api/keys/current": "portal.make-lasting",
  "DELETE /portal/api/keys/current": "portal.revoke",
};

/** The name of a call; undefined for a page that a browser opens. */
function nameOf(method, path) {
  const name = PORTAL[`${method} ${path}`];
  if (name) return name;
  if (path.startsWith("/api/ext/")) return "api";
  return method === "DELETE" && path.startsWith("/portal/api/keys/") ? "portal.delete" : undefined;
}

/**
 * Starts the wire on a free loopback port.
 * @typedef {{
 *   url: string, leadTo: (origin: string) => void, calls: string[], redirected: () => number,
 *   arm: (operation: string, fault: string, times?: number) => void, hits: () => number, disarm: () => Promise<void>,
 *   watch: (watcher?: (name: string, moment: "before" | "after") => boolean) => void, stop: () => Promise<void>,
 * }} Wire
 * `calls` are the calls of the connector by name. `arm` lets calls of an operation fail until `disarm`, `hits` says how
 * many did. A watcher that returns true takes the call away: it is not answered. `redirected` counts requests to the
 * place where redirects lead.
 * @returns {Promise<Wire>}
 */
export async function startWire() {
  const calls = [];
  const sockets = new Set();
  let target;
  let armed;
  let hits = 0;
  let watcher;
  let strayed = 0;
  const elsewhere = http.createServer((_, response) => {
    strayed += 1;
    response.end("{}");
  });
  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url, target);
    const name = nameOf(request.method, pathname);
    response.on("error", () => {});
    try {
      const body = await buffer(request);
      const forward = () => send(target, request, body);
      if (!name) return reply(response, await forward());
      calls.push(name);
      if (watcher?.(name, "before")) return;
      if (armed?.operation === name && armed.times > 0) {
        armed.times -= 1;
        hits += 1;
        const { socket } = request;
        const call = { socket, response, forward, die, elsewhere: `${originOf(elsewhere)}${request.url}` };
        await FAULTS[armed.fault].act(call);
        return;
      }
      const answer = await forward();
      if (watcher?.(name, "after")) return;
      reply(response, answer);
    } catch {
      // The connector gave up, or its host was killed.
      response.destroy();
    }
  });
  // A connection that ends while it is idle could end under a request.
  server.keepAliveTimeout = 600_000;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  const listen = (one, port = 0) => new Promise((resolve) => one.listen(port, "127.0.0.1", resolve));
  await Promise.all([listen(server), listen(elsewhere)]);
  const { port } = server.address();
  /** Ends the server with its connections. */
  const die = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://localhost:${port}`,
    calls,
    leadTo: (origin) => (target = origin),
    redirected: () => strayed,
    arm(operation, fault, times = Infinity) {
      armed = { operation, fault, times };
      hits = 0;
    },
    hits: () => hits,
    async disarm() {
      armed = undefined;
      if (!server.listening) await listen(server, port);
    },
    watch: (next) => (watcher = next),
    async stop() {
      die();
      elsewhere.close();
      elsewhere.closeAllConnections();
    },
  };
}

const originOf = (server) => `http://localhost:${server.address().port}`;

/** Sends a request on, with its own Host. */
function send(target, { method, url, headers }, body) {
  const { hostname, port } = new URL(target);
  return new Promise((resolve, reject) => {
    const upstream = http.request({ hostname, port, method, path: url, headers, agent: false });
    upstream.once("error", reject);
    upstream.once("response", async (answer) => {
      const { statusCode: status, headers } = answer;
      buffer(answer).then((body) => resolve({ status, headers, body }), reject);
    });
    upstream.end(body);
  });
}

function reply(response, { status, headers, body }) {
  const { "transfer-encoding": _, connection: __, ...kept } = headers;
  response.writeHead(status, kept);
  response.end(body);
}
