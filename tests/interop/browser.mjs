// The browser of clients that open one themselves and wait at a redirect URI of their own.
import http from "node:http";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const COMMAND = join(dirname(fileURLToPath(import.meta.url)), "open-browser");
const LISTENS_AFTER_MS = 50;
const LISTENS_TRIES = 200;

/**
 * Waits for addresses that a client opens.
 * @param {(url: string) => Promise<string>} authorize acts for the person: it gets the authorization URL and returns
 *   the callback URL, which is then opened.
 * @returns {Promise<{env: Record<string, string>, failed: Promise<never>, stop: () => Promise<void>}>} `env` makes
 *   this the client's browser; `failed` is rejected when the person does not come through.
 */
export async function startBrowser(authorize) {
  let fail;
  const failed = new Promise((_, reject) => (fail = reject));
  failed.catch(() => {}); // a test that waits for the client waits for this, too
  const server = http.createServer(async (request, response) => {
    const url = await text(request);
    response.end();
    try {
      await (await visit(await authorize(url))).text();
    } catch (error) {
      fail(error);
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    env: {
      BROWSER: COMMAND,
      TEST_BROWSER: `http://127.0.0.1:${server.address().port}`,
      TEST_NODE: process.execPath,
      // The script that npm `open` brings asks no desktop for its browser then.
      XDG_CURRENT_DESKTOP: "X-Generic",
    },
    failed,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

// Some clients open the browser before they listen.
async function visit(callback) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await fetch(callback);
    } catch (error) {
      if (error.cause?.code !== "ECONNREFUSED" || tries === LISTENS_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, LISTENS_AFTER_MS));
    }
  }
}
