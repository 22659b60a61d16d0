// The smallest OpenID provider that a keys API can check tokens against. Tokens are issued without a browser.
import { createHmac, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const decode = (part) => JSON.parse(Buffer.from(part, "base64url"));
const newKey = () => generateKeyPairSync("ec", { namedCurve: "P-256" });

/** A JWT signed with ES256. */
function signed(header, claims, privateKey) {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

/**
 * Starts a provider on a free port.
 * @param {{clientId: string, audience?: string}} options With `audience`, access tokens are JWTs for it.
 */
export async function startProvider({ clientId, audience }) {
  const { publicKey, privateKey } = newKey();
  const kid = randomUUID();
  // As Keycloak has one.
  const forEncryption = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
  const subjects = new Map();
  const provider = { down: false };
  const server = createServer((request, response) => {
    const answer = (status, body) => {
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(body));
    };
    const { url: issuer } = provider;
    if (provider.down) return answer(503, {});
    switch (request.url) {
      case "/.well-known/openid-configuration":
        return answer(200, { issuer, jwks_uri: `${issuer}/jwks`, userinfo_endpoint: `${issuer}/userinfo` });
      case "/jwks":
        return answer(200, {
          keys: [
            { ...forEncryption.export({ format: "jwk" }), kid: "encryption", use: "enc" },
            { ...publicKey.export({ format: "jwk" }), kid, use: "sig", alg: "ES256" },
          ],
        });
      case "/userinfo": {
        const sub = subjects.get(request.headers.authorization?.replace(/^Bearer /, ""));
        return sub ? answer(200, { sub }) : answer(401, { error: "invalid_token" });
      }
      default:
        return answer(404, {});
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  provider.url = `http://127.0.0.1:${server.address().port}`;

  /** The tokens of a person, with claims in place of the usual ones of the ID token and of a JWT access token. */
  provider.issue = (sub, claims = {}, accessClaims = {}, header = { alg: "ES256", kid }) => {
    const now = Math.floor(Date.now() / 1000);
    const usual = { iss: provider.url, sub, iat: now, exp: now + 300 };
    const idToken = signed(header, { ...usual, aud: clientId, ...claims }, privateKey);
    const access = { ...usual, aud: audience, client_id: clientId, jti: randomUUID(), ...accessClaims };
    const accessToken = audience ? signed({ alg: "ES256", typ: "at+jwt", kid }, access, privateKey) : randomUUID();
    subjects.set(accessToken, sub);
    return { accessToken, idToken };
  };
  provider.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return provider;
}

/** What an attacker makes of an ID token without the provider's key: name and token. */
export function forgeries(idToken, secrets) {
  const [header, payload, signature] = idToken.split(".");
  const { kid } = decode(header);
  const hmac = (secret) => {
    const text = `${encode({ alg: "HS256", kid })}.${payload}`;
    return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
  };
  const later = encode({ ...decode(payload), iat: decode(payload).iat + 1 });
  return {
    "alg none": `${encode({ alg: "none", kid })}.${payload}.`,
    "alg none with the signature": `${encode({ alg: "none", kid })}.${payload}.${signature}`,
    "no signature": `${header}.${payload}.`,
    "another payload": `${header}.${later}.${signature}`,
    "a key of the attacker": signed({ alg: "ES256", kid }, decode(payload), newKey().privateKey),
    "an unknown key": signed({ alg: "ES256", kid: "unknown" }, decode(payload), newKey().privateKey),
    ...Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [`HS256 with ${name}`, hmac(secret)])),
    "an algorithm of another type of key": `${encode({ alg: "RS256", kid })}.${payload}.${signature}`,
    "no JWT": "token",
  };
}
