// How the connector authenticates at the token endpoint (RFC 6749, section 2.3; OpenID Connect Core 1.0, section 9).
import assert from "node:assert/strict";

import { CLIENT_ID } from "../../tools/keys-api.mjs";
import * as edits from "../edits.mjs";
import { connected, misconfigured } from "../row.mjs";
import { signingKey } from "../signing-keys.mjs";

const SECRET = "a-secret-of-the-tests-0123456789abcdef";
const SPECIAL = "p:a%20s+s w/o=r&d-é-☃-~\"'";

/** A provider that lists these methods, and takes one of them with this secret. */
function confidential(name, method, listed, { secret = SECRET, ...more } = {}) {
  return {
    name,
    provider: {
      client: { client_secret: SECRET, token_endpoint_auth_method: `client_secret_${method}` },
      configuration: { clientAuthMethods: listed },
      edits: [edits.onlyWith(method, secret, SECRET)],
    },
    connector: { variables: { portal_client_secret: secret } },
    expect: connected,
    ...more,
  };
}

/** A row in which the token endpoint must not be asked more often than this. */
const requests = (most) => ({
  check({ provider }) {
    const { length } = provider.seen.filter(({ request }) => edits.isAt("token", request));
    assert.ok(length <= most, `${length} token requests`);
  },
});

const wrongSecret = {
  error: "server_error",
  log: [
    { event: "portal_error", error: "invalid_client" },
    { event: "sign_in_failed", fix: /portal_client_secret/ },
  ],
};

const BASIC = "client_secret_basic";
const POST = "client_secret_post";

export const clientAuthentication = [
  {
    name: "public client, none",
    expect: connected,
    check({ provider }) {
      const { request } = provider.seen.find(({ request }) => edits.isAt("token", request));
      assert.equal(edits.clientAuthentication(request).method, "none");
    },
  },
  confidential("client_secret_basic", "basic", [BASIC], requests(1)),
  confidential("client_secret_post only", "post", [POST], requests(1)),
  confidential("both listed, the client must use post", "post", [BASIC, POST], {
    expect: { connected: true, log: [{ event: "portal_error", error: "invalid_client" }] },
    ...requests(2),
  }),
  confidential("both listed, the client must use basic", "basic", [POST, BASIC], requests(1)),
  (() => {
    const { provider, ...row } = confidential("no list of methods, so basic", "basic", [BASIC], requests(1));
    const unlisted = edits.json("discovery", (metadata) => void delete metadata.token_endpoint_auth_methods_supported);
    return { ...row, provider: { ...provider, edits: [...provider.edits, unlisted] } };
  })(),
  confidential("special characters in the secret, basic", "basic", [BASIC], { secret: SPECIAL }),
  confidential("special characters in the secret, post", "post", [POST], { secret: SPECIAL }),
  confidential("wrong secret", "basic", [BASIC, POST], {
    connector: { variables: { portal_client_secret: "another secret" } },
    expect: wrongSecret,
  }),
  confidential("no secret is set, the client has one", "basic", [BASIC, POST], { connector: {}, expect: wrongSecret }),
  {
    name: "unknown client id",
    connector: { variables: { portal_client_id: `${CLIENT_ID}-2` } },
    // The provider cannot know where to send the browser, so the person stays on its page.
    expect: { stays: /invalid_client|client is invalid/i },
  },
  {
    name: "private_key_jwt only",
    provider: {
      client: {
        token_endpoint_auth_method: "private_key_jwt",
        jwks: { keys: [publicPart(signingKey("ES256", "client"))] },
      },
      configuration: { clientAuthMethods: ["private_key_jwt"] },
    },
    connector: { variables: { portal_client_secret: SECRET } },
    expect: misconfigured(/private_key_jwt/, /client_secret_basic/),
  },
];

function publicPart({ d, ...key }) {
  return key;
}
