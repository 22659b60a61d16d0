// The certified provider of the tests, npm `oidc-provider`, behind a wire that records and edits (wire.mjs).
import http from "node:http";

import { Provider } from "oidc-provider";

import { CLIENT_ID } from "../tools/keys-api.mjs";
import { interact, interactionPath } from "./interaction.mjs";
import { signingKey } from "./signing-keys.mjs";
import { memoryStore } from "./store.mjs";
import { close, listen, startWire } from "./wire.mjs";

/** What userinfo and ID token say of the person. */
export const CLAIMS = { name: "Ada Example", email: "ada@people.example", email_verified: true };

/**
 * How a provider differs from the usual one, which signs with RS256, asks for sign-in and consent, and gives claims at
 * userinfo only.
 * @typedef {{
 *   alg?: string, path?: string, host?: string, client?: object, configuration?: object, claims?: object,
 *   edits?: Edit[], results?: Record<string, object>, otherOrigins?: string[],
 * }} Setup
 * `client` and `configuration` are added to those of `oidc-provider`; `results` are those of interactions;
 * `otherOrigins` are the names of endpoints in the metadata that get an origin of their own each.
 */

/**
 * Starts the wire of a provider. The provider itself needs the connector's address and follows with `open`.
 * @param {Setup} setup
 */
export async function startProvider(setup) {
  const seen = [];
  const others = {};
  for (const name of setup.otherOrigins ?? []) others[name] = await startWire({ host: "localhost", seen });
  const edits = [...(setup.edits ?? []), moveEndpoints(others)];
  const wire = await startWire({ host: setup.host, edits, seen });
  const servers = [];
  const issuer = wire.origin + (setup.path ?? "");

  /** Starts the provider for a connector at this origin; once more with another key: it has been rotated. */
  async function open(connector, kid) {
    const key = signingKey(setup.alg ?? "RS256", kid);
    const provider = new Provider(issuer, configurationOf(setup, connector, key));
    provider.on("server_error", (_, error) => console.error(error));
    const server = http.createServer(serve(provider, setup));
    servers.push(server);
    const target = await listen(server);
    for (const one of [wire, ...Object.values(others)]) one.leadTo(target, [key]);
  }

  return {
    issuer,
    origin: wire.origin,
    /** Origins of endpoints that are elsewhere, by their names in the metadata. */
    others: Object.fromEntries(Object.entries(others).map(([name, { origin }]) => [name, origin])),
    seen,
    open,
    async stop() {
      await Promise.all([wire, ...Object.values(others)].map((one) => one.stop()));
      await Promise.all(servers.map(close));
    },
  };
}

function configurationOf({ alg = "RS256", path = "", client, configuration, claims = {} }, connector, key) {
  const usual = {
    adapter: memoryStore(),
    jwks: { keys: [key] },
    clients: [
      {
        client_id: CLIENT_ID,
        redirect_uris: [`${connector}/connect/callback`],
        grant_types: ["authorization_code"],
        response_types: ["code"],
        token_endpoint_auth_method: "none",
        id_token_signed_response_alg: alg,
        ...client,
      },
    ],
    // An account has the claims of the row; a claim that is undefined is left out.
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...CLAIMS, ...claims }) }),
    claims: {
      openid: ["sub"],
      profile: ["name", "updated_at", "address", "credits"],
      email: ["email", "email_verified"],
    },
    scopes: ["openid"],
    enabledJWA: { idTokenSigningAlgValues: [alg] },
    renderError(context, { error, error_description }) {
      context.type = "html";
      context.body = `<!doctype html><title>Error</title><h1>${error}: ${error_description}</h1>`;
    },
    cookies: { keys: ["a key of the tests"] },
    interactions: { url: (_, { uid }) => interactionPath(mountOf(path), uid) },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Grant: 600, Interaction: 600, Session: 600 },
  };
  const features = { devInteractions: { enabled: false }, ...configuration?.features };
  return { ...usual, ...configuration, features };
}

/** Where the provider is, from the path of its issuer. */
const mountOf = (path) => path.replace(/\/$/, "");

/** Answers interactions, and passes everything else to the provider below its path. */
function serve(provider, { path = "", results = {} }) {
  const handle = provider.callback();
  const mount = mountOf(path);
  return async (request, response) => {
    if (request.url.startsWith(interactionPath(mount, ""))) {
      return interact(provider, request, response, results).catch((error) => {
        response.writeHead(500).end(error.stack);
      });
    }
    request.originalUrl = request.url;
    request.url = request.url.slice(mount.length);
    return handle(request, response);
  };
}

/** An edit that gives endpoints in the metadata their own origins. */
function moveEndpoints(others) {
  return ({ request, response }) => {
    if (!request.url.pathname.endsWith("/.well-known/openid-configuration") || response.status !== 200) return;
    if (Object.keys(others).length === 0) return;
    const metadata = JSON.parse(response.body);
    for (const [name, { origin }] of Object.entries(others)) {
      metadata[name] = origin + new URL(metadata[name]).pathname;
    }
    response.body = JSON.stringify(metadata);
  };
}
