// What a program sends, byte for byte: a relay in front of its server that keeps the requests.
import assert from "node:assert/strict";
import { createServer, connect as dial } from "node:net";

const REQUEST_LINE = /^([A-Z]+) (\S+) HTTP\/1\.1$/;
const END_OF_HEAD = "\r\n\r\n";
/** Of a body in chunks (RFC 9112, section 7.1). */
const LAST_CHUNK = "0\r\n\r\n";
/** Credentials, and long runs of characters in a value, which are secrets or stand for one. */
const SECRET = /(?<=Basic |Bearer )\S+|(?<=[ =":]|^)[\w.~-]{32,}/g;

/**
 * A request as it was sent.
 * @typedef {{method: string, path: string, head: string, headers: Record<string, string>, body: Buffer}} Sent
 */

/**
 * Starts a relay on a free loopback port. `leadTo` sets the origin behind it, before the first request. `sent` has the
 * requests that are complete, in the order in which they were.
 * @returns {Promise<{url: string, leadTo: (origin: string) => void, sent: () => Sent[], stop: () => Promise<void>}>}
 */
export async function startWire() {
  const sent = [];
  const requests = [];
  const sockets = new Set();
  let target;
  const keep = (socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((client) => {
    let rest = Buffer.alloc(0);
    const upstream = keep(dial(Number(target.port), "127.0.0.1"));
    keep(client).on("data", (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (let length; (length = lengthOf(rest)) !== undefined; rest = rest.subarray(length)) {
        sent.push(rest.subarray(0, length));
      }
    });
    client.pipe(upstream).pipe(client);
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${server.address().port}`,
    leadTo: (origin) => (target = new URL(origin)),
    sent() {
      while (requests.length < sent.length) requests.push(read(sent[requests.length]));
      return [...requests];
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** The length of the request at the start; undefined while it is not complete. */
function lengthOf(bytes) {
  const end = bytes.indexOf(END_OF_HEAD);
  if (end < 0) return undefined;
  const head = bytes.subarray(0, end).toString("latin1");
  const start = end + END_OF_HEAD.length;
  if (/^transfer-encoding:/im.test(head)) {
    const last = bytes.indexOf(LAST_CHUNK, start);
    return last < 0 ? undefined : last + LAST_CHUNK.length;
  }
  const length = start + Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  return bytes.length < length ? undefined : length;
}

/** A request. A body in chunks stays as it was sent. */
function read(bytes) {
  const end = bytes.indexOf(END_OF_HEAD);
  const head = bytes.subarray(0, end).toString("latin1");
  const [line, ...fields] = head.split("\r\n");
  const [, method, path] = REQUEST_LINE.exec(line) ?? assert.fail(`not the start of a request: ${line}`);
  const headers = {};
  for (const field of fields) {
    const [, name, value] = /^([^:]+): *(.*)$/.exec(field) ?? assert.fail(`not a header: ${field}`);
    assert.ok(!(name.toLowerCase() in headers), `${name} twice: ${head}`);
    headers[name.toLowerCase()] = value;
  }
  return { method, path, head, headers, body: bytes.subarray(end + END_OF_HEAD.length) };
}

/** Checks that a request states the length of its body, and that the body has it. */
export function checkLength({ method, path, headers, body }) {
  const what = `${method} ${path}`;
  assert.equal(headers["transfer-encoding"], undefined, `${what} is sent in chunks`);
  if (method === "GET" || method === "HEAD") {
    assert.equal(headers["content-length"], undefined, `${what} has no body`);
    return;
  }
  assert.equal(headers["content-length"], String(body.length), `the length of ${what}`);
  if (headers["content-type"] === "application/json") JSON.parse(body.toString());
}

/** A request for people to read, with its secrets shortened. */
export function shown({ head, body }) {
  const short = (text) => text.replace(SECRET, (secret) => `${secret.slice(0, 6)}…`);
  const lines = [...head.split("\r\n").map(short), "", ...(body.length > 0 ? [short(body.toString())] : [])];
  return `\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
