// A proxy in front of a provider: it records every exchange, and a row can change one thing on the way.
import http from "node:http";
import { buffer } from "node:stream/consumers";

/**
 * One request with its answer, which an edit may change.
 * @typedef {{
 *   request: {method: string, url: URL, headers: Record<string, string>, body: string},
 *   response: {status: number, headers: Record<string, string | string[]>, body: string},
 * }} Exchange
 * @typedef {((exchange: Exchange, keys: object[]) => void | Promise<void>)
 *   | {before: (request: Exchange["request"]) => Exchange["response"] | undefined}} Edit
 * An edit sees an exchange when the provider has answered, or a request `before` that: it may change the request, or
 * answer in place of the provider.
 */

/**
 * Starts a proxy on a free loopback port. Requests wait until `leadTo` names their target, so that the origin is known
 * before the provider exists.
 * @param {{host?: string, edits?: Edit[], seen?: Exchange[]}} options `seen`
 *   gets each exchange as the caller saw it.
 */
export async function startWire({ host = "127.0.0.1", edits = [], seen = [] } = {}) {
  let signing;
  let found;
  let target = new Promise((resolve) => (found = resolve));
  const server = http.createServer(async (request, response) => {
    try {
      const asked = {
        method: request.method,
        url: new URL(request.url, `http://${request.headers.host}`),
        headers: request.headers,
        body: (await buffer(request)).toString(),
      };
      const sent = { ...asked };
      let answered;
      for (const { before } of edits) answered ??= before?.(sent);
      const exchange = { request: asked, response: answered ?? (await forward(await target, sent)) };
      for (const edit of edits) if (!edit.before) await edit(exchange, signing);
      seen.push(exchange);
      const { status, headers, body: answer } = exchange.response;
      const { "content-length": length, "transfer-encoding": coding, connection, ...kept } = headers;
      response.writeHead(status, { ...kept, "Content-Length": Buffer.byteLength(answer) });
      response.end(answer);
    } catch (error) {
      response.writeHead(500, { "Content-Type": "text/plain" });
      response.end(`the wire of the test failed: ${error.stack}`);
    }
  });
  const origin = await listen(server, host);
  return {
    origin,
    seen,
    /** Sends requests to this origin from now on; edits may sign with `keys`, the private keys of its provider. */
    leadTo(next, keys) {
      signing = keys;
      target = Promise.resolve(next);
      found(next);
    },
    stop: () => close(server),
  };
}

/** Sends the request on, with its own Host. */
function forward(target, { method, url, headers, body }) {
  const { hostname, port } = new URL(target);
  const { "content-length": length, "transfer-encoding": coding, connection, ...kept } = headers;
  const options = {
    ...{ hostname, port, method, path: url.pathname + url.search, agent: false },
    headers: body ? { ...kept, "content-length": Buffer.byteLength(body) } : kept,
  };
  return new Promise((resolve, reject) => {
    const upstream = http.request(options);
    upstream.once("error", reject);
    upstream.once("response", async (answer) => {
      const { statusCode: status, headers } = answer;
      resolve({ status, headers, body: (await buffer(answer)).toString() });
    });
    upstream.end(body);
  });
}

/** Listens on a free port: the origin. */
export async function listen(server, host = "127.0.0.1") {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://${host}:${server.address().port}`;
}

/** Ends a server and its connections. */
export function close(server) {
  return new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}
