// The API and the portal of fifty people: everything that is answered names its owner, and every fault is noted.
//
// The emulator knows two people, so this stands in its place. It keeps to docs/PORTAL-CONTRACT.md; an answer of the API
// is what a person's key and the request decide, so an answer to another person or another request is told at once.
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import http from "node:http";
import { buffer } from "node:stream/consumers";

import { nameOf, ownerOf } from "./marker.mjs";
import { numberOf } from "./random.mjs";

/** Of so many calls one fails. */
const ONE_IN = 50;
/** How calls of the API fail. */
const API_FAULTS = ["500", "503", "malformed", "reset", "cut", "slow"];
/** How calls of the portal fail. `slow` is no error. */
const PORTAL_FAULTS = ["503", "reset", "lost", "slow"];
const SLOW_MS = 300;
/**
 * How long a fault of key introspection has an effect: `key_check_seconds`, and the time of a request on its way. The
 * connector then leaves to the API what a key may do, so it lists all tools and sends a write.
 */
const UNSURE_MS = 10_000;
export const INTROSPECTION = "GET /portal/api/keys/current";
export const KEY_LIST = "GET /portal/api/keys";
const KEY = /^sk_[0-9a-f]{64}$/;

const json64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const secret = () => randomBytes(32).toString("hex");

/**
 * @param {{seed: number, connector: string}} options `connector` is the origin of the connector.
 * @returns {Promise<{url: string, injected: Map<string, string>, faults: (person: string, ...calls: string[]) => number,
 *   allFaults: (call: string) => number, unsure: (person: string) => boolean, problems: string[], calls: () => number,
 *   orders: (person: string) => string[], liveKeys: () => {key: string, person: string, lasting: boolean}[],
 *   stop: () => Promise<void>}>}
 *   `injected` are the faults of the API by the marker of the call. `faults` counts those of the portal for a person, at
 *   these calls; `allFaults` those for all people. `problems` is what came with the key of another person.
 */
