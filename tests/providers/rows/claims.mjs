// What the provider says of the person, and where.
import assert from "node:assert/strict";

import * as edits from "../edits.mjs";
import { CLAIMS } from "../provider.mjs";
import { connected, refused } from "../row.mjs";

const shows = ({ name = true, email = true, credits } = {}) => ({
  check({ outcome: { consent } }) {
    assert.equal(consent.includes(CLAIMS.name), name, consent);
    assert.equal(consent.includes(CLAIMS.email), email, consent);
    if (credits) assert.match(consent, credits);
  },
});

const userinfoCalls = (seen) => seen.filter(({ request }) => edits.isAt("userinfo", request)).length;

/** ID tokens that have the claims of the scopes. */
const inIdToken = { conformIdTokenClaims: false };

/** The sign-in goes on without the claims, and the log says why. */
const withoutUserinfo = (cause) => ({ connected: true, log: [{ event: "userinfo_failed", cause }] });

/** A row with this claim at userinfo. */
const claim = (name, claims, shown = {}) => ({ name, provider: { claims }, expect: connected, ...shows(shown) });

const LENIENT = {
  updated_at: "2026-11-29T07:40:00.000Z",
  email_verified: "true",
  address: "1 Main Street",
  credits: "1200",
};

export const claims = [
  { name: "claims at userinfo only", expect: connected, ...shows() },
  {
    name: "claims in the ID token",
    provider: { configuration: inIdToken },
    expect: connected,
    check(seen) {
      shows().check(seen);
      assert.equal(userinfoCalls(seen.provider.seen), 0, "userinfo was asked without need");
    },
  },
  {
    name: "no userinfo endpoint, claims in the ID token",
    provider: { configuration: { ...inIdToken, features: { userinfo: { enabled: false } } } },
    expect: connected,
    ...shows(),
  },
  {
    name: "no userinfo endpoint, no claims",
    provider: {
      configuration: { conformIdTokenClaims: true, features: { userinfo: { enabled: false } } },
      claims: { name: undefined, email: undefined },
    },
    expect: connected,
    ...shows({ name: false, email: false }),
  },
  ...[401, 503].map((status) => ({
    name: `userinfo answers ${status}`,
    provider: { edits: [edits.error("userinfo", status, "invalid_token", "The token is not for this endpoint.")] },
    expect: withoutUserinfo(new RegExp(status)),
    ...shows({ name: false, email: false }),
  })),
  {
    name: "userinfo answers a page",
    provider: { edits: [edits.page("userinfo", 200)] },
    expect: withoutUserinfo(/JSON/),
    ...shows({ name: false, email: false }),
  },
  {
    name: "userinfo answers a signed JWT",
    provider: {
      client: { userinfo_signed_response_alg: "RS256" },
      configuration: {
        features: { jwtUserinfo: { enabled: true } },
        enabledJWA: { userinfoSigningAlgValues: ["RS256"] },
      },
    },
    expect: connected,
    ...shows(),
  },
  {
    name: "userinfo has another subject",
    provider: { edits: [edits.json("userinfo", (members) => ({ ...members, sub: "mallory" }))] },
    expect: refused(/another person/),
  },
  {
    name: "pairwise subjects",
    provider: {
      client: { subject_type: "pairwise" },
      configuration: {
        subjectTypes: ["pairwise"],
        pairwiseIdentifier: async (_, account) => `pairwise-${account}`,
      },
    },
    expect: connected,
    ...shows(),
  },
  claim("updated_at as text (Auth0, better-auth)", { updated_at: LENIENT.updated_at }),
  claim('email_verified: "true" (Cognito)', { email_verified: LENIENT.email_verified }),
  claim("address as text", { address: LENIENT.address }),
  claim("credits as a whole number", { credits: 1200 }, { credits: /1,200/ }),
  claim("credits as text", { credits: LENIENT.credits }, { credits: /1,200/ }),
  claim("credits as a float", { credits: 1200.0000001 }, { credits: /1,200/ }),
  claim("name as a number", { name: 42 }, { name: false }),
  {
    name: "all of these in the ID token",
    provider: { configuration: inIdToken, claims: LENIENT },
    expect: connected,
    ...shows({ credits: /1,200/ }),
  },
];
