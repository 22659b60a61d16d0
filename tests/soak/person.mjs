// One of fifty people with an app: signs in, calls tools, orders, revokes, and checks that every answer is their own.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { Person } from "../tools/person.mjs";
import { dialer } from "./http.mjs";
import { markerOf, nameOf } from "./marker.mjs";
import { generator, hash } from "./random.mjs";

const TOOLS = { read: 41, full: 91 };
const MODERN = "2026-07-28";
const LEGACY = "2025-11-25";
/** Pause between two actions, in milliseconds; the half of it is random. */
const THINK_MS = 800;

/** People come one after the other. */
const STAGGER_MS = 100;

/** Calls of the portal whose faults reach a person. */
export const PORTAL = {
  token: "POST /portal/oauth/token",
  mint: "POST /portal/api/keys",
  lasting: "PATCH /portal/api/keys/current",
  revoke: "DELETE /portal/api/keys/current",
};
const { token: PORTAL_TOKEN, mint: MINT, lasting: LASTING, revoke: REVOKE } = PORTAL;

/** What people do, and how often in a hundred. */
const ACTIONS = [
  ["read", 48],
  ["order", 14],
  ["update", 10],
  ["list", 8],
  ["narrowed", 5],
  ["initialize", 5],
  ["batch", 4],
  ["revoke", 4],
  ["replay", 2],
];

export class SoakPerson {
  /**
   * @param {{number: number, seed: number, origin: string, ports: number[], upstream: object, count: (what: string) => void,
   *   took: (action: string, time: number) => void}} options `took` gets how long each action took, in milliseconds.
   */
  constructor({ number, seed, origin, ports, upstream, count, took }) {
    this.number = number;
    this.id = `p${String(number).padStart(2, "0")}`;
    this.random = generator(hash(`${seed} ${this.id}`));
    this.level = this.random() < 0.3 ? "read" : "full";
    this.origin = origin;
    this.callback = `https://${this.id}.app.example/callback`;
    this.upstream = upstream;
    this.count = count;
    this.took = took;
    this.dialer = dialer({ address: `127.0.0.${number + 2}`, origin, ports });
    this.calls = 0;
    this.confirmed = new Set();
    this.unclear = new Set();
    /** The requests whose answer was an error, by their markers. */
    this.failed = new Set();
    /** Keys whose revocation met a fault. */
    this.abandoned = [];
  }

  /** Acts until `isOver` is true. */
  async live(isOver) {
    try {
      await pause(STAGGER_MS * this.number);
      while (!isOver()) {
        if (!this.token && !(await this.#timed("sign-in", () => this.#signIn()))) continue;
        const action = this.#next();
        await this.#timed(action, () => this[action]());
        await pause(THINK_MS * (0.5 + this.random()));
      }
    } finally {
      this.dialer.stop();
    }
  }

  async #timed(action, act) {
    const begun = performance.now();
    const result = await act();
    this.took(action, performance.now() - begun);
    return result;
  }

  #next() {
    let left = this.random() * 100;
    return ACTIONS.find(([, share]) => (left -= share) < 0)[0];
  }

