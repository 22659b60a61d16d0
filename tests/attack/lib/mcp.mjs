// Messages to the MCP endpoint in both eras.
import { send } from "./http.mjs";

export const LEGACY = "2025-11-25";
export const MODERN = "2026-07-28";
const META = "io.modelcontextprotocol";

let last = 0;

/** A message with its headers in an era. `id` is a new one unless it is given. */
export function message(era, method, params = {}, id = (last += 1)) {
  if (era === "legacy") {
    const headers = method === "initialize" ? {} : { "mcp-protocol-version": LEGACY };
    return { headers, body: { jsonrpc: "2.0", id, method, params } };
  }
  const name = params.name ?? params.uri;
  return {
    headers: {
      "mcp-protocol-version": MODERN,
      "mcp-method": method,
      ...(name === undefined
        ? {}
        : {
            "mcp-name":
              /^[\x21-\x7e][\x20-\x7e]*$/.test(name) && !/ $/.test(name)
                ? name
                : `=?base64?${Buffer.from(name).toString("base64")}?=`,
          }),
    },
    body: {
      jsonrpc: "2.0",
      id,
      method,
      params: {
        ...params,
        _meta: { [`${META}/protocolVersion`]: MODERN, [`${META}/clientCapabilities`]: {}, ...params._meta },
      },
    },
  };
}

/** The first request of a connection. */
export const first = (era) =>
  era === "legacy"
    ? {
        method: "initialize",
        params: { protocolVersion: LEGACY, capabilities: {}, clientInfo: { name: "attack", version: "1" } },
      }
    : { method: "server/discover", params: {} };

/** The path, as one of the surfaces: where a message goes, and in which era. */
export class Endpoint {
  constructor(url, era, query) {
    Object.assign(this, { url: url + query, era, query });
  }

  /** Sends a message. `headers` are added, and take the place of others. */
  ask(token, method, params, { headers = {}, id, query = "" } = {}) {
    const { headers: own, body } = message(this.era, method, params, id);
    return this.post(token, JSON.stringify(body), { ...own, ...headers }, query);
  }

  /** Sends a body as it is. `query` is added to the URL. */
  post(token, body, headers = {}, query = "") {
    const more = query && this.url.includes("?") ? `&${query.slice(1)}` : query;
    return send(this.url + more, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body,
    });
  }

  /** Calls a tool. */
  call(token, name, args = {}, options = {}) {
    return this.ask(token, "tools/call", { name, arguments: args }, options);
  }

  /** The first request of a connection, which must be authorized as all others. */
  greet(token, options) {
    const { method, params } = first(this.era);
    return this.ask(token, method, params, options);
  }
}
