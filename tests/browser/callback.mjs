// The loopback redirect URI at which an app waits for the code.
import http from "node:http";

/**
 * Starts an app's callback listener on a free port.
 * @returns {Promise<{url: string, stop: () => Promise<void>}>}
 */
export async function startCallback() {
  const server = http.createServer((request, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end('<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>App</title><p>Connected.</p>');
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${server.address().port}/callback`,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
