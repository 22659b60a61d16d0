// A browser of a person who is attacked, or of the attacker: cookies, redirects, pages and their forms.
import { parse } from "node-html-parser";

import { Broken } from "./judge.mjs";
import { send } from "./http.mjs";

const MAX_HOPS = 20;

export class Browser {
  #cookies;
  /** @param {Browser} [other] whose cookies it starts with. */
  constructor(other) {
    this.#cookies = new Map(other?.cookies() ?? []);
    /** Every URL that it requested or was sent to. */
    this.history = [];
  }

  /** The cookies: `host name` → {name, value, path, host, line}. */
  cookies() {
    return [...this.#cookies.entries()];
  }

  /** One request with the cookies of the browser; no redirect is followed. */
  async request(url, { headers = {}, ...options } = {}) {
    const at = new URL(url);
    this.history.push(at.href);
    const pairs = [...this.#cookies.values()].filter(
      ({ host, path }) => host === at.hostname && at.pathname.startsWith(path),
    );
    const cookie = pairs.map(({ name, value }) => `${name}=${value}`).join("; ");
    const answer = await send(at, {
      ...options,
      headers: { accept: "text/html", ...(cookie ? { cookie } : {}), ...headers },
    });
    this.#keep(at.hostname, answer);
    if (answer.target) this.history.push(new URL(answer.target, at).href);
    return answer;
  }

  #keep(host, answer) {
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [pair, ...attributes] = line.split(";").map((part) => part.trim());
      const name = pair.slice(0, pair.indexOf("="));
      const attribute = (wanted) =>
        attributes.find((one) => one.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
      if (attribute("max-age") === "0") this.#cookies.delete(`${host} ${name}`);
      else
        this.#cookies.set(`${host} ${name}`, {
          host,
          name,
          value: pair.slice(name.length + 1),
          path: attribute("path") ?? "/",
          line,
        });
    }
  }

  /**
   * Opens a URL and follows redirects, but not to a URL that `stop` accepts.
   * @returns {Promise<Page>} the page at the end; `stoppedAt` is the URL where it stopped.
   */
  async open(url, { stop = () => false, ...options } = {}) {
    let at = new URL(url);
    let answer = await this.request(at, options);
    for (let hop = 0; hop < MAX_HOPS; hop += 1) {
      if (!answer.target) return new Page(answer);
      at = new URL(answer.target, at);
      if (stop(at) || !/^https?:$/.test(at.protocol)) return new Page(answer, at);
      answer = await this.request(at);
    }
    throw new Broken(`more than ${MAX_HOPS} redirects`, answer);
  }

  /** Sends a form as a browser does; `headers` take the place of the browser's own. */
  submit({ action, method, fields }, { headers = {}, ...options } = {}) {
    const body = new URLSearchParams(fields);
    if (method !== "post") return this.open(`${action.split("?")[0]}?${body}`, options);
    const { origin } = new URL(action);
    return this.open(action, {
      method: "POST",
      body,
      headers: { origin, "sec-fetch-site": "same-origin", ...headers },
      ...options,
    });
  }
}

/** The page that a browser shows, or on which it was when it stopped. */
export class Page {
  constructor(answer, stoppedAt) {
    this.answer = answer;
    this.status = answer.status;
    this.stoppedAt = stoppedAt;
    this.document = parse(answer.text);
  }

  /** The words on the page. */
  get words() {
    return this.document.structuredText;
  }

  /** The forms. */
  get forms() {
    return this.document.querySelectorAll("form").map((element) => new Form(this, element));
  }

  /** The form with which a person signs in, if it is there. */
  get signIn() {
    return this.forms.find((form) => form.has("password") && (form.has("email") || form.has("text")));
  }

  /** The form that grants access, if it is there. */
  get consent() {
    return this.forms.find(
      (form) => form !== this.signIn && form.button(ALLOW) && !(form.has("password") && form.has("email")),
    );
  }
}

/** The words of the buttons. */
export const ALLOW = /^\s*(authori[sz]e|allow|approve|accept|grant|connect)/i;
export const DENY = /^\s*(cancel|deny|decline|refuse|reject)/i;

/** A form with the values that a browser would send. Checkboxes are left alone, because they are offers. */
export class Form {
  constructor(page, element) {
    this.page = page;
    this.element = element;
    this.fields = {};
    for (const input of element.querySelectorAll("input")) {
      const type = input.getAttribute("type") ?? "text";
      const name = input.getAttribute("name");
      const left =
        ["submit", "button", "image", "reset", "checkbox"].includes(type) ||
        (type === "radio" && !input.hasAttribute("checked"));
      if (name && !left) this.fields[name] = input.getAttribute("value") ?? "";
    }
  }

  has(type) {
    return this.element.querySelector(`input[type=${type}]`) !== null;
  }

  /** Types into the first input of a type. */
  type(type, value) {
    const name = this.element.querySelector(`input[type=${type}]`)?.getAttribute("name");
    if (name) this.fields[name] = value;
    return this;
  }

  button(words) {
    return this.element.querySelectorAll("button").find((button) => words.test(button.text));
  }

  /** The inputs of the choice of a level: {name, value, label}. */
  get choices() {
    return this.element.querySelectorAll("input[type=radio]").map((input) => {
      const id = input.getAttribute("id");
      const label = (id && this.element.querySelector(`label[for="${id}"]`)) || input.closest("label");
      return {
        name: input.getAttribute("name"),
        value: input.getAttribute("value") ?? "on",
        label: label?.text.trim() ?? "",
      };
    });
  }

  /** Presses a button: the request to send. */
  press(words) {
    const button = this.button(words) ?? this.element.querySelector("button");
    const name = button?.getAttribute("name");
    const fields = { ...this.fields, ...(name ? { [name]: button.getAttribute("value") ?? "" } : {}) };
    const attribute = (own, inherited) => button?.getAttribute(own) ?? this.element.getAttribute(inherited);
    const action = new URL(attribute("formaction", "action") ?? "", this.page.answer.url).href;
    return { action, method: (attribute("formmethod", "method") ?? "get").toLowerCase(), fields };
  }
}
