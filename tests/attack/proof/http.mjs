// Replies and requests of the small server.
import net from "node:net";

import { PAGE_HEADERS } from "./pages.mjs";

const MAX_BODY = 1 << 20;
const NO_STORE = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-type": "application/json",
};

/** An answer that ends a request. */
export class Reply {
  constructor(status, body, headers = {}) {
    Object.assign(this, { status, body: typeof body === "string" ? body : JSON.stringify(body), headers });
  }
}
/** A reply in JSON. */
export const json = (status, body, headers) => new Reply(status, body, { ...NO_STORE, ...headers });
/** An OAuth error. */
export const oauth = (error, status = 400, error_description = error) => json(status, { error, error_description });
/** A page. */
export const page = (status, html, headers) => new Reply(status, html, { ...PAGE_HEADERS, ...headers });

/** A parameter that must be there once. */
export function one(fields, name) {
  const values = fields.getAll(name);
  if (values.length !== 1)
    throw name === "client_id" && values.length === 0 ? oauth("invalid_client", 401) : oauth("invalid_request");
  return values[0];
}

/** The bytes of a body. */
export async function body(request, limit = MAX_BODY) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > limit) throw json(413, { error: "invalid_request" });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The parameters of a form. */
export async function form(request) {
  if (!/^application\/x-www-form-urlencoded(;|$)/.test(request.headers["content-type"] ?? ""))
    throw oauth("invalid_request");
  return new URLSearchParams((await body(request)).toString("utf8"));
}

/** The cookies of a request. */
export function cookies(request) {
  return Object.fromEntries((request.headers.cookie ?? "").split("; ").map((pair) => pair.split("=")));
}

/** Connects to a port of this computer, as a server would that fetches from there. */
export function connect(port) {
  return new Promise((resolve) =>
    net
      .connect(port, "127.0.0.1")
      .on("close", resolve)
      .on("error", () => {})
      .resume(),
  );
}
