// Two portals behind one interface: the emulator, and examples/keys-api behind an OpenID provider.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { startHost } from "../tools/app.mjs";
import { emulatorManifest } from "../tools/emulator-manifest.mjs";
import { CLIENT_ID, startExampleKeysApi } from "../tools/keys-api.mjs";
import { outputFolder } from "../tools/paths.mjs";
import { emulator } from "../catalogue/emulator.mjs";
import { startProvider } from "./provider.mjs";

/** A client secret that has to be encoded (RFC 6749, section 2.3.1). */
export const SECRET = "s:cret +%é";

/**
 * A portal. `tokens` signs a person in: `first` or `second`; `claims` replace those of the ID token.
 * @typedef {{
 *   keysUrl: string, apiUrl: string, secret: string, issuer: string,
 *   tokens: (person?: string, claims?: object) => Promise<{accessToken: string, idToken: string}>,
 *   stop: () => Promise<void>
 * }} Portal
 */

const VARIABLES = { public_url: "{ required = true }", portal_client_secret: '{ default = "", secret = true }' };

/** Starts the emulator without a connector. An empty secret makes the connector a public client. */
export async function startEmulator({ secret = "" } = {}) {
  // Test files run at the same time, each in a process of its own.
  const file = join(outputFolder("manifests"), `emulator-alone-${process.pid}.toml`);
  writeFileSync(file, emulatorManifest(VARIABLES));
  const variables = { public_url: "{url}", portal_client_secret: secret };
  const app = await startHost([
    ...["--manifest", file, "--in-memory"],
    ...Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]),
  ]);
  const controls = emulator(app);
  const people = { first: "person-alex", second: "person-sam" };
  return {
    keysUrl: `${app.url}/portal/api/keys`,
    apiUrl: `${app.url}/emulator/api/ext/me`,
    issuer: `${app.url}/portal`,
    origin: app.url,
    secret,
    controls,
    async tokens(person = "first", claims = {}) {
      const issued = await controls.set("/tokens", { person: people[person], claims });
      return { accessToken: issued.access_token, idToken: issued.id_token };
    },
    async stop() {
      await app.stop();
      rmSync(file);
    },
  };
}

/** Starts the example behind a small provider. With `audience`, its access tokens are JWTs for it. */
export async function startExample({ secret = "", audience } = {}) {
  const provider = await startProvider({ clientId: CLIENT_ID, audience });
  const example = await startExampleKeysApi(provider.url, { secret, audience }).catch((error) => {
    provider.stop();
    throw error;
  });
  return {
    ...example,
    keysUrl: example.url,
    issuer: provider.url,
    secret,
    provider,
    tokens: async (person = "first", claims = {}) => provider.issue(`subject of ${person}`, claims),
    async stop() {
      await example.stop();
      provider.stop();
    },
  };
}