export async function startUpstream({ seed, connector }) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const keys = new Map();
  const [codes, tokens, minted] = [new Map(), new Map(), new Map()];
  const [injected, problems, orders] = [new Map(), [], new Map()];
  const [portalCalls, portalFaults] = [new Map(), []];
  let calls = 0;
  let origin;

  const isLive = (key) => key && !key.revoked && (key.expires === null || key.expires > Date.now());
  const failed = (status, code) => ({ status, body: { error: { code, message: `Answered with ${status}.` } } });
  const shown = ({ id, name, scopes, expires }) => ({
    data: { id, name, scopes, environment: "production", expires_at: expires && new Date(expires).toISOString() },
  });

  function idToken({ person, nonce }) {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: `${origin}/portal`, sub: person, aud: "tokportal-connector", name: nameOf(person), nonce };
    const text = `${json64({ alg: "ES256", kid: "soak" })}.${json64({ ...claims, iat: now, exp: now + 900 })}`;
    const signature = sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" });
    return `${text}.${signature.toString("base64url")}`;
  }

  /** The portal's provider and keys API: {person, answer}. `person` is undefined where nothing tells who asks. */
  const portal = {
    "GET /portal/.well-known/openid-configuration": () => ({
      body: {
        issuer: `${origin}/portal`,
        authorization_endpoint: `${origin}/portal/oauth/authorize`,
        token_endpoint: `${origin}/portal/oauth/token`,
        jwks_uri: `${origin}/portal/oauth/jwks`,
        id_token_signing_alg_values_supported: ["ES256"],
        token_endpoint_auth_methods_supported: ["none"],
        code_challenge_methods_supported: ["S256"],
        authorization_response_iss_parameter_supported: true,
      },
    }),
    "GET /portal/oauth/jwks": () => ({
      body: { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "soak", alg: "ES256", use: "sig" }] },
    }),
    "GET /portal/oauth/authorize": ({ query, headers }) => {
      const person = /person=([\w-]+)/.exec(headers.cookie ?? "")?.[1];
      const code = secret();
      codes.set(code, { person, nonce: query.get("nonce"), challenge: query.get("code_challenge") });
      const back = new URL(query.get("redirect_uri"));
      back.search = new URLSearchParams({ code, state: query.get("state"), iss: `${origin}/portal` });
      return { status: 303, headers: { Location: back.href } };
    },
    "POST /portal/oauth/token": ({ form }) => {
      const code = codes.get(form.get("code"));
      const proof = createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest("base64url");
      if (!code || proof !== code.challenge) return { status: 400, body: { error: "invalid_grant" } };
      return {
        person: code.person,
        act() {
          codes.delete(form.get("code"));
          const token = secret();
          tokens.set(token, code.person);
          return { body: { access_token: token, token_type: "Bearer", id_token: idToken(code) } };
        },
      };
    },
    "POST /portal/api/keys": ({ headers, json }) => {
      const person = tokens.get(headers.authorization?.replace("Bearer ", ""));
      if (!person) return failed(401, "UNAUTHORIZED");
      return {
        person,
        act() {
          const attempt = `${person} ${headers["idempotency-key"]}`;
          const made = minted.get(attempt) ?? `sk_${secret()}`;
          if (!minted.has(attempt)) {
            const { name, scopes } = json;
            keys.set(made, { id: secret(), person, name, scopes, expires: Date.parse(json.expires_at) });
            minted.set(attempt, made);
          }
          const { data } = shown(keys.get(made));
          return { status: 201, body: { data: { ...data, key: made } } };
        },
      };
    },
    "GET /portal/api/keys": ({ headers }) => {
      const person = tokens.get(headers.authorization?.replace("Bearer ", ""));
      if (!person) return failed(401, "UNAUTHORIZED");
      return { person, act: () => ({ body: { data: [] } }) };
    },
    "GET /portal/api/keys/current": ofKey((key) => ({ body: shown(key) })),
    "PATCH /portal/api/keys/current": ofKey((key) => {
      key.expires = null;
      return { body: shown(key) };
    }),
    "DELETE /portal/api/keys/current": ofKey((key) => {
      key.revoked = true;
      return { status: 204 };
    }),
  };

  function ofKey(act) {
    return ({ headers }) => {
      const key = keys.get(headers["x-api-key"]);
      return isLive(key) ? { person: key.person, act: () => act(key) } : failed(401, "AUTH_INVALID_KEY");
    };
  }

  /** The API: answers with who asked and what. The marker of a request names its person. */
  function api({ method, path, query, json, headers }) {
    const sent = headers["x-api-key"] ?? "";
    if (!KEY.test(sent) || !isLive(keys.get(sent))) return failed(401, "AUTH_INVALID_KEY");
    const { person, scopes } = keys.get(sent);
    const marker = json?.external_ref ?? query.get("external_ref") ?? decodeURIComponent(path.split("/")[4] ?? "");
    if (ownerOf(marker) !== person)
      problems.push(`${method} ${path}: the marker ${marker} came with the key of ${person}`);
    if (method !== "GET" && !scopes.includes("*")) {
      if (!unsure(person)) problems.push(`${method} ${path}: a write came with the read-only key of ${person}`);
      return failed(403, "AUTH_INSUFFICIENT_SCOPE");
    }
    return {
      person,
      marker,
      act() {
        if (method === "POST") orders.set(person, [...(orders.get(person) ?? []), marker]);
        return { status: method === "POST" ? 201 : 200, body: { data: { owner: person, marker } } };
      },
    };
  }

  /** Whether the connector may not know what the keys of a person may do. */
  function unsure(person) {
    const recently = Date.now() - UNSURE_MS;
    return portalFaults.some((fault) => fault.person === person && fault.call === INTROSPECTION && fault.at > recently);
  }

  /** Whether and how a call fails: the seed and the call decide. */
  function faultOf(kinds, name) {
    const number = numberOf(seed, name) * ONE_IN;
    return number < 1 ? kinds[Math.floor(number * kinds.length)] : undefined;
  }

  function plan({ call, isApi, name }) {
    if (isApi) {
      const fault = faultOf(API_FAULTS, call.marker);
      if (fault && fault !== "slow") injected.set(call.marker, fault);
      return fault;
    }
    const count = (portalCalls.get(call.person) ?? 0) + 1;
    portalCalls.set(call.person, count);
    const fault = faultOf(PORTAL_FAULTS, `${call.person} ${name} ${count}`);
    if (fault && fault !== "slow") portalFaults.push({ person: call.person, call: name, at: Date.now() });
    return fault;
  }

  const server = http.createServer(async (request, response) => {
    response.on("error", () => {});
    try {
      const { method, headers } = request;
      const { pathname: path, searchParams: query } = new URL(request.url, origin);
      const text = (await buffer(request)).toString();
      const json = headers["content-type"]?.includes("json") ? JSON.parse(text) : undefined;
      const name = `${method} ${path}`;
      const isApi = path.startsWith("/api/ext/");
      const handler = isApi ? api : (portal[name] ?? (() => failed(404, "NOT_FOUND")));
      calls += 1;
      const call = handler({ method, path, query, headers, json, form: new URLSearchParams(text) });
      const fault = call.act && plan({ call, isApi, name });
      if (fault === "reset") return request.socket.resetAndDestroy();
      if (fault === "500" || fault === "503") return write(response, failed(Number(fault), "INTERNAL_ERROR"));
      if (fault === "slow") await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
      const answer = call.act?.() ?? call;
      if (fault === "lost") return request.socket.resetAndDestroy();
      if (fault === "malformed")
        return response.writeHead(200, { "Content-Type": "application/json" }).end('{"data": [');
      if (fault === "cut") {
        response.writeHead(200, { "Content-Type": "application/json", "Content-Length": 1000 });
        return response.write('{"data": {"owner": "', () => request.socket.destroy());
      }
      write(response, answer);
    } catch (error) {
      problems.push(`the upstream of the test failed: ${error.stack}`);
      response.destroy();
    }
  });
  // A connection that ends while it is idle could end under a request.
  server.keepAliveTimeout = 600_000;
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://localhost:${server.address().port}`;
  return {
    url: origin,
    connector,
    injected,
    problems,
    faults: (person, ...names) =>
      portalFaults.filter((fault) => fault.person === person && names.includes(fault.call)).length,
    allFaults: (name) => portalFaults.filter(({ call }) => call === name).length,
    unsure,
    calls: () => calls,
    orders: (person) => orders.get(person) ?? [],
    /** The live keys, whose each is, and whether it is lasting. */
    liveKeys: () =>
      [...keys]
        .filter(([, key]) => isLive(key))
        .map(([key, { person, expires }]) => ({ key, person, lasting: !expires })),
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

function write(response, { status = 200, headers = {}, body }) {
  const type = body ? { "Content-Type": "application/json" } : {};
  response.writeHead(status, { ...type, ...headers });
  response.end(body ? JSON.stringify(body) : undefined);
}
