// The server under test: what it says about itself, and the people who use it.
import { ALLOW, Browser } from "./browser.mjs";
import { Client } from "./client.mjs";
import { send } from "./http.mjs";
import { Broken, NotJudged, hold, succeeded } from "./judge.mjs";
import { Endpoint } from "./mcp.mjs";

const DEFAULT_PATH = "/api/ext/mcp";
/** Steps of a person from the authorization request to the consent page. */
const MAX_STEPS = 4;

export class Server {
  /**
   * Reads what a server says about itself: challenge, resource metadata, authorization server metadata.
   * @param {{url: string, key?: string, signIn?: {email: string, password: string}, toolsets?: string,
   *   witness?: {requests: () => object[]}, log?: () => string}} options `witness` has the requests that reach the API.
   */
  static async discover({ url, ...options }) {
    const at = new URL(url);
    if (at.pathname === "/") at.pathname = DEFAULT_PATH;
    const server = new Server();
    Object.assign(server, options, { mcp: at.href, kept: new Map(), approvals: [], tokens: new Set() });
    const challenge = await server.endpoint("legacy").greet(undefined);
    const metadata = /resource_metadata="([^"]+)"/.exec(challenge.header("www-authenticate") ?? "")?.[1];
    hold(metadata, `${server.mcp} does not lead to its metadata: 401 with resource_metadata is missing`, challenge);
    server.resourceMetadata = (await document(metadata)).json;
    server.resourceMetadataUrl = metadata;
    server.resource = server.resourceMetadata.resource;
    [server.issuer] = server.resourceMetadata.authorization_servers ?? [new URL(metadata).origin];
    const issuer = new URL(server.issuer);
    const path = issuer.pathname === "/" ? "" : issuer.pathname;
    server.metadataUrl = `${issuer.origin}/.well-known/oauth-authorization-server${path}`;
    server.metadata = (await document(server.metadataUrl)).json;
    server.origin = issuer.origin;
    server.endpoints = {
      authorize: server.metadata.authorization_endpoint,
      token: server.metadata.token_endpoint,
      register: server.metadata.registration_endpoint,
      revoke: server.metadata.revocation_endpoint,
    };
    server.queries = {
      toolsets: await server.#narrowed(options.toolsets ?? "?toolsets=bundles,analytics", "toolsets="),
      compact: await server.#narrowed("?mode=compact", "mode=compact"),
      readonly: await server.#narrowed("?readonly=1", "readonly="),
    };
    return server;
  }

  /** The query, if the server has a resource of its own there. */
  async #narrowed(query, sign) {
    const challenge = await new Endpoint(this.mcp, "legacy", query).greet(undefined);
    const metadata = /resource_metadata="([^"]+)"/.exec(challenge.header("www-authenticate") ?? "")?.[1];
    const { json } = metadata ? await send(metadata) : {};
    return typeof json?.resource === "string" && json.resource.includes(sign) ? query : undefined;
  }

  /** Where messages of a surface go; undefined if the server does not have it. */
  endpoint(surface) {
    const { queries = {}, mcp } = this;
    switch (surface) {
      case "legacy":
      case "modern":
        return new Endpoint(mcp, surface, "");
      case "toolsets":
        return queries.toolsets && new Endpoint(mcp, "modern", queries.toolsets);
      default:
        return queries[surface] && new Endpoint(mcp, "legacy", queries[surface]);
    }
  }

  /** Whether people can be simulated here. */
  get canSignIn() {
    return Boolean(this.signIn || this.key);
  }

  /** A browser in which the person is signed in, if there is a sign-in that lasts. */
  async browser() {
    this.template ??= await this.#signedIn();
    return new Browser(this.template);
  }

  async #signedIn() {
    const browser = new Browser();
    const page = await this.consentPage(browser, (await Client.register(this)).authorization());
    this.mode = page.consent.has("password") ? "api-key" : "portal";
    // The transactions of the template must not be those of its copies.
    return new Browser(browser);
  }

  /** Opens an authorization URL and signs the person in: the consent page. */
  async consentPage(browser, url) {
    if (!this.canSignIn) throw new NotJudged("it needs SIGN_IN or KEY");
    const stop = (at) => at.href.startsWith("https://attack-suite.example/");
    let page = await browser.open(url, { stop });
    for (let step = 0; step < MAX_STEPS; step += 1) {
      if (page.consent) return page;
      const form = page.signIn;
      if (!form || !this.signIn) break;
      form.type("email", this.signIn.email).type("text", this.signIn.email).type("password", this.signIn.password);
      page = await browser.submit(form.press(/sign in|log in|continue|next/i), { stop });
    }
    if (page.signIn && !this.signIn) throw new NotJudged("it needs SIGN_IN");
    throw new Broken("an honest authorization request does not lead to a consent page", page.answer);
  }

  /**
   * Presses a button of the consent page. `fields` replace those of the form.
   * @returns {Promise<{page: Page, answer: Answer, target?: URL, code?: string}>} where the browser is sent.
   */
  async decide(browser, page, { level = "read", press = ALLOW, fields = {}, headers = {}, key = this.key } = {}) {
    const form = page.consent;
    if (form.has("password")) {
      if (!key) throw new NotJudged("it needs KEY");
      form.type("password", key);
    }
    const words = level === "read" ? /read|view/i : /full|write|everything/i;
    const { choices } = form;
    const choice = choices.find(({ label }) => words.test(label)) ?? choices[0];
    if (choice) form.fields[choice.name] = choice.value;
    const request = form.press(press);
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) delete request.fields[name];
      else request.fields[name] = value;
    }
    const stop = (at) => at.origin !== this.origin || at.href.startsWith("https://attack-suite.example/");
    const next = await browser.submit(request, { headers, stop });
    const target = next.stoppedAt;
    return { page: next, answer: next.answer, target, code: target?.searchParams.get("code") ?? undefined };
  }

  /** An approval by the person: browser, client and code. */
  async approve({ level = "read", resource = this.resource, client, browser, metadata } = {}) {
    const approved = {
      client: client ?? (await Client.register(this, metadata)),
      browser: browser ?? (await this.browser()),
    };
    const page = await this.consentPage(approved.browser, approved.client.authorization({ resource }));
    const { code, answer } = await this.decide(approved.browser, page, { level });
    hold(code, "an honest approval gives no code", answer);
    Object.assign(approved, { code, resource, page });
    this.approvals.push(approved);
    return approved;
  }

  /** A token of its own. */
  async connect(options = {}) {
    const approved = await this.approve(options);
    const answer = await approved.client.redeem(approved.code, { resource: approved.resource });
    hold(answer.status === 200 && answer.json?.access_token, "an honest token request fails", answer);
    // To redeem it again, as tidy() does with the others, would end the token.
    this.approvals.splice(this.approvals.indexOf(approved), 1);
    this.tokens.add(answer.json.access_token);
    return { ...approved, token: answer.json.access_token, answer };
  }

  /** A token that cases share and must not revoke, for the resource of a surface. It works, or the case is in vain. */
  async token(level = "read", surface = "legacy") {
    const endpoint = this.endpoint(surface) ?? this.endpoint("legacy");
    const name = `${level} ${endpoint.query}`;
    if (!this.kept.has(name)) this.kept.set(name, this.connect({ level, resource: this.resource + endpoint.query }));
    const { token } = await this.kept.get(name);
    succeeded(await endpoint.ask(token, "tools/list"));
    return token;
  }

  /** The URL with which the portal sends the browser back, if the person signs in elsewhere. */
  callbackIn(browser) {
    return browser.history.find((url) => {
      const at = new URL(url);
      return at.origin === this.origin && at.searchParams.has("code") && at.searchParams.has("state");
    });
  }

  /** Ends what the cases left: codes that were not redeemed, and tokens that are not shared. */
  async tidy({ all = false } = {}) {
    for (const { client, code, resource } of this.approvals.splice(0)) {
      const { json } = await client.redeem(code, { resource });
      if (json?.access_token) this.tokens.add(json.access_token);
    }
    const shared = await Promise.all(
      [...this.kept.values()].map((one) =>
        one.then(
          ({ token }) => token,
          () => undefined,
        ),
      ),
    );
    for (const token of [...this.tokens].filter((one) => all || !shared.includes(one))) {
      this.tokens.delete(token);
      if (this.endpoints.revoke)
        await send(this.endpoints.revoke, { method: "POST", body: new URLSearchParams({ token }) });
    }
  }

  /** Whether the server still serves an honest client. */
  async alive() {
    const answer = await send(this.metadataUrl);
    hold(answer.status === 200, "the server does not serve honest clients any more", answer);
  }
}

async function document(url) {
  const answer = await send(url);
  hold(answer.status === 200 && answer.json, `${url} is not a metadata document`, answer);
  return answer;
}
