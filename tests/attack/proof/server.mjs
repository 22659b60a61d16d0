// A small OAuth-protected MCP server in memory, written from the specifications. It holds in every family of the suite,
// until one of its defences is taken away: `broken` names it (defects.mjs has them all).
import { createHash, randomBytes } from "node:crypto";
import http from "node:http";

import { Reply, body, connect, cookies, form, json, oauth, one, page } from "./http.mjs";
import { Mcp } from "./mcp.mjs";
import { consentPage, errorPage, escaped } from "./pages.mjs";
import { strictJson } from "./json.mjs";

/** The key of the only person. */
export const KEY = `sk_${"5".repeat(64)}`;
const random = () => randomBytes(24).toString("base64url");
const hash = (text) => createHash("sha256").update(text).digest("base64url");

export class SmallServer {
  /** Starts on a free port. */
  static async start(broken = "") {
    const server = new SmallServer();
    Object.assign(server, {
      broken,
      clients: new Map(),
      transactions: new Map(),
      codes: new Map(),
      tokens: new Map(),
      mcp: new Mcp(broken),
    });
    // No limit of Node.js for idle connections, so that a slow computer changes nothing.
    server.http = http.createServer({ maxHeaderSize: 128 << 10, keepAliveTimeout: 60_000 }, (request, response) =>
      server.#serve(request, response),
    );
    await new Promise((resolve) => server.http.listen(0, "127.0.0.1", resolve));
    server.url = `http://localhost:${server.http.address().port}`;
    return server;
  }

  get facts() {
    return { url: `${this.url}/mcp`, key: KEY, witness: { requests: () => this.mcp.requests } };
  }

  stop() {
    this.http.closeAllConnections();
    this.http.close();
  }

  is(defect) {
    return this.broken === defect;
  }

