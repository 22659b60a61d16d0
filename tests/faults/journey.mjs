// An app and its person, step by step: each step is one request of the app or of the browser to the connector, and says
// what the app, the person or the model saw.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";

import { Person } from "../tools/person.mjs";
import { post } from "../tools/message.mjs";
import { tellsTheSame } from "../tools/told.mjs";

/** Where the browser is sent back to; nothing listens there. */
const CALLBACK = "https://app.example/callback";
/** The emulator's demo person. */
const SIGN_IN = { email: "demo@tokportal.example", password: "demo-password" };
const REVISION = { "MCP-Protocol-Version": "2025-11-25" };

/**
 * What a step led to. `saw` is what the app, the person or the model was told, without the parts that differ each time.
 * @typedef {{ok: boolean, saw: string, status: number, retryAfter?: string}} Seen
 */

export class Journey {
  /**
   * @param {import("./world.mjs").World} world
   * @param {{replaces?: boolean}} [choice] whether the person replaces older keys of this app. A key that was left behind
   *   by accident would then be replaced, too, and not be noticed.
   */
  constructor(world, { replaces = false } = {}) {
    this.world = world;
    this.replaces = replaces;
    this.person = new Person(SIGN_IN);
    this.token = undefined;
  }

  /** `POST /register` */
  async register() {
    const body = { client_name: "Faults", redirect_uris: [CALLBACK], token_endpoint_auth_method: "none" };
    const response = await fetch(`${this.world.url}/register`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const { seen, json } = await oauthAnswer(response, 201);
    this.client = json?.client_id;
    return seen;
  }

  /** `GET /authorize`, which sends the browser to the portal. */
  async start() {
    this.verifier = randomBytes(32).toString("base64url");
    const query = new URLSearchParams({
      response_type: "code",
      client_id: this.client,
      redirect_uri: CALLBACK,
      state: "the app's state",
      code_challenge: createHash("sha256").update(this.verifier).digest("base64url"),
      code_challenge_method: "S256",
      resource: this.world.mcp,
    });
    const page = await this.#open(`${this.world.url}/authorize?${query}`, this.#portal("/portal/oauth/authorize"));
    this.atPortal = page.sentTo;
    return this.#seen(page, this.#portal(""));
  }

  /** The portal's pages, which send the browser back. No request of this step reaches the connector. */
  async signIn() {
    let page = await this.person.open(this.atPortal, this.#own("/connect/callback"));
    if (!page.sentTo) page = await this.person.submitSignIn(page, this.#own("/connect/callback"));
    assert.ok(page.sentTo, page.text);
    this.atCallback = page.sentTo;
    return { ok: true, saw: "signed in", status: 200 };
  }

  /** `GET /connect/callback`, which sends the browser to the consent page. */
  async callback() {
    const page = await this.#open(this.atCallback, this.#own("/connect/consent"));
    this.atConsent = page.sentTo;
    return this.#seen(page, this.#own("/connect/consent"));
  }

  /** `GET /connect/consent` */
  async consent() {
    const page = await this.#open(this.atConsent);
    const form = page.document?.querySelector("input[type=radio]");
    if (form) this.page = page;
    return form ? { ok: true, saw: "consent page", status: page.status } : this.#seen(page);
  }

  /** `POST /connect/consent`: the person authorizes. */
  async approve() {
    const form = this.page.form("radio").choose(/^full access/i);
    // The page has ticked the box if there are older keys.
    const box = form.element.querySelector("input[type=checkbox]");
    assert.ok(box || !this.replaces, "the page offers to replace older keys");
    if (box && !this.replaces) delete form.fields[box.getAttribute("name")];
    const page = await this.person.submit(this.page, form.press(/^authorize/i), CALLBACK);
    const code = page.sentTo && new URL(page.sentTo).searchParams.get("code");
    if (code) this.code = code;
    return code ? { ok: true, saw: "a code", status: 200 } : this.#seen(page);
  }

  /** `POST /token` */
  async redeem() {
    const response = await fetch(`${this.world.url}/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        client_id: this.client,
        code: this.code,
        redirect_uri: CALLBACK,
        code_verifier: this.verifier,
      }),
    });
    const { seen, json } = await oauthAnswer(response, 200);
    if (seen.ok) this.token = json.access_token;
    return seen;
  }

  /** `POST /revoke` */
  async revoke() {
    const body = new URLSearchParams({ token: this.token });
    const response = await fetch(`${this.world.url}/revoke`, { method: "POST", body });
    return (await oauthAnswer(response, 200)).seen;
  }

  /** `initialize` */
  async initialize() {
    const clientInfo = { name: "faults", version: "1.0.0" };
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
    return this.#message({ method: "initialize", params }, {});
  }

  /** `tools/list` */
  async list() {
    return this.#message({ method: "tools/list", params: {} });
  }

  /** A tool that only reads. */
  async read() {
    return this.call("tokportal_get_credit_balance", {});
  }

  /** A tool that spends credits, without an idempotency key. */
  async order() {
    return this.call("tokportal_create_bundle", { bundle_type: "account_only", platform: "tiktok", country: "USA" });
  }

  /** The same with an idempotency key, which each journey has one of. */
  async repeatable() {
    this.idempotencyKey ??= randomBytes(16).toString("hex");
    const order = { bundle_type: "account_only", platform: "tiktok", country: "USA" };
    return this.call("tokportal_create_bundle", { ...order, idempotency_key: this.idempotencyKey });
  }

  async call(name, args) {
    return this.#message({ method: "tools/call", params: { name, arguments: args } });
  }

  /** From the registration to the token, or to the step that fails. */
  async connect() {
    for (const step of SIGN_IN_STEPS) {
      const seen = await this[step]();
      if (!seen.ok) return { step, ...seen };
    }
    return { ok: true, saw: "connected", status: 200 };
  }

  async #message(message, headers = REVISION) {
    const response = await post({ mcp: this.world.mcp, key: this.token }, message, { headers });
    return mcpAnswer(response);
  }

  #portal(path) {
    return `${this.world.wire.url}${path}`;
  }

  #own(path) {
    return `${this.world.url}${path}`;
  }

  /** Opens a page. The browser stops where it is sent to the app. */
  #open(url, ...destinations) {
    return this.person.open(url, [CALLBACK, ...destinations]);
  }

  /** What the person or the app saw; `next` begins the URL of the next step. */
  #seen(page, next) {
    if (page.sentTo && next && page.sentTo.startsWith(next)) return { ok: true, saw: "the next page", status: 303 };
    if (page.sentTo) {
      const answer = new URL(page.sentTo).searchParams;
      assert.equal(answer.get("state"), "the app's state", "the app gets its state back");
      assert.equal(answer.get("iss"), this.world.url, "the app is told who answers");
      const saw = `app: ${answer.get("error")}: ${answer.get("error_description")}`;
      return { ok: false, saw, status: 303 };
    }
    const [title] = page.document.querySelectorAll("h1");
    assert.ok(title, `a page (${page.status}) without a heading: ${page.html.slice(0, 300)}`);
    assert.match(page.text, /req_[0-9a-f]{32}/, "the page shows the request id");
    const saw = `page ${page.status}: ${title.text.trim()}`;
    return { ok: false, saw, status: page.status, retryAfter: page.headers.get("retry-after") };
  }
}

/** The steps of a sign-in, in order. */
export const SIGN_IN_STEPS = ["register", "start", "signIn", "callback", "consent", "approve", "redeem"];

/** The answer of an OAuth endpoint. */
async function oauthAnswer(response, expected) {
  const json = await response.json();
  const seen = { ok: response.status === expected, status: response.status };
  if (seen.ok) return { seen: { ...seen, saw: `${expected}` }, json };
  assert.equal(typeof json.error, "string", JSON.stringify(json));
  assert.ok(json.error_description?.length > 10, JSON.stringify(json));
  assert.match(response.headers.get("x-request-id") ?? "", /^req_[0-9a-f]{32}$/);
  const saw = `${response.status} ${json.error}: ${json.error_description}`;
  return { seen: { ...seen, saw, retryAfter: response.headers.get("retry-after") }, json };
}

/** The answer to an MCP message: a result, a failed result, or an error. */
async function mcpAnswer(response) {
  const json = await response.json();
  const { status } = response;
  if (!json.result) {
    const { code, message } = json.error ?? assert.fail(JSON.stringify(json));
    const saw = `${status} error ${code}: ${message}`;
    return { ok: false, status, saw, retryAfter: response.headers.get("retry-after"), json };
  }
  if (!json.result.isError) return { ok: true, status, saw: "a result", json };
  const [{ text }] = json.result.content;
  const { error } = JSON.parse(text);
  if (json.result.structuredContent) tellsTheSame(json.result);
  for (const member of ["code", "message", "hint"]) assert.equal(typeof error[member], "string", text);
  assert.equal(typeof error.retryable, "boolean", text);
  const saw = `model: ${error.code}: ${error.message}`;
  return { ok: false, status, saw, error, json };
}
