// An OAuth client like those of chat hosts, over plain HTTP, with a person beside it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { Person } from "../tools/person.mjs";

/** Where the browser is sent back to; nothing listens there. */
const CALLBACK = "https://app.example/callback";
const VERIFIER = "a-verifier-of-more-than-43-characters-0123456789";
/** The emulator's demo person. */
const SIGN_IN = { email: "demo@tokportal.example", password: "demo-password" };

/** Registers a client at the connector and lets the person decide: what is needed to redeem the code. */
export async function authorize(home, level) {
  const registration = await fetch(`${home.url}/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      client_name: "Homes",
      redirect_uris: [CALLBACK],
      token_endpoint_auth_method: "none",
    }),
  });
  const client = await registration.json();
  assert.equal(registration.status, 201, JSON.stringify(client));

  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.client_id,
    redirect_uri: CALLBACK,
    state: "the client's state",
    code_challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
    code_challenge_method: "S256",
    resource: home.mcp,
    scope: "read write",
  });
  const callback = new URL(await new Person(SIGN_IN).authorize(`${home.url}/authorize?${query}`, { level }));
  assert.equal(callback.searchParams.get("state"), "the client's state");
  assert.equal(callback.searchParams.get("iss"), home.url);
  const code = callback.searchParams.get("code");
  assert.ok(code, callback.href);
  return { client_id: client.client_id, code };
}

/** Redeems a code: status and answer. */
export async function redeem(home, { client_id, code }) {
  const response = await fetch(`${home.url}/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id,
      code,
      redirect_uri: CALLBACK,
      code_verifier: VERIFIER,
    }),
  });
  return { status: response.status, answer: await response.json() };
}

/** Signs in and redeems the code: the access token. */
export async function connect(home, level) {
  const { status, answer } = await redeem(home, await authorize(home, level));
  assert.equal(status, 200, JSON.stringify(answer));
  return answer.access_token;
}
