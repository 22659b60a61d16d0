// examples/keys-api behind an OpenID provider, and how the connector authenticates at a keys API.
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { keysApiPython, outputFolder, root } from "./paths.mjs";
import { startProgram } from "./program.mjs";

/** The connector's client id at a provider: the default of `portal_client_id`. */
export const CLIENT_ID = "tokportal-connector";

/** The header X-TokPortal-Client-Authorization (RFC 6749, section 2.3.1). */
export function basic(id, secret) {
  const encoded = [id, secret].map((text) => new URLSearchParams({ _: text }).toString().slice(2));
  return `Basic ${Buffer.from(encoded.join(":")).toString("base64")}`;
}

/**
 * Starts the example on a free port, with a store of its own.
 * @param {string} issuer
 * @param {{clientId?: string, secret?: string, audience?: string}} [options] the connector's client that it expects, and
 *   the audience of access tokens if they are JWTs.
 */
export async function startExampleKeysApi(issuer, { clientId = CLIENT_ID, secret = "", audience = "" } = {}) {
  const store = join(outputFolder("keys-api-stores"), `${randomUUID()}.sqlite3`);
  const program = await startProgram(keysApiPython, ["-B", "-m", "flask", "--app", "keys_api", "run", "--port", "0"], {
    listening: /Running on (http:\/\/\S+)/,
    cwd: join(root, "examples", "keys-api"),
    env: {
      PATH: process.env.PATH,
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: clientId,
      OIDC_CLIENT_SECRET: secret,
      ACCESS_TOKEN_AUDIENCE: audience,
      KEYS_SECRET: randomUUID(),
      KEYS_DATABASE: store,
    },
  });
  const [, origin] = program.match;
  return {
    origin,
    url: `${origin}/api/keys`,
    apiUrl: `${origin}/api/ext/me`,
    store,
    async stop() {
      await program.stop();
      for (const ending of ["", "-wal", "-shm"]) rmSync(store + ending, { force: true });
    },
  };
}
