// One sign-in from the app to its tools: /authorize, the provider's pages, our consent page, the code, tools/list.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { Person } from "../tools/person.mjs";
import { post } from "../tools/message.mjs";

/** Where the browser is sent back to; nothing listens there. */
const CALLBACK = "https://app.example/callback";
const VERIFIER = "a-verifier-of-more-than-43-characters-0123456789";
const REVISION = { "MCP-Protocol-Version": "2025-11-25" };
const MAX_PAGES = 12;

/** A person without cookies; every password is right. */
export const newPerson = () => new Person({ email: "ada@people.example", password: "right" });

/**
 * What came of a sign-in.
 * @typedef {{
 *   result: string, connected: boolean, error?: string, description?: string, consent?: string, pages: string[],
 *   tools?: number,
 * }} Outcome
 * `consent` is the text of our consent page, `pages` are the pages that the person saw.
 */

/**
 * @param {{url: string, mcp: string}} connector
 * @param {{person?: Person, cancel?: string, state?: string, prompt?: string}} [options] `cancel` is the page of the
 *   provider on which the person cancels; `state` and `prompt` are those of the app.
 * @returns {Promise<Outcome>}
 */
export async function signIn(connector, { person = newPerson(), cancel, state = "the app's state", prompt } = {}) {
  const client = await register(connector);
  const { sentTo, ...visit } = await walk(person, authorizationUrl(connector, client, { state, prompt }), cancel);
  if (!sentTo) return { ...visit, connected: false };
  const answer = new URL(sentTo).searchParams;
  assert.equal(answer.get("state"), state);
  assert.equal(answer.get("iss"), connector.url);
  const code = answer.get("code");
  if (!code) {
    const [error, description] = [answer.get("error"), answer.get("error_description")];
    return { ...visit, connected: false, error, description, result: `${error}: ${description}` };
  }
  const token = await redeem(connector, client, code);
  return { ...visit, connected: true, result: "connected", tools: await tools(connector, token) };
}

/** Registers the app: its client id. */
export async function register({ url }, redirectUri = CALLBACK) {
  const registration = await fetch(`${url}/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      client_name: "Providers",
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: "none",
    }),
  });
  const client = await registration.json();
  assert.equal(registration.status, 201, JSON.stringify(client));
  return client.client_id;
}

/** Where the app sends the browser. */
export function authorizationUrl({ url, mcp }, client, { state, prompt, redirectUri = CALLBACK }) {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client,
    redirect_uri: redirectUri,
    ...(state ? { state } : {}),
    code_challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
    code_challenge_method: "S256",
    resource: mcp,
    ...(prompt ? { prompt } : {}),
  });
  return `${url}/authorize?${query}`;
}

/** Goes from page to page until the browser is sent to the app, or a page offers nothing to do. */
async function walk(person, url, cancel) {
  const pages = [];
  let consent;
  let page = await person.open(url, CALLBACK);
  while (pages.length < MAX_PAGES) {
    if (page.sentTo) return { sentTo: page.sentTo, pages, consent };
    const kind = kindOf(page);
    pages.push(kind);
    const press = (words) => person.submit(page, page.formWith(words).press(words), CALLBACK);
    if (kind === cancel) page = await press(/^cancel/i);
    else if (kind === "sign-in") page = await person.submitSignIn(page, CALLBACK);
    else if (kind === "consent of the provider") page = await press(/^continue/i);
    else if (kind === "our consent") {
      consent = page.text;
      const decision = page
        .form("radio")
        .choose(/^read-only/i)
        .press(/^authorize/i);
      page = await person.submit(page, decision, CALLBACK);
    } else {
      const title =
        (page.document.querySelector("h1") ?? page.document.querySelector("title"))?.text.trim() ??
        page.html.slice(0, 100);
      return { pages, consent, result: `page ${page.status} at ${page.url.pathname}: ${title}` };
    }
  }
  return { pages, consent, result: `no end after ${pages.join(", ")}` };
}

function kindOf(page) {
  if (page.status !== 200) return "error page";
  if (page.form("password")) return "sign-in";
  if (page.form("radio")) return "our consent";
  const isConsent = page.document.querySelectorAll("button").some((button) => button.text.trim() === "Continue");
  return isConsent ? "consent of the provider" : "other page";
}

/** Redeems the code: the access token. */
export async function redeem({ url }, client_id, code, redirectUri = CALLBACK) {
  const response = await fetch(`${url}/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id,
      code,
      redirect_uri: redirectUri,
      code_verifier: VERIFIER,
    }),
  });
  const answer = await response.json();
  assert.equal(response.status, 200, JSON.stringify(answer));
  return answer.access_token;
}

/** How many tools the token shows. */
export async function tools(connector, key) {
  const response = await post({ ...connector, key }, { method: "tools/list", params: {} }, { headers: REVISION });
  const answer = await response.json();
  assert.equal(response.status, 200, JSON.stringify(answer));
  return answer.result.tools.length;
}
