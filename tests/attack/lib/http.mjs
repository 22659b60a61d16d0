// HTTP exchanges as an attacker makes them: any header, any target, any bytes; no redirect is followed. Each exchange is
// noted in the journal of the case that made it, so that a failure can show what was sent and what came.
import { AsyncLocalStorage } from "node:async_hooks";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import tls from "node:tls";

/** A server that has not answered by then hangs. */
const LIMIT_MS = 20_000;
const SHOWN = 300;
/** Long runs of characters are secrets, or stand for one. */
const SECRET = /[\w.~+/=-]{32,}|(?<=\b(?:password|api_key)=)[^&]+/g;
const SHOWN_HEADERS = ["location", "refresh", "www-authenticate", "content-type", "access-control-allow-origin"];

/** The exchanges of the case that runs: `{answers: Answer[]}`. */
export const journal = new AsyncLocalStorage();

const agents = {
  "http:": new http.Agent({ keepAlive: true, maxSockets: 64 }),
  "https:": new https.Agent({ keepAlive: true, maxSockets: 64 }),
};

/** An answer, or its absence: `status` is 0 if the connection was closed (`closed`) or nothing came in time (`hung`). */
export class Answer {
  constructor(request, { status = 0, headers = {}, body = Buffer.alloc(0), closed, hung = false }) {
    Object.assign(this, { request, url: request.url, status, headers, body, closed, hung });
    this.text = body.toString("utf8");
  }

  /** A header; those that occur several times are joined. */
  header(name) {
    const value = this.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  /** The body as JSON; undefined if it is not JSON. */
  get json() {
    try {
      return JSON.parse(this.text);
    } catch {
      return undefined;
    }
  }

  /** Where a browser goes by itself: a redirect, or a page that moves on. */
  get target() {
    if (this.status >= 300 && this.status < 400) return this.header("location");
    const refresh =
      this.header("refresh") ?? /<meta[^>]+http-equiv="?refresh"?[^>]+content="([^"]*)"/i.exec(this.text)?.[1];
    return /^\s*\d+\s*;\s*url=['"]?([^'"]+)/i.exec(refresh ?? "")?.[1];
  }

  /** What was sent, in one line. */
  sent() {
    const { method, target, headers, body } = this.request;
    const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    return short([`${method} ${target}`, ...fields, ...(body ? [body.toString("utf8")] : [])].join(" · "));
  }

  /** What came, in one line. */
  came() {
    if (this.hung) return `no answer in ${LIMIT_MS / 1000} s`;
    if (this.status === 0) return `no answer, the connection was closed (${this.closed})`;
    const fields = SHOWN_HEADERS.filter((name) => this.headers[name]).map((name) => `${name}: ${this.header(name)}`);
    const words = /html/.test(this.header("content-type") ?? "")
      ? this.text.replace(/<style.*?<\/style>|<[^>]*>/gs, " ")
      : this.text;
    return short([`${this.status}`, ...fields, words.replace(/\s+/g, " ").trim()].join(" · "));
  }
}

function short(text) {
  // Control characters would disturb a terminal.
  const safe = text.replace(SECRET, (run) => `${run.slice(0, 6)}…`).replace(/[\u0000-\u001f\u007f-\u009f]/g, "�");
  return safe.length > SHOWN ? `${safe.slice(0, SHOWN)}…` : safe;
}

function noted(answer) {
  journal.getStore()?.answers.push(answer);
  return answer;
}

/**
 * Sends a request.
 * @param {string | URL} url
 * @param {{method?: string, headers?: object, body?: string | Buffer | URLSearchParams, target?: string}} [options]
 *   `target` replaces path and query, as they are.
 * @returns {Promise<Answer>}
 */
export async function send(url, { method = "GET", headers = {}, body, target } = {}) {
  const at = new URL(url);
  const path = target ?? at.pathname + at.search;
  const form = body instanceof URLSearchParams ? { "content-type": "application/x-www-form-urlencoded" } : {};
  const bytes = body === undefined ? undefined : Buffer.from(body instanceof URLSearchParams ? body.toString() : body);
  const all = { ...form, ...headers, ...(bytes ? { "content-length": bytes.length } : {}) };
  const request = { method, url: at.href, target: path, headers: { ...form, ...headers }, body: bytes };
  const once = () => exchange(at, { method, path, headers: all }, bytes);
  let outcome = await once();
  // A kept connection may have been closed by the server just before it was used again.
  if (outcome.reused && outcome.closed) outcome = await once();
  return noted(new Answer(request, outcome));
}

function exchange(at, options, bytes) {
  return new Promise((resolve) => {
    const module = at.protocol === "https:" ? https : http;
    const outgoing = module.request({
      ...options,
      hostname: at.hostname.replace(/^\[|\]$/g, ""),
      port: at.port || undefined,
      agent: agents[at.protocol],
    });
    const limit = setTimeout(() => {
      resolve({ hung: true });
      outgoing.destroy();
    }, LIMIT_MS);
    const done = (outcome) => {
      clearTimeout(limit);
      resolve(outcome);
    };
    outgoing.on("error", (error) => done({ closed: error.code ?? error.message, reused: outgoing.reusedSocket }));
    outgoing.on("response", (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", (error) => done({ closed: error.code ?? error.message }));
      response.on("end", () =>
        done({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    outgoing.end(bytes);
  });
}

/** Sends bytes as they are over a connection of their own, and reads the first answer. */
export function raw(origin, head, body = "") {
  const at = new URL(origin);
  const bytes = Buffer.concat([Buffer.from(head.join("\r\n") + "\r\n\r\n", "latin1"), Buffer.from(body)]);
  const [method, target] = head[0].split(" ");
  const headers = Object.fromEntries(head.slice(1).map((line, at) => [`${at + 1}`, line]));
  const request = { method, url: at.href, target, headers, body: Buffer.from(body) };
  return new Promise((resolve) => {
    const port = Number(at.port || (at.protocol === "https:" ? 443 : 80));
    const host = at.hostname.replace(/^\[|\]$/g, "");
    const socket =
      at.protocol === "https:" ? tls.connect({ host, port, servername: host }) : net.connect({ host, port });
    let received = Buffer.alloc(0);
    const limit = setTimeout(() => finish({ hung: true }), LIMIT_MS);
    const finish = (outcome) => {
      clearTimeout(limit);
      socket.destroy();
      resolve(noted(new Answer(request, outcome)));
    };
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      const parsed = parse(received, false);
      if (parsed) finish(parsed);
    });
    socket.on("error", (error) => finish(parse(received, true) ?? { closed: error.code }));
    socket.on("close", () => finish(parse(received, true) ?? { closed: "end" }));
    socket.write(bytes);
  });
}

/** The answer in these bytes; undefined while it is not whole, unless the connection is `closed`. */
function parse(bytes, closed) {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [line, ...fields] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1] ?? 0);
  const headers = {};
  for (const field of fields) {
    const colon = field.indexOf(":");
    headers[field.slice(0, colon).toLowerCase()] = field.slice(colon + 1).trim();
  }
  const body = bytes.subarray(end + 4);
  const length = headers["content-length"];
  const whole = length === undefined ? body.includes("0\r\n\r\n") : body.length >= Number(length);
  return whole || closed ? { status, headers, body } : undefined;
}
