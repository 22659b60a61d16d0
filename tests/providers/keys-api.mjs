// The smallest keys API that portal mode needs (docs/PORTAL-CONTRACT.md). It trusts every caller, and keeps keys in
// memory.
import { randomBytes, randomUUID } from "node:crypto";
import http from "node:http";
import { text } from "node:stream/consumers";

import { close, listen } from "./wire.mjs";

/**
 * Starts it on a free port.
 * @param {{mint?: (headers: object) => [number, object] | undefined}} [options] `mint` may answer in its place.
 */
export async function startKeysApi({ mint } = {}) {
  const keys = new Map();
  const mints = [];
  const answers = {
    "POST /keys": ({ headers, body }) => {
      const wanted = JSON.parse(body);
      mints.push({ headers, body: wanted });
      const refusal = mint?.(headers);
      if (refusal) return refusal;
      const key = `sk_${randomBytes(32).toString("hex")}`;
      const { name, scopes, environment, expires_at = null } = wanted;
      keys.set(key, { id: randomUUID(), name, scopes, environment, expires_at, created_at: new Date().toISOString() });
      return [201, { data: { ...keys.get(key), key } }];
    },
    "GET /keys": () => [200, { data: [] }],
    "PATCH /keys/current": ({ row, body }) => [200, { data: Object.assign(row, JSON.parse(body)) }],
    "GET /keys/current": ({ row }) => [200, { data: row }],
    "DELETE /keys/current": ({ key }) => [204, keys.delete(key)],
  };
  const server = http.createServer(async (request, response) => {
    const { headers, method, url } = request;
    const body = await text(request);
    const key = headers["x-api-key"];
    const row = keys.get(key);
    const reply = answers[`${method} ${url}`];
    const unauthorized = [401, { error: { code: "UNAUTHORIZED", message: "The key is unknown." } }];
    const [status, answer] =
      !reply || (url === "/keys/current" && !row) ? unauthorized : reply({ headers, body, key, row });
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(status === 204 ? undefined : JSON.stringify(answer));
  });
  const origin = await listen(server);
  return { origin, url: `${origin}/keys`, mints, stop: () => close(server) };
}