  /** From the registration to the token. It may fail only if a call of the portal for this person did. */
  async #signIn() {
    this.count("sign-ins");
    const faults = () => this.upstream.faults(this.id, PORTAL_TOKEN, MINT, LASTING);
    const before = faults();
    // These calls are not tried twice.
    const fatal = () => this.upstream.faults(this.id, PORTAL_TOKEN, MINT);
    const fatalBefore = fatal();
    const failed = (why) => {
      assert.ok(faults() > before, `${this.id} cannot sign in, and no fault was injected: ${why}`);
      this.count("sign-ins that met a fault");
      return false;
    };
    const registration = await this.#post("/register", {
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        client_name: "Soak",
        redirect_uris: [this.callback],
        token_endpoint_auth_method: "none",
      }),
    });
    const { client_id: client } = await registration.json();
    assert.equal(registration.status, 201, `${this.id} cannot register`);
    const verifier = createHash("sha256").update(`${this.random()}`).digest("base64url");
    const query = new URLSearchParams({
      response_type: "code",
      client_id: client,
      redirect_uri: this.callback,
      state: this.id,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      resource: `${this.origin}/api/ext/mcp`,
    });
    const person = new Person(undefined, undefined, (url, init) => {
      const { origin } = new URL(url);
      const headers = origin === this.origin ? init.headers : { ...init.headers, Cookie: `person=${this.id}` };
      return this.#send(url, { ...init, headers });
    });
    let page = await person.open(`${this.origin}/authorize?${query}`, this.callback);
    if (!page.sentTo) {
      if (!page.document.querySelector("input[type=radio]")) return failed(`${page.status} ${page.text}`);
      assert.match(page.text, new RegExp(`\\b${nameOf(this.id)}\\b`), `${this.id} got the page of another`);
      page = await person.submit(page, consent(page, this.level), this.callback);
      if (!page.sentTo) return failed(`${page.status} ${page.text}`);
    }
    const answer = new URL(page.sentTo).searchParams;
    assert.equal(answer.get("state"), this.id, "the state of another sign-in came back");
    if (!answer.get("code")) return failed(page.sentTo);
    const redemption = {
      client_id: client,
      code: answer.get("code"),
      redirect_uri: this.callback,
      code_verifier: verifier,
    };
    this.redemption = new URLSearchParams({ grant_type: "authorization_code", ...redemption });
    const token = await this.#post("/token", { body: this.redemption });
    if (token.status !== 200) return failed(`${token.status} ${await token.text()}`);
    assert.equal(fatal(), fatalBefore, `${this.id} is signed in although a call of the portal failed`);
    this.token = (await token.json()).access_token;
    return true;
  }

  async read() {
    const marker = this.#marker();
    await this.#tool("tokportal_get_bundle", { id: marker }, marker);
  }

  /** Spends credits. An order that was confirmed is one that the upstream has, once. */
  async order() {
    const marker = this.#marker();
    const order = { bundle_type: "account_only", platform: "tiktok", country: "USA", external_ref: marker };
    const done = await this.#tool("tokportal_create_bundle", order, marker, true);
    if (done) this.confirmed.add(marker);
    else if (this.level === "full") this.unclear.add(marker);
  }

  async update() {
    const marker = this.#marker();
    await this.#tool("tokportal_update_bundle", { id: marker, external_ref: marker }, marker, true);
  }

  async list() {
    const { tools } = await this.#result({ method: "tools/list", params: {} });
    const isUnsure = tools.length === TOOLS.full && this.upstream.unsure(this.id);
    if (!isUnsure) assert.equal(tools.length, TOOLS[this.level], `${this.id} sees the tools of another level`);
  }

  async narrowed() {
    const { tools } = await this.#result({ method: "tools/list", params: {} }, { query: "?readonly=1" });
    assert.equal(tools.length, TOOLS.read);
  }

  async initialize() {
    const clientInfo = { name: this.id, version: "1.0.0" };
    const params = { protocolVersion: LEGACY, capabilities: {}, clientInfo };
    const result = await this.#result({ method: "initialize", params }, { headers: {} });
    assert.equal(result.protocolVersion, LEGACY);
  }

  /** Several calls in one request (revision 2025-03-26). */
  async batch() {
    const markers = [this.#marker(), this.#marker(), this.#marker()];
    const messages = markers.map((id) =>
      message(id, "tools/call", { name: "tokportal_get_bundle", arguments: { id } }),
    );
    const response = await this.#mcp(messages, { headers: { "MCP-Protocol-Version": "2025-03-26" } });
    const answers = await response.json();
    assert.equal(response.status, 200, JSON.stringify(answers));
    assert.deepEqual(answers.map(({ id }) => id).sort(), [...markers].sort(), `${this.id} got answers to others`);
    for (const { id, result } of answers) this.#judge(result, id);
  }

  /** Revokes the key, again after a fault: it ends at once. */
  async revoke() {
    const faults = this.upstream.faults(this.id, REVOKE);
    const response = await this.#post("/revoke", { body: new URLSearchParams({ token: this.token }) });
    const isFaulty = this.upstream.faults(this.id, REVOKE) > faults;
    if (response.status !== 200) {
      assert.equal(response.status, 503, await response.text());
      assert.ok(isFaulty, `${this.id} cannot revoke, and no fault was injected: ${await response.text()}`);
      this.count("revocations that met a fault");
      return this.revoke();
    }
    assert.ok(!isFaulty, `${this.id} was told that a revocation that failed was done`);
    await this.#ended();
    this.count("revocations");
  }

  /** Redeems the code once more: it is refused, and its key ends. */
  async replay() {
    const faults = this.upstream.faults(this.id, REVOKE);
    const response = await this.#post("/token", { body: this.redemption });
    assert.equal((await response.json()).error, "invalid_grant", `${this.id} redeemed a code twice`);
    assert.equal(response.status, 400);
    if (this.upstream.faults(this.id, REVOKE) === faults) await this.#ended();
    else this.abandoned.push(this.token);
    this.token = undefined;
    this.count("replays");
  }

  /** The token must not work any more. */
  async #ended() {
    const marker = this.#marker();
    const params = { name: "tokportal_get_bundle", arguments: { id: marker } };
    const response = await this.#mcp(message(marker, "tools/call", params));
    assert.equal(response.status, 401, `the token of ${this.id} works after its end`);
    assert.match(response.headers.get("www-authenticate") ?? "", /^Bearer .*invalid_token/);
    this.token = undefined;
  }

  /** Calls a tool; whether it succeeded. */
  async #tool(name, args, marker, isWrite = false) {
    const isModern = this.random() < 0.5;
    const params = { name, arguments: args };
    const meta = {
      "io.modelcontextprotocol/protocolVersion": MODERN,
      "io.modelcontextprotocol/clientCapabilities": {},
      "io.modelcontextprotocol/clientInfo": { name: this.id, version: "1.0.0" },
    };
    const headers = { "MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": name };
    const response = await (isModern
      ? this.#mcp(message(marker, "tools/call", { ...params, _meta: meta }), { headers })
      : this.#mcp(message(marker, "tools/call", params)));
    const body = await response.json();
    if (isWrite && this.level === "read") {
      this.#checkRefusal(response, body);
      return false;
    }
    assert.equal(response.status, 200, `${this.id}, ${name}: ${JSON.stringify(body)}`);
    assert.equal(body.id, marker, `${this.id} got the answer to another request`);
    return this.#judge(body.result, marker);
  }

  /** Checks that a write was refused for the level of the person, and for nothing else. */
  #checkRefusal({ status, headers }, body) {
    const challenge = headers.get("www-authenticate") ?? "";
    const code = body.result?.isError && JSON.parse(body.result.content[0].text).error.code;
    const isRefused =
      (status === 403 && /\berror="insufficient_scope"/.test(challenge)) ||
      (status === 200 && code === "READ_ONLY_CONNECTION") ||
      (code === "AUTH_INSUFFICIENT_SCOPE" && this.upstream.unsure(this.id));
    assert.ok(isRefused, `${this.id} wrote with a read-only key: ${status} ${challenge} ${JSON.stringify(body)}`);
    this.count("writes that were refused");
  }

  /** Checks the result of a call: it is the person's own, or an error that was injected. */
  #judge(result, marker) {
    const [{ text }] = result.content;
    if (result.isError) {
      assert.ok(this.upstream.injected.has(marker), `${marker} failed, and no fault was injected: ${text}`);
      assert.equal(typeof JSON.parse(text).error.hint, "string");
      this.failed.add(marker);
      return false;
    }
    assert.deepEqual(JSON.parse(text).data, { owner: this.id, marker }, `${this.id} got what is another's`);
    return true;
  }

  /** The result of a message that no upstream decides. */
  async #result(content, options) {
    const id = this.#marker();
    const response = await this.#mcp(message(id, content.method, content.params), options);
    const body = await response.json();
    assert.equal(response.status, 200, `${this.id}, ${content.method}: ${JSON.stringify(body)}`);
    assert.equal(body.id, id, `${this.id} got the answer to another request`);
    assert.ok(body.result, `${this.id}, ${content.method}: ${JSON.stringify(body)}`);
    return body.result;
  }

  #mcp(content, { query = "", headers = { "MCP-Protocol-Version": LEGACY } } = {}) {
    const always = { Authorization: `Bearer ${this.token}`, Accept: "application/json, text/event-stream" };
    const all = { ...always, "Content-Type": "application/json", ...headers };
    return this.#post(`/api/ext/mcp${query}`, { headers: all, body: JSON.stringify(content) });
  }

  #post(path, init) {
    return this.#send(this.origin + path, { method: "POST", ...init });
  }

  #send(url, init) {
    if (new URL(url).origin === this.origin) this.count("requests");
    return this.dialer.send(url, init);
  }

  /** A text that names the person and the request. */
  #marker() {
    this.calls += 1;
    return markerOf(this.id, this.calls);
  }
}

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

const message = (id, method, params) => ({ jsonrpc: "2.0", id, method, params });

/** The consent form with the level that the person wants. */
function consent(page, level) {
  const words = level === "read" ? /^read-only/i : /^full access/i;
  return page
    .form("radio")
    .choose(words)
    .press(/^authorize/i);
}