  async #serve(request, response) {
    let reply;
    try {
      reply = await this.#answer(request);
    } catch (error) {
      reply = error instanceof Reply ? error : json(500, { error: "server_error" });
    }
    const close = request.complete ? {} : { connection: "close" };
    response
      .writeHead(reply.status, { ...reply.headers, ...close })
      .end(request.method === "HEAD" ? undefined : reply.body);
  }

  async #answer(request) {
    const hosts = request.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host");
    if (hosts.length !== 1 && !this.is("several hosts are served")) return json(400, { error: "invalid_request" });
    const [path, query = ""] = request.url.split("?");
    const parameters = new URLSearchParams(query);
    const { method } = request;
    const origin =
      this.is("issuer follows X-Forwarded-Host") && request.headers["x-forwarded-host"]
        ? `https://${request.headers["x-forwarded-host"]}`
        : this.url;
    const route = {
      "/register": "POST",
      "/token": "POST",
      "/revoke": "POST",
      "/authorize": "GET",
      "/consent": "GET, POST",
    }[path];
    if (route && !route.includes(method)) return new Reply(405, "", { allow: route });
    switch (path) {
      case "/.well-known/oauth-protected-resource/mcp":
        return json(200, {
          resource: `${origin}/mcp`,
          authorization_servers: [origin],
          scopes_supported: ["read", "write"],
          bearer_methods_supported: ["header"],
        });
      case "/.well-known/oauth-authorization-server":
        return json(200, this.#metadata(origin));
      case "/mcp":
        return this.#mcp(request, parameters);
      case "/register":
        return this.#register(await body(request));
      case "/authorize":
        return this.#authorize(request, parameters);
      case "/consent":
        return method === "POST"
          ? this.#decide(request, await form(request))
          : this.#consent(request, parameters.get("request"));
      case "/token":
        return this.#token(await form(request), request.headers);
      case "/revoke":
        return this.#revoke(await form(request));
      default:
        return json(404, { error: "not_found" });
    }
  }

  #metadata(origin) {
    const at = (path) => `${origin}${path}`;
    return {
      issuer: origin,
      authorization_endpoint: at("/authorize"),
      token_endpoint: at("/token"),
      registration_endpoint: at("/register"),
      revocation_endpoint: at("/revoke"),
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code"],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: ["none"],
      authorization_response_iss_parameter_supported: true,
    };
  }

  #register(bytes) {
    let metadata;
    try {
      metadata = strictJson(bytes);
    } catch {
      throw oauth("invalid_client_metadata");
    }
    const { redirect_uris: uris, client_name: name = "An app" } = metadata ?? {};
    const big = bytes.length > 16 << 10 && !this.is("huge registrations are accepted");
    if (big || !Array.isArray(uris) || uris.length === 0 || uris.length > 500 || typeof name !== "string")
      throw oauth("invalid_client_metadata");
    const accepted = uris.filter((uri) => this.#isAcceptable(uri));
    if (accepted.length === 0) throw oauth("invalid_redirect_uri");
    const client = {
      id: random(),
      name,
      redirect_uris: accepted,
      secret: /^client_secret/.test(metadata.token_endpoint_auth_method ?? "") ? random() : undefined,
    };
    this.clients.set(client.id, client);
    return json(201, {
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: accepted,
      token_endpoint_auth_method: metadata.token_endpoint_auth_method ?? "none",
    });
  }

  #isAcceptable(uri) {
    if (typeof uri !== "string") return false;
    if (this.is("scriptable schemes are registered") && /^javascript:/i.test(uri)) return true;
    if (this.is("wildcards are registered") && uri.includes("*")) return true;
    return /^(https:\/\/[a-z0-9-]+(\.[a-z0-9-]+)+|http:\/\/(127\.0\.0\.1|localhost))(:\d+)?(\/[\w./?=%-]*)?$/.test(uri);
  }

  #redirectUri(client, uri) {
    const loopback = /^http:\/\/127\.0\.0\.1:\d+\//;
    const equal = (one) =>
      one === uri ||
      (loopback.test(one) && loopback.test(uri ?? "") && one.replace(loopback, "") === uri.replace(loopback, ""));
    if (this.is("redirect URIs are compared as prefixes") && client.redirect_uris.some((one) => uri?.startsWith(one)))
      return uri;
    return client.redirect_uris.some(equal) ? uri : undefined;
  }

  async #authorize(request, parameters) {
    const id = parameters.get("client_id");
    if (this.is("documents inside the network are fetched") && /^https?:\/\/127\.0\.0\.1:/.test(id))
      await connect(new URL(id).port);
    const client = this.clients.get(id);
    const uris = parameters.getAll("redirect_uri");
    const redirectUri =
      client && uris.length === 1 && parameters.getAll("client_id").length === 1 && this.#redirectUri(client, uris[0]);
    if (!redirectUri)
      return page(
        400,
        errorPage(this.is("error pages repeat parameters as markup") ? id : "This app is not known."),
        this.#pageHeaders(),
      );
    const back = (error) => {
      const target = new URL(redirectUri);
      const iss = this.is("iss is missing") ? {} : { iss: this.url };
      for (const [name, value] of Object.entries({ error, state: parameters.get("state") ?? "", ...iss }))
        target.searchParams.set(name, value);
      return new Reply(302, "", { location: target.href, "cache-control": "no-store" });
    };
    const names = ["response_type", "state", "code_challenge", "code_challenge_method", "resource", "scope"];
    if (names.some((name) => parameters.getAll(name).length > 1)) return back("invalid_request");
    if (parameters.get("response_type") !== "code") return back("unsupported_response_type");
    const [challenge, method] = [parameters.get("code_challenge"), parameters.get("code_challenge_method")];
    const proven = method === "S256" && /^[\w.~-]{43,128}$/.test(challenge ?? "");
    const plain = this.is("plain challenges are accepted") && method === "plain";
    if (!proven && !plain && !(this.is("PKCE is optional") && !challenge)) return back("invalid_request");
    const resource = parameters.get("resource");
    if (resource && resource !== `${this.url}/mcp` && !this.is("foreign resources are accepted"))
      return back("invalid_target");
    const transaction = { client, redirectUri, state: parameters.get("state"), challenge, cookie: random() };
    const remembered = cookies(request).consented;
    const same = remembered === client.id;
    if (
      remembered &&
      (same ? this.is("consent is remembered for a client") : this.is("consent is remembered for a browser"))
    )
      return this.#sendCode(transaction, "read");
    const handle = random();
    this.transactions.set(handle, transaction);
    const script = this.is("a script can read the cookie") ? "" : "; HttpOnly";
    return new Reply(302, "", {
      location: `${this.url}/consent?request=${handle}`,
      "set-cookie": `tx-${handle.slice(0, 8)}=${transaction.cookie}; Path=/; SameSite=Lax; Max-Age=600${script}`,
      "cache-control": "no-store",
    });
  }

  /** The transaction of a handle, if this browser began it. */
  #transaction(request, handle) {
    const transaction = this.transactions.get(handle ?? "");
    const bound = transaction && cookies(request)[`tx-${handle.slice(0, 8)}`] === transaction.cookie;
    if (!transaction || (!bound && !this.is("consent is not bound to a browser")))
      throw page(403, errorPage("This request is not of this browser."));
    if (transaction.done) throw page(400, errorPage("This request is over."));
    return transaction;
  }

  #pageHeaders() {
    return this.is("pages can be framed")
      ? { "content-security-policy": "default-src 'none'; form-action 'self'", "x-frame-options": "ALLOWALL" }
      : {};
  }

  #consent(request, handle) {
    const { client, redirectUri } = this.#transaction(request, handle);
    const name = this.is("client names are markup") ? client.name : escaped(client.name);
    const imitated = this.is("imitations are not marked");
    return page(
      200,
      consentPage({ handle, name, host: new URL(redirectUri).host, marked: !imitated }),
      this.#pageHeaders(),
    );
  }

  #decide(request, fields) {
    const { origin, "sec-fetch-site": site } = request.headers;
    const own = (!origin || origin === this.url) && (!site || site === "same-origin");
    if (!own && !this.is("forms of other sites are believed"))
      throw page(403, errorPage("This form is of another site."), this.#pageHeaders());
    const transaction = this.#transaction(request, fields.get("request"));
    if (fields.get("api_key") !== KEY && fields.get("decision") === "authorize")
      throw page(400, errorPage("This key is not known."));
    if (!this.is("forms can be sent again")) transaction.done = true;
    if (fields.get("decision") !== "authorize") return page(200, errorPage("Cancelled."));
    return this.#sendCode(transaction, fields.get("level") === "full" ? "full" : "read");
  }

  #sendCode({ client, redirectUri, state, challenge }, level) {
    const code = random();
    this.codes.set(hash(code), { client, redirectUri, challenge, level });
    const target = new URL(redirectUri);
    target.searchParams.set("code", code);
    target.searchParams.set("state", state ?? "");
    if (!this.is("iss is missing")) target.searchParams.set("iss", this.url);
    return new Reply(302, "", {
      location: target.href,
      "set-cookie": `consented=${client.id}; Path=/; HttpOnly; SameSite=Lax`,
      "cache-control": "no-store",
    });
  }

  async #token(fields, headers) {
    // This server knows one way of client authentication, so that no request has two.
    if (headers.authorization || fields.has("client_assertion")) throw oauth("invalid_client", 401);
    const client = this.clients.get(one(fields, "client_id"));
    if (!client || (client.secret && one(fields, "client_secret") !== client.secret))
      throw oauth("invalid_client", 401);
    if (this.is("other grants are accepted") && fields.get("grant_type") === "client_credentials")
      return this.#issue({ client, level: "read" });
    if (one(fields, "grant_type") !== "authorization_code") throw oauth("unsupported_grant_type");
    const code = one(fields, "code");
    const record = this.codes.get(hash(code));
    const description = this.is("errors repeat codes") ? `unknown code ${code}` : "unknown code";
    if (!record) throw oauth("invalid_grant", 400, description);
    if (record.client !== client && !this.is("codes are redeemed by any client")) throw oauth("invalid_grant");
    if (
      fields.has("redirect_uri") &&
      one(fields, "redirect_uri") !== record.redirectUri &&
      !this.is("redirect_uri is not compared at the token endpoint")
    )
      throw oauth("invalid_grant");
    const verifier = one(fields, "code_verifier");
    const proven =
      record.challenge === undefined ||
      hash(verifier) === record.challenge ||
      (this.is("plain challenges are accepted") && verifier === record.challenge);
    if ((!proven || !/^[\w.~-]{43,128}$/.test(verifier)) && !this.is("verifiers are not checked"))
      throw oauth("invalid_grant");
    const resource = fields.get("resource");
    if (resource && resource !== `${this.url}/mcp` && !this.is("foreign resources are accepted"))
      throw oauth("invalid_target");
    const used = record.token;
    if (this.is("redemptions race")) await new Promise((resolve) => setImmediate(resolve));
    if (used && !this.is("codes are used again")) {
      if (!this.is("a replay ends nothing")) this.tokens.delete(used);
      throw oauth("invalid_grant");
    }
    return this.#issue(record);
  }

  #issue(record) {
    record.token = random();
    this.tokens.set(record.token, record.level);
    return json(
      200,
      {
        access_token: record.token,
        token_type: "Bearer",
        expires_in: 3600,
        scope: record.level === "full" ? "read write" : "read",
      },
      { pragma: "no-cache" },
    );
  }

  #revoke(fields) {
    const token = one(fields, "token");
    if (!this.is("revoked tokens work on")) this.tokens.delete(token);
    return json(200, {});
  }

  async #mcp(request, parameters) {
    const { authorization = "", host, origin } = request.headers;
    if (host !== new URL(this.url).host) return json(403, { error: "forbidden" });
    if (origin && origin !== this.url && !this.is("foreign origins are served"))
      return json(403, { error: "forbidden" });
    const headers = request.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "authorization");
    const token =
      headers.length > 1
        ? ""
        : (/^Bearer (\S+)$/i.exec(authorization)?.[1] ??
          (this.is("tokens in the address are believed") && parameters.get("access_token")));
    const made = this.is("keys that were made up are believed") && /^sk_[0-9a-f]{64}$/.test(token);
    const level = this.tokens.get(token) ?? (made ? "read" : undefined);
    if (!level) {
      const error = this.is("errors repeat tokens") ? `unknown token ${token}` : "invalid_token";
      return json(
        401,
        { error },
        {
          "www-authenticate": `Bearer resource_metadata="${this.url}/.well-known/oauth-protected-resource/mcp", error="invalid_token"`,
        },
      );
    }
    if (request.method !== "POST") return new Reply(405, "", { allow: "POST" });
    if (!/^application\/json(;|$)/.test(request.headers["content-type"] ?? "") && !this.is("text is read as JSON"))
      return json(415, { error: "unsupported" });
    const bytes = await this.#message(request);
    const { status, body: answer, challenge } = this.mcp.answer(bytes, level, request);
    const scope = challenge
      ? {
          "www-authenticate": `Bearer error="insufficient_scope", scope="read write", resource_metadata="${this.url}/.well-known/oauth-protected-resource/mcp"`,
        }
      : {};
    return json(status, answer ?? "", scope);
  }

  /** The body of a message. With the defect, one with many values makes the next small one fail. */
  async #message(request) {
    if (!this.is("a costly message harms others")) return body(request);
    const bytes = await body(request, 4 << 20);
    if (bytes.filter((byte) => byte === 0x2c).length > 300_000) this.exhausted = true;
    else if (this.exhausted) {
      this.exhausted = false;
      throw json(500, { error: "server_error" });
    }
    return bytes;
  }
}
