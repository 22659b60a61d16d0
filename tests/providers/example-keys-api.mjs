// The reference implementation of a keys API, examples/keys-api, behind the provider of a row.
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { outputFolder, root, target } from "../tools/paths.mjs";
import { startProgram } from "../tools/program.mjs";
import { CLIENT_ID } from "./provider.mjs";

/** The Python that has examples/keys-api/requirements.txt installed (`make providers` installs it). */
const python = process.env.TEST_KEYS_API_PYTHON ?? join(target, "keys-api", "bin", "python");

/**
 * Starts it on a free port, with a store of its own.
 * @param {{issuer: string}} provider
 * @param {{clientId?: string, secret?: string, audience?: string}} options what it takes for the connector's
 *   client, and the audience of access tokens if they are JWTs.
 */
export async function startExampleKeysApi({ issuer }, { clientId = CLIENT_ID, secret = "", audience = "" }) {
  const store = join(outputFolder("keys-api-stores"), `${randomUUID()}.sqlite3`);
  const program = await startProgram(python, ["-B", "-m", "flask", "--app", "keys_api", "run", "--port", "0"], {
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
    async stop() {
      await program.stop();
      for (const ending of ["", "-wal", "-shm"]) rmSync(store + ending, { force: true });
    },
  };
}
