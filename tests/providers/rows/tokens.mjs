// The token response, clocks, and the length of `state`.
import * as edits from "../edits.mjs";
import { connected, misconfigured, refused } from "../row.mjs";

/** Short-lived ID tokens, and a connector whose clock is ahead. */
const ahead = (seconds) => ({
  provider: { configuration: { ttl: { IdToken: 20 } } },
  connector: { args: ["--clock-ahead", `${seconds}`] },
});

/** An ID token of a provider whose clock is ahead. */
const fromTheFuture = (seconds) => ({
  provider: {
    edits: [
      edits.idToken((claims) => ({
        ...claims,
        iat: claims.iat + seconds,
        nbf: claims.iat + seconds,
        exp: claims.exp + seconds,
      })),
    ],
  },
});

const token = (name, change) => ({ name, provider: { edits: [edits.json("token", change)] }, expect: connected });

export const tokens = [
  { name: "short-lived ID token, connector 30 s ahead", ...ahead(30), expect: connected },
  { name: "short-lived ID token, connector 2 min ahead", ...ahead(140), expect: misconfigured(/expired/i, /clock/i) },
  { name: "provider 30 s ahead", ...fromTheFuture(30), expect: connected },
  { name: "provider 2 min ahead", ...fromTheFuture(120), expect: misconfigured(/future|iat|nbf|not yet/i, /clock/i) },
  token("expires_in as text", (members) => ({ ...members, expires_in: `${members.expires_in}` })),
  token("no expires_in", (members) => void delete members.expires_in),
  token("token_type in capitals", (members) => ({ ...members, token_type: "BEARER" })),
  {
    name: "no ID token",
    provider: { edits: [edits.json("token", (members) => void delete members.id_token)] },
    expect: refused(/ID token/),
  },
  {
    name: "wrong nonce",
    provider: { edits: [edits.idToken((claims) => ({ ...claims, nonce: "another nonce" }))] },
    expect: refused(/nonce/),
  },
  {
    name: "at_hash of another access token",
    provider: { edits: [edits.idToken((claims) => ({ ...claims, at_hash: "AAAAAAAAAAAAAAAAAAAAAA" }))] },
    expect: refused(/at_hash/),
  },
  {
    name: "state of the app with 4,096 bytes",
    person: { state: "0123456789abcdef".repeat(256) },
    expect: connected,
  },
];
