// A person with a browser, over plain HTTP: follows redirects, keeps cookies, reads pages and fills in their forms.
//
// It uses only visible text (labels and buttons), so that the markup of the pages may change.
import assert from "node:assert/strict";

import { parse } from "node-html-parser";
import { CookieJar } from "tough-cookie";

const MAX_STEPS = 20;

/** The choices on the consent page by their labels. */
export const LEVELS = { read: /^read-only/i, full: /^full access/i };

/** One person with one browser profile. */
export class Person {
  #jar = new CookieJar();
  /**
   * @param {{email: string, password: string}} signIn what they type on the sign-in page.
   * @param {string} [language] what their browser asks for (`Accept-Language`).
   * @param {typeof fetch} [send] sends their requests.
   */
  constructor(signIn, language, send = fetch) {
    this.signIn = signIn;
    this.language = language;
    this.send = send;
    this.visited = [];
  }

  /**
   * Opens an authorization URL, signs in and decides, until the browser is redirected to `redirectUri`.
   * @param {string} url the authorization URL.
   * @param {{level?: "read" | "full", press?: RegExp, redirectUri?: string}} [choice] the decision on the consent page;
   *   `redirectUri` is read from the URL unless given.
   * @returns {Promise<string>} the redirect target, including code and state.
   */
  async authorize(url, { level = "read", press = /^authorize/i, redirectUri } = {}) {
    const destination = redirectUri ?? new URL(url).searchParams.get("redirect_uri");
    let page = await this.open(url, destination);
    for (let step = 0; step < MAX_STEPS; step += 1) {
      if (page.sentTo) return page.sentTo;
      if (page.form("password")) page = await this.submitSignIn(page, destination);
      else if (page.form("radio")) page = await this.submit(page, consentForm(page, level, press), destination);
      else assert.fail(`nothing to do on this page (${page.status} ${page.url}):\n${page.text}`);
    }
    return assert.fail(`not sent to ${destination} after ${MAX_STEPS} pages: ${this.visited.join(" → ")}`);
  }

  /**
   * Revokes every live key that apps were given, on the page of API keys.
   * @param {string} origin the app's URL.
   * @returns {Promise<number>} how many.
   */
  async revokeAppKeys(origin) {
    for (let revoked = 0; ; revoked += 1) {
      let page = await this.open(new URL("/portal/developer/api-keys", origin));
      if (page.form("password")) page = await this.submitSignIn(page);
      const link = page.links().find(({ words }) => /^revoke .*\(MCP connector\)/i.test(words));
      if (!link) return revoked;
      page = await this.open(new URL(link.href, page.url));
      page = await this.submit(page, page.formWith(/^revoke/i).press(/^revoke/i));
      assert.equal(page.status, 200, page.text);
    }
  }

  /** Opens a page, following redirects, but not to `destination`, which may be several. */
  async open(url, destination, init = {}) {
    let request = { url: new URL(url), init };
    for (let step = 0; step < MAX_STEPS; step += 1) {
      this.visited.push(`${request.init.method ?? "GET"} ${request.url.pathname}`);
      const response = await this.#fetch(request);
      const html = await response.text();
      const location = target(response);
      if (!location) return new Page(request.url, response, html);
      const next = new URL(location, request.url);
      if (destination && [destination].flat().some((one) => isAt(next, one))) {
        return { sentTo: next.href, page: new Page(request.url, response, html) };
      }
      const keep = response.status === 307 || response.status === 308;
      request = { url: next, init: keep ? request.init : {} };
    }
    return assert.fail(`too many redirects: ${this.visited.join(" → ")}`);
  }

  /** Sends a form as a browser does; `more` are headers that take the place of the browser's own. */
  submit(page, { action, method, fields }, destination, more = {}) {
    const body = new URLSearchParams(fields);
    const url = new URL(action ?? "", page.url);
    if (method !== "post") {
      url.search = body;
      return this.open(url, destination);
    }
    const headers = { Origin: page.url.origin, Referer: page.url.href, ...more };
    return this.open(url, destination, { method: "POST", body, headers });
  }

