// Fetches the connector's pages as a person's browser gets them, in one language.
import assert from "node:assert/strict";

import { post } from "../tools/message.mjs";
import { Person } from "../tools/person.mjs";

const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"; // RFC 7636, appendix B

const ORDER = { bundle_type: "account_and_videos", platform: "tiktok", country: "USA", videos_quantity: 2 };

function enterKey(page, key) {
  const form = page.form("password");
  form.set("api_key", key);
  return form.press(/./);
}

/** One person, signed in at the portal of one app after the first consent page. */
export class Visitor {
  constructor(app, locale) {
    this.app = app;
    this.locale = locale;
    this.person = new Person(app.signIn, locale);
  }

  /** The same app in another browser, without cookies. */
  stranger() {
    return new Visitor(this.app, this.locale);
  }

  /** Registers an app; returns its id. */
  async register(name, redirectUri) {
    const response = await fetch(`${this.app.url}/register`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        client_name: name,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: "none",
      }),
    });
    const { client_id: id } = await response.json();
    assert.ok(id, `${name} is not registered: ${response.status}`);
    return id;
  }

  /** Opens a path of the app. */
  open(path, destination) {
    return this.person.open(new URL(path, this.app.url), destination);
  }

  /** Opens `/authorize` for an app with this id; signs in if the portal asks. */
  async authorize(id, redirectUri, more = {}) {
    const query = new URLSearchParams({
      response_type: "code",
      client_id: id,
      redirect_uri: redirectUri,
      code_challenge: CHALLENGE,
      code_challenge_method: "S256",
      resource: this.app.mcp,
      ...more,
    });
    const page = await this.open(`/authorize?${query}`);
    const isPortal = page.url.pathname.startsWith("/portal/");
    return isPortal ? this.person.submitSignIn(page) : page;
  }

  /** The consent page for an app that registers itself. */
  async consent(name, redirectUri, more) {
    const page = await this.authorize(await this.register(name, redirectUri), redirectUri, more);
    assert.equal(page.status, 200, page.text);
    assert.ok(page.form("radio"), page.text);
    return page;
  }

  /** Authorizes on a consent page, or decides otherwise. `key` is pasted if the page asks for one. */
  decide(page, destination, { key, decision = "authorize", headers } = {}) {
    const form = page.form("radio");
    if (key) form.set("api_key", key);
    return this.person.submit(page, form.pressValue(decision), destination, headers);
  }

  /**
   * The link for a call that a person has to approve.
   * @param {object} [order] arguments of `tokportal_create_bundle`.
   */
  async approvalLink(order = {}, key = this.app.key) {
    const params = { name: "tokportal_create_bundle", arguments: { ...ORDER, ...order } };
    const app = { ...this.app, key };
    const response = await post(app, { method: "tools/call", params }, { query: "?confirm=always" });
    const { result } = await response.json();
    const { error } = JSON.parse(result.content[0].text);
    assert.equal(error.code, "APPROVAL_REQUIRED", error.message);
    return error.details.approval_url;
  }

  /** The page behind such a link; signs in if the portal asks, or enters a key. */
  async approval(order, { key, of } = {}) {
    const page = await this.open(await this.approvalLink(order, of));
    if (key) return this.person.submit(page, enterKey(page, key));
    return page.url.pathname.startsWith("/portal/") ? this.person.submitSignIn(page) : page;
  }

  /** Presses a button of an approval page: `approve` or `decline`. */
  answer(page, decision) {
    return this.person.submit(page, page.formWith(/./).pressValue(decision));
  }

  /** Lets the next call of an operation fail (`crates/emulator/README.md`). */
  async fault(fault) {
    const response = await fetch(`${this.app.url}/emulator/faults`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ times: 1, ...fault }),
    });
    assert.ok(response.ok, await response.text());
  }
}
