// The emulator with the connector as a public client, as `make up` runs it.
import { after, before } from "node:test";

import { defineCases } from "./cases.mjs";
import { Client } from "./client.mjs";
import { startEmulator } from "./portal.mjs";

let client;
before(async () => {
  client = new Client(await startEmulator());
});
after(() => client?.portal.stop());

defineCases(() => client);
