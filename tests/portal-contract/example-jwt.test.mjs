// examples/keys-api with a public client. Access tokens are JWTs for the keys API (RFC 9068).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { defineCases } from "./cases.mjs";
import { Client } from "./client.mjs";
import { forgeries } from "./provider.mjs";
import { startExample } from "./portal.mjs";

let client;
before(async () => {
  client = new Client(await startExample({ audience: "https://keys.example" }));
});
after(() => client?.portal.stop());

defineCases(() => client);

test("access token of another app, API, issuer or time opens nothing", async () => {
  const now = Math.floor(Date.now() / 1000);
  const { provider } = client.portal;
  const wrong = [
    { aud: "https://another.example" },
    { client_id: "another-app" },
    { client_id: undefined, azp: "another-app" },
    { iss: "https://another.example" },
    { exp: now - 120 },
    { exp: undefined },
  ].map((claims) => provider.issue("subject of first", {}, claims));
  const tokens = await client.portal.tokens();
  const forged = Object.values(forgeries(tokens.accessToken, { nothing: "" }));
  for (const one of [...wrong, ...forged.map((accessToken) => ({ ...tokens, accessToken }))]) {
    for (const answer of [await client.mint(one), await client.list(one)]) {
      assert.deepEqual([answer.status, answer.code], [401, "UNAUTHORIZED"], one.accessToken);
    }
  }
});
