// The cases that every keys API has to pass, by its URL.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { basic, CLIENT_ID } from "../tools/keys-api.mjs";
import { inSeconds } from "./client.mjs";
import { forgeries } from "./provider.mjs";

const assertRefused = ({ status, code }, expectedStatus, expectedCode, about) =>
  assert.deepEqual([status, code], [expectedStatus, expectedCode], about);

/**
 * Defines the tests. They run one after the other, and the last one fills the account.
 * @param {() => import("./client.mjs").Client} client of the portal, once it runs.
 */
export function defineCases(client) {
  const keysOf = async (tokens) => (await client().list(tokens)).data;

  test("key lives from minting to revocation", async () => {
    const [portal, tokens] = [client(), await client().portal.tokens()];
    const expiry = inSeconds(900);
    const { status, data } = await portal.mint(tokens, { body: { expires_at: expiry } });
    assert.equal(status, 201);
    const { key, ...shown } = data;
    const { id, expires_at, created_at, ...rest } = shown;
    assert.deepEqual(rest, { name: "Claude (MCP connector)", scopes: ["read"], environment: "production" });
    assert.ok(Math.abs(new Date(expires_at) - new Date(expiry)) < 1000, expires_at);
    assert.deepEqual((await portal.introspect(key)).data, shown);
    assert.equal(await portal.useKey(key), 200);

    for (let attempt = 0; attempt < 2; attempt += 1) {
      const lasting = await portal.makeLasting(key);
      assert.deepEqual([lasting.status, lasting.data], [200, { ...shown, expires_at: null }]);
    }
    const row = (await keysOf(tokens)).find((one) => one.id === id);
    const { last_four, last_used_at, ...listed } = row;
    assert.deepEqual([listed, last_four], [{ ...shown, expires_at: null }, key.slice(-4)]);
    assert.ok(last_used_at >= created_at, last_used_at);

    assert.equal((await portal.revoke(key)).status, 204);
    for (const call of ["introspect", "makeLasting", "revoke"]) {
      assertRefused(await portal[call](key), 401, "AUTH_INVALID_KEY", call);
    }
    assert.equal(await portal.useKey(key), 401);
    assert.ok(!(await keysOf(tokens)).some((one) => one.id === id));
  });

  test("unredeemed key ends by itself and cannot be made lasting", async () => {
    const [portal, tokens] = [client(), await client().portal.tokens()];
    const { data } = await portal.mint(tokens, { body: { expires_at: inSeconds(1) } });
    while ((await portal.introspect(data.key)).status === 200) {
      assert.ok(Date.now() < new Date(data.expires_at).getTime() + 2000, "the key still lives");
    }
    assertRefused(await portal.makeLasting(data.key), 401, "AUTH_INVALID_KEY");
    assertRefused(await portal.introspect(data.key), 401, "AUTH_INVALID_KEY");
    assert.equal(await portal.useKey(data.key), 401);
    assert.ok(!(await keysOf(tokens)).some((one) => one.id === data.id));
  });

  test("idempotency key stands for one key of one person", async () => {
    const portal = client();
    const [first, second] = [await portal.portal.tokens("first"), await portal.portal.tokens("second")];
    const headers = { "Idempotency-Key": randomUUID() };
    const again = async (body) => portal.mint(await portal.portal.tokens("first"), { headers, body });
    const before = (await keysOf(first)).length;
    const minted = await Promise.all(Array.from({ length: 5 }, () => again({ expires_at: inSeconds(900) })));
    assert.deepEqual(new Set(minted.map(({ status }) => status)), new Set([201]));
    const [{ data }] = minted;
    for (const other of minted) assert.deepEqual(other.data, data);
    assert.equal((await keysOf(first)).length, before + 1);

    const other = await portal.mint(second, { headers });
    assert.equal(other.status, 201);
    assert.notEqual(other.data.key, data.key);
    assert.notEqual(other.data.id, data.id);

    for (const body of [{ name: "Other" }, { scopes: ["*"] }, { environment: "test" }]) {
      assertRefused(await again(body), 409, "IDEMPOTENCY_KEY_CONFLICT", JSON.stringify(body));
    }
    await portal.makeLasting(data.key);
    assert.deepEqual((await again({})).data, { ...data, expires_at: null });
    await portal.revoke(data.key);
    assertRefused(await again({}), 409, "IDEMPOTENCY_KEY_CONFLICT");
    assertRefused(await portal.introspect(data.key), 401, "AUTH_INVALID_KEY");
    await portal.revoke(other.data.key);
  });

  test("malformed request mints nothing", async () => {
    const [portal, tokens] = [client(), await client().portal.tokens()];
    const before = (await keysOf(tokens)).length;
    const bodies = [
      ...["", "no JSON", "[]", "null", '"text"', "[".repeat(30_000)],
      ...["name", "scopes", "environment", "expires_at", "id_token"].map((name) => ({ [name]: undefined })),
      ...["", " ", "x".repeat(101), "two\nlines", 1, null].map((name) => ({ name })),
      ...[[], ["admin"], ["read", "*"], "read", [["read"]], null].map((scopes) => ({ scopes })),
      ...["moon", "", 1, null].map((environment) => ({ environment })),
      ...[inSeconds(-1), inSeconds(3700), "tomorrow", 1, null, ""].map((expires_at) => ({ expires_at })),
      ...[1, null, {}].map((id_token) => ({ id_token })),
    ];
    for (const body of bodies) {
      assertRefused(await portal.mint(tokens, { body }), 400, "VALIDATION_ERROR", JSON.stringify(body));
    }
    for (const key of [undefined, "", "two words", "x".repeat(256), "é"]) {
      const headers = { "Idempotency-Key": key };
      assertRefused(await portal.mint(tokens, { headers }), 400, "IDEMPOTENCY_KEY_INVALID", key);
    }
    assert.equal((await keysOf(tokens)).length, before);

    const { data } = await portal.mint(tokens);
    for (const body of ["", "no JSON", "[]", "null", {}, { expires_at: inSeconds(900) }, { expires_at: 0 }]) {
      assertRefused(await portal.makeLasting(data.key, body), 400, "VALIDATION_ERROR", JSON.stringify(body));
    }
    assert.notEqual((await portal.introspect(data.key)).data.expires_at, null);
    await portal.revoke(data.key);
  });

  test("names in every script, both levels and unknown members are accepted", async () => {
    const [portal, tokens] = [client(), await client().portal.tokens()];
    for (const body of [
      { name: "Клод 👩‍💻 (MCP connector)" },
      { name: "𝕏".repeat(100) },
      { scopes: ["*"], environment: "test", later: "added" },
      { expires_at: inSeconds(900).replace("Z", "+00:00") },
    ]) {
      const { status, data } = await portal.mint(tokens, { body });
      assert.equal(status, 201, JSON.stringify(body));
      if (body.name) assert.equal(data.name, body.name);
      if (body.scopes) assert.deepEqual(data.scopes, body.scopes);
      assert.equal((await portal.delete(tokens, data.id)).status, 204);
    }
  });

  test("access token that is missing or unknown opens nothing", async () => {
    const [portal, tokens] = [client(), await client().portal.tokens()];
    const { data } = await portal.mint(tokens);
    for (const accessToken of ["", "unknown", tokens.idToken]) {
      const wrong = { ...tokens, accessToken };
      assertRefused(await portal.mint(wrong), 401, "UNAUTHORIZED", accessToken);
      assertRefused(await portal.list(wrong), 401, "UNAUTHORIZED", accessToken);
      assertRefused(await portal.delete(wrong, data.id), 401, "UNAUTHORIZED", accessToken);
    }
    const scheme = { Authorization: `Basic ${tokens.accessToken}` };
    assertRefused(await portal.mint(tokens, { headers: scheme }), 401, "UNAUTHORIZED");
    assert.equal((await portal.revoke(data.key)).status, 204);
  });

  test("connector without its own authentication mints nothing", async (context) => {
    const portal = client();
    const { secret } = portal.portal;
    if (!secret) return context.skip("a public client has none");
    const tokens = await portal.portal.tokens();
    const status = (value) => portal.mint(tokens, { headers: { "X-TokPortal-Client-Authorization": value } });
    const encoded = Buffer.from(basic(CLIENT_ID, secret).slice(6), "base64").toString();
    const plain = (text) => `Basic ${Buffer.from(text).toString("base64")}`;
    for (const value of [
      ...["", "Basic", "Basic ", "Basic ?", secret, plain(""), plain(":"), plain(CLIENT_ID)],
      ...[basic(CLIENT_ID, ""), basic(CLIENT_ID, `${secret}x`), basic(CLIENT_ID, secret.slice(1))],
      ...[basic("another-app", secret), basic("", secret), plain(`${CLIENT_ID}:${secret}`)],
      ...[`Bearer ${tokens.accessToken}`, basic(CLIENT_ID, secret).replace("Basic", "Digest")],
    ]) {
      assertRefused(await status(value), 401, "INVALID_CLIENT", value);
    }
    // Encoders differ in what they escape and in upper and lower case.
    for (const text of [encoded, encoded.replaceAll("+", "%20"), encoded.toLowerCase(), encoded.replace("-", "%2D")]) {
      const { data } = await status(plain(text));
      await portal.revoke(data.key);
    }
  });

  test("ID token of another app, person, issuer or time mints nothing", async () => {
    const portal = client();
    const now = Math.floor(Date.now() / 1000);
    const before = (await keysOf(await portal.portal.tokens())).length;
    for (const claims of [
      { aud: "another-app" },
      { aud: ["another-app"] },
      { aud: [] },
      { aud: null },
      { aud: [CLIENT_ID, "another-app"], azp: "another-app" },
      { aud: CLIENT_ID, azp: "another-app" },
      { iss: "https://another.example" },
      { iss: `${portal.portal.issuer}/` },
      { iss: null },
      { iat: now - 990 },
      { iat: now + 120 },
      { iat: null },
      { sub: "another-person" },
      { sub: null },
    ]) {
      const tokens = await portal.portal.tokens("first", claims);
      assertRefused(await portal.mint(tokens), 401, "INVALID_ID_TOKEN", JSON.stringify(claims));
    }
    const [first, second] = [await portal.portal.tokens("first"), await portal.portal.tokens("second")];
    const mixed = { ...first, idToken: second.idToken };
    assertRefused(await portal.mint(mixed), 401, "INVALID_ID_TOKEN", "of another person");
    assertRefused(await portal.mint({ ...first, idToken: first.accessToken }), 401, "INVALID_ID_TOKEN", "access token");
    const secrets = { "the client secret": portal.portal.secret, "an empty key": "" };
    for (const [name, idToken] of Object.entries(forgeries(first.idToken, secrets))) {
      assertRefused(await portal.mint({ ...first, idToken }), 401, "INVALID_ID_TOKEN", name);
    }
    assert.equal((await keysOf(first)).length, before);
  });

  test("ID token may have several audiences and be older than its exp", async () => {
    const portal = client();
    const now = Math.floor(Date.now() / 1000);
    for (const claims of [
      { aud: [CLIENT_ID] },
      { aud: ["project", CLIENT_ID] },
      { aud: [CLIENT_ID, "project"], azp: CLIENT_ID },
      { iat: now - 840, exp: now - 540 },
      { iat: now + 30 },
    ]) {
      const { status, data } = await portal.mint(await portal.portal.tokens("first", claims));
      assert.equal(status, 201, JSON.stringify(claims));
      await portal.revoke(data.key);
    }
  });

  test("person sees and deletes only keys of their own", async () => {
    const portal = client();
    const [first, second] = [await portal.portal.tokens("first"), await portal.portal.tokens("second")];
    const { data } = await portal.mint(first);
    assert.ok(!(await keysOf(second)).some(({ id }) => id === data.id));
    assertRefused(await portal.delete(second, data.id), 404, "KEY_NOT_FOUND");
    assertRefused(await portal.delete(first, "unknown"), 404, "KEY_NOT_FOUND");
    assertRefused(await portal.delete(first, "' OR 1=1 --"), 404, "KEY_NOT_FOUND");
    assert.equal((await portal.introspect(data.key)).status, 200);
    assert.equal((await portal.delete(first, data.id)).status, 204);
    assertRefused(await portal.delete(first, data.id), 404, "KEY_NOT_FOUND");
    assert.equal(await portal.useKey(data.key), 401);
  });

  test("key that is missing or no key is refused", async () => {
    const portal = client();
    for (const key of ["", "sk_", `sk_${"0".repeat(64)}`, "' OR 1=1 --"]) {
      assertRefused(await portal.introspect(key), 401, "AUTH_INVALID_KEY", key);
      assertRefused(await portal.makeLasting(key, "no JSON"), 401, "AUTH_INVALID_KEY", key);
      assertRefused(await portal.revoke(key), 401, "AUTH_INVALID_KEY", key);
    }
    assertRefused(await portal.call("introspectKey"), 401, "AUTH_INVALID_KEY");
  });

  test("requests at once do not exceed the limit, and a full account repeats", async () => {
    const [portal, tokens] = [client(), await client().portal.tokens("second")];
    const before = (await keysOf(tokens)).length;
    const headers = Array.from({ length: 60 }, () => ({ "Idempotency-Key": randomUUID() }));
    const mint = async (one) => ({ one, ...(await portal.mint(tokens, { headers: one })) });
    const answers = await Promise.all(headers.map(mint));
    const minted = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status !== 201);
    for (const answer of refused) assertRefused(answer, 409, "KEY_LIMIT_REACHED");
    assert.equal((await keysOf(tokens)).length, before + minted.length);
    assert.ok(refused.length > 0);
    assertRefused(await mint(refused[0].one), 409, "KEY_LIMIT_REACHED");
    assert.deepEqual((await mint(minted[0].one)).data, minted[0].data);
    assert.equal((await portal.delete(tokens, minted[0].data.id)).status, 204);
    assert.equal((await mint(refused[0].one)).status, 201);
  });
}
