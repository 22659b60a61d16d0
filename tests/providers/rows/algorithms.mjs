// How ID tokens are signed.
import assert from "node:assert/strict";

import * as edits from "../edits.mjs";
import { connected, misconfigured, refused } from "../row.mjs";

const signedWith = (alg) => ({ name: `ID token signed with ${alg}`, provider: { alg }, expect: connected });

export const algorithms = [
  ...["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"].map(signedWith),
  {
    name: "ID token signed with ES512",
    provider: { alg: "ES512" },
    expect: misconfigured(/ES512/, /RS256|ES256/),
  },
  {
    name: "key rotation between two sign-ins",
    async act({ connector, provider, signIn }) {
      const first = await signIn();
      assert.equal(first.result, "connected");
      await provider.open(connector.url, "second");
      return signIn();
    },
    expect: connected,
  },
  {
    name: "keys without kid",
    provider: {
      edits: [
        edits.json("keys", ({ keys }) => ({ keys: keys.map(({ kid, ...key }) => key) })),
        edits.idToken(() => {}, { kid: undefined }),
      ],
    },
    expect: connected,
  },
  {
    name: "ID token signed with a key that is not published",
    provider: {
      edits: [
        edits.json("token", (members) => {
          const [head, payload, signature] = members.id_token.split(".");
          members.id_token = [head, payload, signature.replace(/^..../, "AAAA")].join(".");
        }),
      ],
    },
    expect: refused(/no key of the portal verifies/),
  },
];
