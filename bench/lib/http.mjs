// Requests as bytes, for wrk and for the checks before it.
import { request as send } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

/** @typedef {{method: string, path: string, headers: Record<string, string>, body?: string}} Request */

/** A request as it is sent. */
export function bytes({ method, path, headers, body }, port) {
  const all = { Host: `localhost:${port}`, ...headers };
  if (body !== undefined) all["Content-Length"] = Buffer.byteLength(body);
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body ?? ""}`);
}

/** Sends a request once, and returns the whole answer, its text, and the bytes that came over the wire. */
export async function fetchOnce({ method, path, headers, body }, port, agent) {
  const all = { Host: `localhost:${port}`, ...headers };
  if (body !== undefined) all["Content-Length"] = Buffer.byteLength(body);
  const options = { host: "127.0.0.1", port, method, path, headers: all, agent, signal: AbortSignal.timeout(30_000) };
  const answer = await new Promise((resolve, reject) => {
    send(options).once("error", reject).once("response", resolve).end(body);
  });
  const received = await buffer(answer);
  const isCompressed = answer.headers["content-encoding"] === "gzip";
  const text = (isCompressed ? gunzipSync(received) : received).toString();
  return { status: answer.statusCode, headers: answer.headers, text, length: received.length };
}