  async #fetch({ url, init }) {
    const cookie = await this.#jar.getCookieString(url.href);
    const headers = {
      Accept: "text/html",
      ...(this.language ? { "Accept-Language": this.language } : {}),
      ...(cookie ? { Cookie: cookie } : {}),
      ...init.headers,
    };
    const response = await this.send(url, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) await this.#jar.setCookie(line, url.href);
    return response;
  }

  /** Fills in the portal's sign-in page and sends it. */
  submitSignIn(page, destination) {
    assert.ok(this.signIn, "the app's banner names no demo person");
    const form = page.form("password");
    const email = form.element.querySelector("input[type=email]") ?? form.element.querySelector("input[type=text]");
    form.set(email.getAttribute("name"), this.signIn.email);
    form.set(form.element.querySelector("input[type=password]").getAttribute("name"), this.signIn.password);
    return this.submit(page, form.press(/^(sign in|log in|continue)/i), destination);
  }
}

/** A page as its reader sees it. */
class Page {
  constructor(url, response, html) {
    this.url = url;
    this.status = response.status;
    this.headers = response.headers;
    this.html = html;
    this.document = parse(html);
    this.text = this.document.structuredText;
  }

  /** The links with their words. */
  links() {
    const words = (link) => link.text.replace(/\s+/g, " ").trim();
    return this.document.querySelectorAll("a").map((link) => ({ href: link.getAttribute("href"), words: words(link) }));
  }

  /** The first form that has a button with these words. */
  formWith(words) {
    const isMeant = (form) => form.querySelectorAll("button").some((button) => words.test(button.text.trim()));
    const element = this.document.querySelectorAll("form").find(isMeant);
    assert.ok(element, `no form has a button that says ${words}:\n${this.text}`);
    return new Form(this.document, element);
  }

  /** The first form with an input of this type, if there is one. */
  form(type) {
    const element = this.document.querySelectorAll("form").find((form) => form.querySelector(`input[type=${type}]`));
    return element && new Form(this.document, element);
  }
}

/** A form with the values a browser would send. */
class Form {
  constructor(document, element) {
    this.document = document;
    this.element = element;
    this.fields = {};
    for (const input of element.querySelectorAll("input")) {
      const type = input.getAttribute("type") ?? "text";
      const skipped = ["submit", "button", "image", "reset"].includes(type);
      const unchosen = ["radio", "checkbox"].includes(type) && !input.hasAttribute("checked");
      const name = input.getAttribute("name");
      if (name && !skipped && !unchosen) this.fields[name] = input.getAttribute("value") ?? "";
    }
  }

  set(name, value) {
    this.fields[name] = value;
  }

  /** Chooses the radio button whose label matches `words`. */
  choose(words) {
    const radio = this.element.querySelectorAll("input[type=radio]").find((input) => words.test(this.#label(input)));
    assert.ok(radio, `no choice says ${words}`);
    this.set(radio.getAttribute("name"), radio.getAttribute("value") ?? "on");
    return this;
  }

  /** Presses the button whose text matches `words`: the request to send. */
  press(words) {
    const button = this.element.querySelectorAll("button").find((candidate) => words.test(candidate.text.trim()));
    assert.ok(button, `no button says ${words}`);
    return this.#request(button);
  }

  /** Presses the button with this value, whatever language it speaks. */
  pressValue(value) {
    const button = this.element.querySelectorAll("button").find((one) => one.getAttribute("value") === value);
    assert.ok(button, `no button has the value ${value}`);
    return this.#request(button);
  }

  #request(button) {
    const name = button.getAttribute("name");
    if (name) this.set(name, button.getAttribute("value") ?? "");
    const attribute = (own, inherited) => button.getAttribute(own) ?? this.element.getAttribute(inherited);
    return {
      action: attribute("formaction", "action"),
      method: (attribute("formmethod", "method") ?? "get").toLowerCase(),
      fields: this.fields,
    };
  }

  #label(input) {
    const id = input.getAttribute("id");
    const label = (id && this.document.querySelector(`label[for="${id}"]`)) || input.closest("label");
    return label?.text.trim() ?? "";
  }
}

function consentForm(page, level, press) {
  return page.form("radio").choose(LEVELS[level]).press(press);
}

/** Where the browser goes on to at once: a redirect, or a page that moves on by itself. */
function target({ status, headers }) {
  if (status >= 300 && status <= 399) return headers.get("location");
  return /^0; *url=(.+)$/i.exec(headers.get("refresh") ?? "")?.[1];
}

function isAt(url, destination) {
  const { origin, pathname } = new URL(destination);
  return url.origin === origin && url.pathname === pathname;
}
