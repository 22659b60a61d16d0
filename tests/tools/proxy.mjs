// For clients that cannot send a token: this proxy adds it and passes everything else through, including Host and Origin.
import http from "node:http";
import { text } from "node:stream/consumers";

/**
 * Starts a proxy in front of `target` (an origin) on a free loopback port. `seen` gets the body of each request.
 * @returns {Promise<{url: string, stop: () => Promise<void>}>}
 */
export async function startProxy(target, key, seen) {
  const { hostname, port } = new URL(target);
  const server = http.createServer((request, response) => {
    const headers = { ...request.headers, authorization: `Bearer ${key}` };
    const upstream = http.request({ hostname, port, path: request.url, method: request.method, headers });
    upstream.on("response", (answer) => {
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.pipe(response);
    });
    upstream.on("error", () => response.destroy());
    request.on("error", () => upstream.destroy());
    if (seen) text(request).then(seen, () => {});
    request.pipe(upstream);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${server.address().port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
