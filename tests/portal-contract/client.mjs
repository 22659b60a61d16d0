// Calls of a keys API as the connector makes them. Each answer has to be one of the document.
import { randomUUID } from "node:crypto";

import { basic, CLIENT_ID } from "../tools/keys-api.mjs";
import { assertDocumented, operation } from "./document.mjs";

/** A time so many seconds from now. */
export const inSeconds = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();

/** A client of a portal (`portal.mjs`) that notes which documented answers it saw. */
export class Client {
  constructor(portal) {
    this.portal = portal;
    this.seen = new Set();
  }

  /** Calls an operation of the document. */
  async call(id, { headers = {}, body, path = {} } = {}) {
    const one = operation(id);
    const below = one.path.replace(/^\/keys/, "").replace("{id}", encodeURIComponent(path.id ?? ""));
    const sent = { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers };
    const response = await fetch(this.portal.keysUrl + below, {
      method: one.method,
      headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)),
      body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    this.seen.add(assertDocumented(one, response, text));
    const json = text ? JSON.parse(text) : {};
    return { status: response.status, code: json.error?.code, data: json.data };
  }

  /**
   * Mints a key as the connector does.
   * @param {{accessToken: string, idToken: string}} tokens
   * @param {{body?: object, headers?: object}} [changed] members and headers in place of the usual ones; those that are
   *   undefined are left out.
   */
  mint(tokens, { body = {}, headers = {} } = {}) {
    const { secret } = this.portal;
    return this.call("mintKey", {
      headers: {
        ...bearer(tokens),
        "Idempotency-Key": randomUUID(),
        ...(secret ? { "X-TokPortal-Client-Authorization": basic(CLIENT_ID, secret) } : {}),
        ...headers,
      },
      body:
        typeof body === "string"
          ? body
          : {
              name: "Claude (MCP connector)",
              scopes: ["read"],
              environment: "production",
              expires_at: inSeconds(900),
              id_token: tokens.idToken,
              ...body,
            },
    });
  }

  list = (tokens) => this.call("listKeys", { headers: bearer(tokens) });
  delete = (tokens, id) => this.call("deleteKey", { headers: bearer(tokens), path: { id } });
  introspect = (key) => this.call("introspectKey", { headers: { "X-API-Key": key } });
  revoke = (key) => this.call("revokeKey", { headers: { "X-API-Key": key } });
  makeLasting = (key, body = { expires_at: null }) =>
    this.call("makeKeyLasting", { headers: { "X-API-Key": key }, body });

  /** The status of the REST API for a key. */
  async useKey(key) {
    const response = await fetch(this.portal.apiUrl, { headers: { "X-API-Key": key } });
    await response.arrayBuffer();
    return response.status;
  }
}

function bearer({ accessToken }) {
  return { Authorization: `Bearer ${accessToken}` };
}
