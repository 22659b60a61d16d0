// HTTP from an address of one's own, as people on many networks have.
import http from "node:http";
import { buffer } from "node:stream/consumers";

/** A request has 55 seconds in the connector, so every answer comes earlier than this. */
const LIMIT_MS = 70_000;

/**
 * The client of one person: a function like `fetch` that follows no redirects. Requests to `origin` go to its hosts in
 * turn.
 * @param {{address: string, origin: string, ports: number[]}} options
 */
export function dialer({ address, origin, ports }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4, localAddress: address });
  let turn = 0;
  const send = async (target, { method = "GET", headers = {}, body } = {}) => {
    const url = new URL(target);
    const port = url.origin === origin ? ports[turn++ % ports.length] : url.port;
    const isForm = body instanceof URLSearchParams;
    const bytes = body === undefined ? undefined : Buffer.from(isForm ? body.toString() : body);
    const all = {
      ...(isForm ? { "Content-Type": "application/x-www-form-urlencoded" } : {}),
      ...(bytes ? { "Content-Length": bytes.length } : {}),
      ...headers,
      Host: url.host,
    };
    const options = { agent, localAddress: address, hostname: "127.0.0.1", port, method, headers: all };
    const what = `${method} ${url.origin}${url.pathname}`;
    const signal = AbortSignal.timeout(LIMIT_MS);
    const answer = await new Promise((resolve, reject) => {
      const request = http.request({ ...options, signal, path: url.pathname + url.search });
      request.once("error", (error) => reject(new Error(`${what} got no answer: ${error.message}`, { cause: error })));
      request.once("response", resolve);
      request.end(bytes);
    });
    const text = (await buffer(answer)).toString();
    const fields = new Headers();
    for (let at = 0; at < answer.rawHeaders.length; at += 2) {
      fields.append(answer.rawHeaders[at], answer.rawHeaders[at + 1]);
    }
    return { status: answer.statusCode, headers: fields, text: async () => text, json: async () => JSON.parse(text) };
  };
  return { send, stop: () => agent.destroy() };
}
