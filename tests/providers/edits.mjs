// What a row changes on the wire (wire.mjs): each function returns an edit.
import { decodeJwt, decodeProtectedHeader, importJWK, SignJWT } from "jose";

/** The endpoints of `oidc-provider` by their paths. */
const PATHS = {
  discovery: "/.well-known/openid-configuration",
  authorization: "/auth",
  token: "/token",
  userinfo: "/me",
  keys: "/jwks",
};

/** Whether a request went to this endpoint. */
export const isAt = (endpoint, { url }) => url.pathname.endsWith(PATHS[endpoint]);

const at = (endpoint, edit) => (exchange) => (isAt(endpoint, exchange.request) ? edit(exchange) : undefined);

/** Changes a JSON answer of status 200. `change` gets the members and may return others. */
export const json = (endpoint, change) =>
  at(endpoint, async ({ response }) => {
    if (response.status !== 200) return;
    const members = JSON.parse(response.body);
    response.body = JSON.stringify((await change(members)) ?? members);
  });

/** Answers something else in place of the provider. */
export const answer = (endpoint, status, body, type) =>
  at(endpoint, ({ response }) => {
    const isText = typeof body === "string";
    response.status = status;
    response.headers = { "content-type": type ?? (isText ? "text/html; charset=utf-8" : "application/json") };
    response.body = isText ? body : JSON.stringify(body);
  });

/** The page of a gateway or a web server. */
export const page = (endpoint, status) => answer(endpoint, status, `<html><h1>${status}</h1></html>`);

/** An OAuth error (RFC 6749, section 5.2). */
export const error = (endpoint, status, code, description) =>
  answer(endpoint, status, { error: code, error_description: description });

/** How a token request authenticates the client: `basic`, `post` or `none`, with the secret. */
export function clientAuthentication({ headers, body }) {
  const [, basic] = /^Basic (.+)$/i.exec(headers.authorization ?? "") ?? [];
  if (basic) {
    // Each part is form-encoded (RFC 6749, section 2.3.1).
    const [id, secret] = Buffer.from(basic, "base64")
      .toString()
      .split(":")
      .map((part) => decodeForm(part));
    return { method: "basic", id, secret };
  }
  const form = new URLSearchParams(body);
  return {
    method: form.has("client_secret") ? "post" : "none",
    id: form.get("client_id"),
    secret: form.get("client_secret"),
  };
}

const decodeForm = (text) => [...new URLSearchParams(`x=${text}`).values()][0];

/**
 * Refuses a client that does not authenticate by this method and with this secret, which `oidc-provider` cannot do: it
 * takes either method from every client, and only ASCII. The secret that the provider knows takes its place.
 */
export const onlyWith = (method, secret, known) => ({
  before(request) {
    if (!isAt("token", request)) return;
    const seen = clientAuthentication(request);
    if (seen.method !== method || seen.secret !== secret) {
      const error = { error: "invalid_client", error_description: "client authentication failed" };
      return { status: 401, headers: { "content-type": "application/json" }, body: JSON.stringify(error) };
    }
    const form = new URLSearchParams(request.body);
    if (method === "post") {
      form.set("client_secret", known);
      request.body = form.toString();
    } else {
      const authorization = `Basic ${Buffer.from(`${seen.id}:${known}`).toString("base64")}`;
      request.headers = { ...request.headers, authorization };
    }
  },
});

/** Sends the caller elsewhere. */
export const redirect = (endpoint, location) =>
  at(endpoint, ({ response }) => {
    response.status = 301;
    response.headers = { location };
    response.body = "";
  });

/** Changes the parameters with which the browser is sent back to the connector. */
export const callback =
  (change) =>
  ({ response }) => {
    const { location } = response.headers;
    if (!location?.includes("/connect/callback?")) return;
    const url = new URL(location);
    change(url.searchParams);
    response.headers.location = url.href;
  };

/** Changes the claims of the ID token and signs it again; `header` is added to that of the JWS. */
export const idToken =
  (change, header = {}) =>
  (exchange, keys) =>
    json("token", async (members) => {
      const claims = decodeJwt(members.id_token);
      const { alg, kid } = decodeProtectedHeader(members.id_token);
      const key = await importJWK(
        keys.find((one) => one.kid === kid),
        alg,
      );
      const changed = change(claims) ?? claims;
      members.id_token = await new SignJWT(changed).setProtectedHeader({ alg, kid, ...header }).sign(key);
    })(exchange);
