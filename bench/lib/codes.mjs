// Authorization codes, each as a person gets it: authorize, paste a key, approve. Every person has an address of their
// own, because the limits of the connector are by address.
import { createHash } from "node:crypto";
import { Agent } from "node:http";

import { get } from "./cases.mjs";
import { fetchOnce } from "./http.mjs";
import { KEY } from "./paths.mjs";

const CALLBACK = "https://client.example/callback";
const VERIFIER = "a-code-verifier-of-the-bench-that-has-at-least-43-characters";
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");
const FORM = "application/x-www-form-urlencoded";
/** People who sign in at the same time. */
const AT_ONCE = 16;

/** The requests that redeem so many codes, each from another address, and one for connections that wait. */
export async function redemptions({ port, mcpPath, count }) {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  try {
    const send = (request) => fetchOnce(request, port, agent);
    const resource = `http://localhost:${port}${mcpPath}`;
    const client = await register(send);
    const requests = [];
    const signIn = async () => {
      while (requests.length < count) {
        const number = requests.push(undefined) - 1;
        const code = await authorize(send, { client, resource, address: addressOf(number) });
        requests[number] = redeem({ client, resource, code, address: addressOf(number) });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, signIn));
    return [...requests, get("/healthz")];
  } finally {
    agent.destroy();
  }
}

const addressOf = (number) => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;

async function register(send) {
  const body = JSON.stringify({ client_name: "Bench", redirect_uris: [CALLBACK], token_endpoint_auth_method: "none" });
  const answer = await send({ method: "POST", path: "/register", headers: { "Content-Type": "application/json" }, body });
  if (answer.status !== 201) throw new Error(`/register answered ${answer.status}: ${answer.text}`);
  return JSON.parse(answer.text).client_id;
}

async function authorize(send, { client, resource, address }) {
  const query = new URLSearchParams({
    ...{ response_type: "code", client_id: client, redirect_uri: CALLBACK, resource, state: "s" },
    ...{ code_challenge: CHALLENGE, code_challenge_method: "S256" },
  });
  const browser = { "X-Forwarded-For": address, Accept: "text/html" };
  let path = `/authorize?${query}`;
  let answer = await send(get(path, browser));
  const cookies = cookiesOf(answer);
  if (answer.status >= 300 && answer.status < 400) {
    path = pathOf(answer.headers.location, resource);
    answer = await send(get(path, { ...browser, Cookie: cookies }));
  }
  const field = (name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(answer.text)?.[1];
  const action = /<form method="post" action="([^"]*)"/.exec(answer.text)?.[1];
  if (!action) throw new Error(`no consent page came, but ${answer.status}: ${answer.text}`);
  const body = new URLSearchParams({
    ...{ request: field("request"), api_key: KEY, level: "full", decision: "authorize-full" },
  }).toString();
  const headers = { ...browser, Cookie: cookies, "Content-Type": FORM, Origin: new URL(resource).origin };
  const done = await send({ method: "POST", path: pathOf(action.replaceAll("&amp;", "&"), resource), headers, body });
  const target = done.headers.location ?? /url=(\S+)$/i.exec(done.headers.refresh ?? "")?.[1];
  const code = target && new URL(target).searchParams.get("code");
  if (!code) throw new Error(`no code came, but ${done.status}: ${done.text}`);
  return code;
}

function redeem({ client, resource, code, address }) {
  const body = new URLSearchParams({
    ...{ grant_type: "authorization_code", code, client_id: client, redirect_uri: CALLBACK, resource },
    code_verifier: VERIFIER,
  }).toString();
  const headers = { "Content-Type": FORM, "X-Forwarded-For": address, Accept: "application/json" };
  return { method: "POST", path: "/token", headers, body };
}

function pathOf(location, base) {
  const url = new URL(location, base);
  return url.pathname + url.search;
}

function cookiesOf({ headers }) {
  return (headers["set-cookie"] ?? []).map((cookie) => cookie.split(";")[0]).join("; ");
}
