// An OAuth client as an attacker has one: every parameter can be changed, left out or repeated.
import { createHash, randomBytes } from "node:crypto";

import { send } from "./http.mjs";
import { hold } from "./judge.mjs";

/** The redirect URI of the suite. No server listens there, and no browser of the suite goes there. */
export const REDIRECT_URI = "https://attack-suite.example/callback";

/** A value that was issued, with another character in its middle: the last one may have bits that decoders ignore. */
export function tampered(value) {
  const middle = value.length >> 1;
  return value.slice(0, middle) + (value[middle] === "A" ? "B" : "A") + value.slice(middle + 1);
}

/** The S256 challenge of a verifier. */
export const challengeOf = (verifier) => createHash("sha256").update(verifier).digest("base64url");

/** Parameters with changes: undefined leaves one out, an array repeats it. */
function changed(parameters, changes) {
  const result = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...parameters, ...changes })) {
    for (const one of [value].flat()) if (one !== undefined) result.append(name, one);
  }
  return result;
}

export class Client {
  constructor(server, registration, redirectUri = REDIRECT_URI) {
    Object.assign(this, { server, registration, redirectUri, id: registration.client_id });
    this.verifier = randomBytes(32).toString("base64url");
    this.state = randomBytes(9).toString("base64url");
  }

  /** Registers a public client; `metadata` replaces members. */
  static async register(server, metadata = {}) {
    const answer = await registerWith(server, JSON.stringify({ ...PUBLIC, ...metadata }));
    hold(answer.status === 201 && typeof answer.json?.client_id === "string", "an honest registration fails", answer);
    const redirectUri = (metadata.redirect_uris ?? PUBLIC.redirect_uris)[0];
    return new Client(server, answer.json, redirectUri);
  }

  /** The URL of an authorization request. */
  authorization(changes = {}) {
    const parameters = {
      response_type: "code",
      client_id: this.id,
      redirect_uri: this.redirectUri,
      state: this.state,
      code_challenge: challengeOf(this.verifier),
      code_challenge_method: "S256",
      resource: this.server.resource,
    };
    const url = new URL(this.server.endpoints.authorize);
    for (const [name, value] of changed(parameters, changes)) url.searchParams.append(name, value);
    return url.href;
  }

  /** Redeems a code. */
  redeem(code, changes = {}, headers = {}) {
    const parameters = {
      grant_type: "authorization_code",
      client_id: this.id,
      code,
      redirect_uri: this.redirectUri,
      code_verifier: this.verifier,
    };
    return send(this.server.endpoints.token, { method: "POST", body: changed(parameters, changes), headers });
  }

  /** Revokes a token. */
  revoke(token, changes = {}, headers = {}) {
    const body = changed({ token, client_id: this.id }, changes);
    return send(this.server.endpoints.revoke, { method: "POST", body, headers });
  }
}

/** What a public client registers. */
export const PUBLIC = {
  client_name: "Attack suite",
  redirect_uris: [REDIRECT_URI],
  token_endpoint_auth_method: "none",
};

/** Sends a registration as it is. */
export function registerWith(server, body, headers = {}) {
  return send(server.endpoints.register, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
}
