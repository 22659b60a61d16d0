// Two portals behind one interface: the emulator, and examples/keys-api behind an OpenID provider.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomUUID } from "node:crypto";

import { startHost } from "../tools/app.mjs";
import { component, outputFolder, root, target } from "../tools/paths.mjs";
import { startProgram } from "../tools/program.mjs";
import { emulator } from "../catalogue/emulator.mjs";
import { startProvider } from "./provider.mjs";

/** The connector's client at the portals. */
export const CLIENT_ID = "tokportal-connector";
/** A client secret that has to be encoded (RFC 6749, section 2.3.1). */
export const SECRET = "s:cret +%é";

/** The Python that has examples/keys-api/requirements.txt installed (`make portal-contract` installs it). */
const python = process.env.TEST_KEYS_API_PYTHON ?? join(target, "keys-api", "bin", "python");

/**
 * A portal. `tokens` signs a person in: `first` or `second`; `claims` replace those of the ID token.
 * @typedef {{
 *   keysUrl: string, apiUrl: string, secret: string, issuer: string,
 *   tokens: (person?: string, claims?: object) => Promise<{accessToken: string, idToken: string}>,
 *   stop: () => Promise<void>
 * }} Portal
 */

/** Starts the emulator without a connector. An empty secret makes the connector a public client. */
export async function startEmulator({ secret = "" } = {}) {
  const file = join(outputFolder("manifests"), "emulator-alone.toml");
  writeFileSync(file, MANIFEST);
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
    stop: app.stop,
  };
}

/** Starts the example behind an OpenID provider, with a store of its own. */
export async function startExampleBehind(issuer, { secret = "", audience = "" } = {}) {
  const store = join(outputFolder("keys-api-stores"), `${randomUUID()}.sqlite3`);
  const program = await startProgram(python, ["-B", "-m", "flask", "--app", "keys_api", "run", "--port", "0"], {
    listening: /Running on (http:\/\/\S+)/,
    cwd: join(root, "examples", "keys-api"),
    env: {
      PATH: process.env.PATH,
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: secret,
      ACCESS_TOKEN_AUDIENCE: audience,
      KEYS_SECRET: randomUUID(),
      KEYS_DATABASE: store,
    },
  });
  const [, origin] = program.match;
  return {
    origin,
    keysUrl: `${origin}/api/keys`,
    apiUrl: `${origin}/api/ext/me`,
    store,
    async stop() {
      await program.stop();
      for (const ending of ["", "-wal", "-shm"]) rmSync(store + ending, { force: true });
    },
  };
}

/** Starts the example behind a small provider. With `audience`, its access tokens are JWTs for it. */
export async function startExample({ secret = "", audience } = {}) {
  const provider = await startProvider({ clientId: CLIENT_ID, audience });
  const example = await startExampleBehind(provider.url, { secret, audience }).catch((error) => {
    provider.stop();
    throw error;
  });
  return {
    ...example,
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

const MANIFEST = `spin_manifest_version = 2

[application]
name = "emulator-alone"

[variables]
public_url = { required = true }
portal_client_secret = { default = "", secret = true }

[[trigger.http]]
route = "/..."
component = "emulator"

[component.emulator]
source = ${JSON.stringify(component("tokportal_emulator"))}
sqlite_databases = ["default"]

[component.emulator.variables]
public_url = "{{ public_url }}"
portal_client_secret = "{{ portal_client_secret }}"
`;
