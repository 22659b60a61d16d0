// Access tokens for the keys API (RFC 8707), scopes, and audiences.
import assert from "node:assert/strict";

import { decodeJwt } from "jose";
import { errors } from "oidc-provider";

import { CLIENT_ID } from "../../tools/keys-api.mjs";
import * as edits from "../edits.mjs";
import { connected, misconfigured } from "../row.mjs";

export const RESOURCE = "https://keys.portal.example/";
const SCOPE = "keys:mint";

/** Access tokens for this resource are JWTs (RFC 9068), and userinfo refuses them. */
export const resourceTokens = {
  features: {
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => false,
      getResourceServerInfo: (_, resource) => {
        if (resource !== RESOURCE) throw new errors.InvalidTarget();
        return { scope: SCOPE, audience: RESOURCE, accessTokenFormat: "jwt", jwt: { sign: { alg: "RS256" } } };
      },
    },
  },
};

const authorizationRequest = ({ seen }) =>
  seen.find(({ request }) => request.url.pathname.endsWith("/auth")).request.url.searchParams;

export const resources = [
  {
    name: "portal_resource: a JWT access token that userinfo refuses",
    provider: { configuration: resourceTokens },
    connector: { variables: { portal_resource: RESOURCE, portal_scopes: `openid profile email ${SCOPE}` } },
    expect: connected,
    check({ provider, keys }) {
      const [{ headers }] = keys.mints;
      const token = headers.authorization.replace("Bearer ", "");
      const { aud, scope, iss } = decodeJwt(token);
      assert.deepEqual({ aud, scope, iss }, { aud: RESOURCE, scope: SCOPE, iss: provider.issuer });
    },
  },
  {
    name: "portal_resource and claims in the ID token",
    provider: { configuration: { ...resourceTokens, conformIdTokenClaims: false } },
    connector: { variables: { portal_resource: RESOURCE } },
    expect: connected,
    check: ({ outcome }) => assert.match(outcome.consent, /Ada Example/),
  },
  {
    name: "portal_resource is unknown to the provider",
    provider: { configuration: resourceTokens },
    connector: { variables: { portal_resource: "https://other.example/" } },
    expect: {
      error: "server_error",
      log: [
        { event: "portal_error", error: "invalid_target" },
        { event: "sign_in_failed", fix: /portal_resource/ },
      ],
    },
  },
  {
    name: "portal_scopes without openid",
    connector: { variables: { portal_scopes: "profile, email" } },
    expect: connected,
    check: ({ provider }) =>
      assert.deepEqual(authorizationRequest(provider).get("scope").split(" ").sort(), ["email", "openid", "profile"]),
  },
  {
    name: "the client may not ask for a scope",
    provider: { client: { scope: "openid email" } },
    expect: {
      error: "server_error",
      log: [
        { event: "portal_error", error: "invalid_scope" },
        { event: "sign_in_failed", fix: /portal_scopes/ },
      ],
    },
  },
  ...[true, false].map((trusted) => ({
    name: `two audiences (Zitadel), ${trusted ? "the other one is trusted" : "the other one is not listed"}`,
    provider: { edits: [edits.idToken((claims) => ({ ...claims, aud: [CLIENT_ID, "project-7"], azp: CLIENT_ID }))] },
    connector: { variables: trusted ? { portal_trusted_audiences: "project-7" } : {} },
    expect: trusted ? connected : misconfigured(/audience/, /portal_trusted_audiences/),
  })),
  {
    name: "the ID token is for another client",
    provider: { edits: [edits.idToken((claims) => ({ ...claims, aud: "another-client" }))] },
    expect: misconfigured(/audience/, /portal_client_id/),
  },
];
