// Issuers, discovery, gateways in between, and endpoints on other hosts.
import assert from "node:assert/strict";

import * as edits from "../edits.mjs";
import { connected, misconfigured, outage, refused } from "../row.mjs";

/** The connector's issuer differs from the provider's own. */
const issuer = (change) => ({ variables: ({ provider }) => ({ portal_issuer: change(provider.issuer) }) });

const WRONG_SLASH = misconfigured(/issuer/, /portal_issuer/);

/** How one endpoint fails for an operator, who has to change what `fix` names if it does not pass. */
const failures = (endpoint, name, fix) => [
  ...[404, 200].map((status) => ({
    name: `${name}: ${status === 200 ? "200 with a page" : status}`,
    provider: { edits: [edits.page(endpoint, status)] },
    expect: misconfigured(new RegExp(name), fix),
  })),
  ...[502, 503].map((status) => ({
    name: `${name}: ${status}`,
    provider: { edits: [edits.page(endpoint, status)] },
    expect: outage(new RegExp(`${name}.*${status}`)),
  })),
];

const ELSEWHERE = ["token_endpoint", "userinfo_endpoint", "jwks_uri"];

export const issuers = [
  {
    name: "iss announced but missing (RFC 9207)",
    provider: { edits: [edits.callback((parameters) => parameters.delete("iss"))] },
    expect: refused(/iss/),
  },
  {
    name: "iss of another issuer",
    provider: { edits: [edits.callback((parameters) => parameters.set("iss", "https://other.example"))] },
    expect: refused(/issuer|iss/),
  },
  {
    name: "iss neither announced nor sent",
    provider: {
      edits: [
        edits.json("discovery", (metadata) => void delete metadata.authorization_response_iss_parameter_supported),
        edits.callback((parameters) => parameters.delete("iss")),
      ],
    },
    expect: connected,
  },
  {
    name: "the ID token names another issuer",
    provider: { edits: [edits.idToken((claims) => ({ ...claims, iss: "https://other.example" }))] },
    expect: refused(/issuer/),
  },
  { name: "issuer with a path", provider: { path: "/tenants/seven" }, expect: connected },
  { name: "a slash too many in portal_issuer", connector: issuer((own) => `${own}/`), expect: WRONG_SLASH },
  {
    name: "a slash too few in portal_issuer",
    provider: { path: "/tenants/seven/" },
    connector: issuer((own) => own.slice(0, -1)),
    expect: WRONG_SLASH,
  },
  { name: "issuer with a slash at the end", provider: { path: "/tenants/seven/" }, expect: connected },
  {
    name: "portal_issuer names another path",
    connector: issuer((own) => `${own}/oauth2/default`),
    expect: misconfigured(/404/, /portal_issuer/),
  },
  {
    name: "the metadata names a placeholder (Entra ID, common)",
    provider: {
      edits: [edits.json("discovery", (metadata) => ({ ...metadata, issuer: `${metadata.issuer}/{tenantid}/v2.0` }))],
    },
    expect: misconfigured(/placeholder|\{tenantid\}/, /tenant|placeholder/),
  },
  {
    name: "discovery redirects",
    provider: { edits: [edits.redirect("discovery", "https://login.example/.well-known/openid-configuration")] },
    expect: misconfigured(/301|redirect/, /portal_issuer/),
  },
  ...failures("discovery", "metadata", /portal_issuer/),
  ...failures("token", "token_endpoint", /token_endpoint/),
  ...failures("keys", "jwks_uri", /jwks_uri/),
  {
    name: "endpoints on other origins, all listed",
    provider: { otherOrigins: ELSEWHERE },
    connector: {
      variables: ({ provider: { others } }) => ({
        portal_token_origin: others.token_endpoint,
        portal_userinfo_origin: others.userinfo_endpoint,
        portal_jwks_origin: others.jwks_uri,
      }),
    },
    expect: connected,
    check: ({ outcome }) => assert.match(outcome.consent, /Ada Example/),
  },
  ...["token_endpoint", "jwks_uri"].map((name) => ({
    name: `${name} on another origin that is not listed`,
    provider: { otherOrigins: [name] },
    expect: misconfigured(/does not allow/, /http:\/\/localhost:\d+ to `allowed_outbound_hosts`/),
  })),
  {
    name: "userinfo_endpoint on another origin that is not listed",
    provider: { otherOrigins: ["userinfo_endpoint"] },
    expect: { connected: true, log: [{ event: "userinfo_failed", cause: /does not allow/ }] },
  },
];
