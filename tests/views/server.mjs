// The running connector behind the host of the tests, in front of the emulator, with the demo key.
import { connect, MODERN } from "../catalogue/client.mjs";
import { emulator } from "../catalogue/emulator.mjs";
import { startApp } from "../tools/app.mjs";

/** Starts connector and emulator at the first day of the demo, and connects a client. */
export async function startServer() {
  const app = await startApp();
  const client = await connect(MODERN, app);
  const controls = emulator(app);
  await controls.liftRateLimit();
  return {
    app,
    controls,
    /** Calls a tool; the result is that of the connector. */
    call: (name, args = {}) => client.call(name, args),
    async data(name, args) {
      const { structuredContent } = await client.call(name, args ?? {});
      return structuredContent.data;
    },
    async stop() {
      await client.close();
      await app.stop();
    },
  };
}
