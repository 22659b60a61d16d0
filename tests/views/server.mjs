// The running connector behind the host of the tests, in front of the emulator, with the demo key. The client declares
// that it shows views, as a host does.
import assert from "node:assert/strict";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import { emulator } from "../catalogue/emulator.mjs";
import { startApp } from "../tools/app.mjs";

const UI = "io.modelcontextprotocol/ui";
const VIEW_TYPE = "text/html;profile=mcp-app";

/** Starts connector and emulator at the first day of the demo, and connects a client. */
export async function startServer() {
  const app = await startApp();
  const controls = emulator(app);
  await controls.liftRateLimit();
  const client = await connect(app, { extensions: { [UI]: { mimeTypes: [VIEW_TYPE] } } });
  const plain = await connect(app, {});
  const html = new Map();
  const call = (name, args = {}) => client.callTool({ name, arguments: args });
  return {
    app,
    controls,
    client,
    /** Calls a tool; the result is that of the connector. A paid call waits for a person. */
    call,
    /** The same for a client that shows no views: a paid call runs at once. */
    callAtOnce: (name, args = {}) => plain.callTool({ name, arguments: args }),
    async data(name, args) {
      const { structuredContent } = await call(name, args);
      return structuredContent.data;
    },
    /** The HTML of a view. */
    async html(view) {
      if (!html.has(view)) {
        const { contents } = await client.readResource({ uri: `ui://tokportal/${view}` });
        assert.equal(contents.length, 1);
        const [{ mimeType, text }] = contents;
        assert.equal(mimeType, VIEW_TYPE);
        html.set(view, text);
      }
      return html.get(view);
    },
    /** Changes the price of an account, in credits. */
    async setPrice(credits) {
      await controls.set("/prices", { account_creation: credits });
      // Until then, the API refuses orders because the prices have just changed.
      await controls.set("/clock", { advance_seconds: 301 });
    },
    async stop() {
      await Promise.all([client.close(), plain.close()]);
      await app.stop();
    },
  };
}

async function connect(app, capabilities) {
  const client = new Client({ name: "host of the tests", version: "1.0.0" }, { capabilities });
  const headers = { Authorization: `Bearer ${app.key}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(app.mcp), { requestInit: { headers } }));
  return client;
}
