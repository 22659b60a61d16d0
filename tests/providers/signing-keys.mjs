// Signing keys of providers. Making an RSA key takes a while, so each is made once and shared by the rows.
import { generateKeyPairSync } from "node:crypto";

const RSA = ["rsa", { modulusLength: 2048 }];
const curve = (namedCurve) => ["ec", { namedCurve }];
const KINDS = {
  RS256: RSA,
  PS256: RSA,
  ES256: curve("P-256"),
  ES384: curve("P-384"),
  ES512: curve("P-521"),
  EdDSA: ["ed25519"],
  Ed25519: ["ed25519"],
};

const made = new Map();

/** A private key (JWK) for this algorithm. Another `kid` is another key. */
export function signingKey(alg, kid = "first") {
  const [type, options] = KINDS[alg];
  const name = `${JSON.stringify(KINDS[alg])}/${kid}`;
  if (!made.has(name)) {
    const { privateKey } = generateKeyPairSync(type, options);
    made.set(name, { ...privateKey.export({ format: "jwk" }), kid, use: "sig" });
  }
  return { ...made.get(name) };
}
