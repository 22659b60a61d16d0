// The keys API behind the provider: examples/keys-api, which checks everything, and refusals.
import { connected } from "../row.mjs";
import { RESOURCE, resourceTokens } from "./resources.mjs";

const SECRET = "p:a%20s+s w/o=r&d-0123456789abcdef";

const confidential = {
  provider: { client: { client_secret: SECRET, token_endpoint_auth_method: "client_secret_basic" } },
  connector: { variables: { portal_client_secret: SECRET } },
};

/** The app is told at once, and the log has the answer of the keys API. */
const mintFails = (cause, fix) => ({ error: "server_error", log: [{ event: "key_mint_failed", cause, fix }] });

export const keysApis = [
  {
    name: "examples/keys-api, confidential client, userinfo names the person",
    ...confidential,
    keys: { example: { secret: SECRET } },
    expect: connected,
  },
  {
    name: "examples/keys-api, public client, JWT access tokens",
    provider: { configuration: resourceTokens },
    connector: { variables: { portal_resource: RESOURCE } },
    keys: { example: { audience: RESOURCE } },
    expect: connected,
  },
  {
    name: "examples/keys-api, pairwise subjects, ES256",
    provider: {
      alg: "ES256",
      client: { subject_type: "pairwise" },
      configuration: {
        subjectTypes: ["pairwise"],
        pairwiseIdentifier: async (_, account) => `pairwise-${account}`,
      },
    },
    keys: { example: {} },
    expect: connected,
  },
  {
    name: "examples/keys-api expects another secret",
    ...confidential,
    keys: { example: { secret: "another secret" } },
    expect: mintFails(/401.*INVALID_CLIENT/, /portal_client_secret/),
  },
  {
    name: "examples/keys-api expects another client: the connector is a foreign app",
    keys: { example: { clientId: "another-client" } },
    expect: mintFails(/401.*INVALID_ID_TOKEN/, /portal_client_id/),
  },
  {
    name: "the keys API refuses the access token",
    keys: { mint: () => [401, { error: { code: "UNAUTHORIZED", message: "This token is not for me." } }] },
    expect: mintFails(/401.*UNAUTHORIZED/, /portal_resource/),
  },
];
