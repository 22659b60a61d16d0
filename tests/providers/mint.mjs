// What the mint request must say, whatever the provider (docs/PORTAL-CONTRACT.md): the person, proved by the ID token,
// and the connector, proved by its own authentication.
import assert from "node:assert/strict";

import { createLocalJWKSet, decodeJwt, jwtVerify } from "jose";

import { basic, CLIENT_ID } from "../tools/keys-api.mjs";
import * as edits from "./edits.mjs";

/** The most that the clocks of a provider and of this test differ in a row, in seconds. */
const TOLERANCE = 60;

/** Asserts it for every key that was minted. */
export async function checkMints({ keys, provider }, secret) {
  assert.ok(keys.mints.length > 0, "no key was minted");
  for (const { headers, body } of keys.mints) {
    isComplete(headers);
    assert.match(headers.authorization, /^Bearer \S+$/);
    assert.match(headers["idempotency-key"], /^[!-~]{1,255}$/);
    assert.equal(headers["x-tokportal-client-authorization"], secret && basic(CLIENT_ID, secret));
    const life = (Date.parse(body.expires_at) - Date.now()) / 60_000;
    assert.ok(life > 10 && life < 20, `expires_at is in ${life} minutes`);
    await checkIdToken(body.id_token, provider);
  }
}

/** Asserts that a body comes with its length, which servers under WSGI need. */
export function isComplete(headers) {
  assert.match(headers["content-length"] ?? "", /^\d+$/, `no Content-Length: ${JSON.stringify(headers)}`);
  assert.equal(headers["transfer-encoding"], undefined);
}

/** The provider may have ended, so its keys are those that the connector has seen. */
async function checkIdToken(token, { issuer, seen }) {
  const sets = seen
    .filter(({ request, response }) => edits.isAt("keys", request) && response.status === 200)
    .map(({ response }) => JSON.parse(response.body).keys);
  const options = { issuer, audience: CLIENT_ID, clockTolerance: TOLERANCE };
  await Promise.any(sets.map((keys) => jwtVerify(token, createLocalJWKSet({ keys }), options)));
  assert.ok(decodeJwt(token).sub);
}
