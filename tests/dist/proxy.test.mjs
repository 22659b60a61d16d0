// The connector behind nginx with TLS, as deploy/spin says: every address is the public one, and what is long fits through.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";

import { oauthClients } from "../interop/oauth-clients.mjs";
import { MCP_PATH, startApp } from "../tools/app.mjs";
import { Person } from "../tools/person.mjs";
import { balance } from "../tools/results.mjs";
import { prepareNginx } from "./nginx.mjs";

// Node reads the authorities that it trusts when it starts. The connector checks the certificate (--root-certificate).
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";

describe("in front of the connector", () => {
  let nginx;
  let app;
  before(async () => {
    nginx = await prepareNginx();
    app = await startApp({ variables: { public_url: nginx.url }, args: ["--root-certificate", nginx.rootCertificate] });
    await nginx.start(new URL(app.url).port);
  });
  after(async () => {
    await app?.stop();
    await nginx?.stop();
  });

  test("metadata names the public origin", async () => {
    const response = await fetch(`${nginx.url}/.well-known/oauth-authorization-server`);
    const metadata = await response.json();
    assert.equal(metadata.issuer, nginx.url);
    assert.equal(metadata.token_endpoint, `${nginx.url}/token`);
    assert.match(response.headers.get("strict-transport-security"), /^max-age=/);
  });

  test("a request without a key gets the challenge of the public origin", async () => {
    const response = await fetch(nginx.url + MCP_PATH, { method: "POST", body: "{}" });
    assert.equal(response.status, 401);
    const challenge = response.headers.get("www-authenticate");
    assert.ok(challenge.includes(`resource_metadata="${nginx.url}/.well-known/oauth-protected-resource`), challenge);
  });

  test("a client signs in and calls a tool", async () => {
    const person = new Person(app.signIn);
    const { connect } = oauthClients.find(({ name }) => name === "TypeScript SDK 2.x, modern");
    const connection = await connect({ url: nginx.url + MCP_PATH, authorize: (url) => person.authorize(url) });
    assert.ok((await balance(connection)) >= 0);
    await connection.close();
    assert.ok(person.visited.some((visit) => visit.includes("/portal/")), person.visited.join(" → "));
  });

  test("the longest state of an authorization request fits", async () => {
    const redirect_uri = "http://localhost:1/callback";
    const registered = await fetch(`${nginx.url}/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_name: "Long", redirect_uris: [redirect_uri], token_endpoint_auth_method: "none" }),
    });
    const { client_id } = await registered.json();
    const state = "s".repeat(4_000);
    const query = new URLSearchParams({
      ...{ response_type: "code", client_id, redirect_uri, state, resource: nginx.url + MCP_PATH },
      ...{ code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" },
    });
    const sentTo = await new Person(app.signIn).authorize(`${nginx.url}/authorize?${query}`);
    assert.equal(new URL(sentTo).searchParams.get("state"), state);
  });

  test("a body over the limit is refused", async () => {
    const body = "x".repeat(6 * 1024 * 1024);
    const response = await fetch(nginx.url + MCP_PATH, { method: "POST", body });
    assert.equal(response.status, 413);
  });

  test("plain HTTP is redirected to https", async () => {
    const response = await fetch(`${nginx.http}/authorize?a=b`, { redirect: "manual" });
    assert.equal(response.status, 308);
    assert.equal(response.headers.get("location"), "https://localhost/authorize?a=b");
  });
});

describe("in front of a server that records headers", () => {
  let nginx;
  let server;
  const seen = [];
  before(async () => {
    nginx = await prepareNginx();
    server = createServer((request, response) => {
      seen.push(request.headers);
      response.end();
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    await nginx.start(server.address().port);
  });
  after(async () => {
    await nginx?.stop();
    server?.closeAllConnections();
    server?.close();
  });

  test("a client cannot say which address it has", async () => {
    await fetch(nginx.url, { headers: { "spin-client-addr": "192.0.2.1:1", "x-real-ip": "192.0.2.1" } });
    assert.equal(seen[0]["spin-client-addr"], undefined);
    assert.equal(seen[0]["x-real-ip"], "127.0.0.1");
    assert.equal(seen[0].host, new URL(nginx.url).host);
  });
});
