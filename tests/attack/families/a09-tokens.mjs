// 9. Stale, foreign and misplaced tokens.
import { Client, PUBLIC, registerWith, tampered } from "../lib/client.mjs";
import { send } from "../lib/http.mjs";
import { answered, challenged, hold, oauthError, refusedToApp } from "../lib/judge.mjs";
import { PLACE, encoded, endpoint } from "./a09/endpoint.mjs";

const AUDIENCE =
  "RFC 8707, section 2, and MCP authorization: a token is issued for one resource and is valid only there";
const EXACT = "RFC 9728, section 3.3: `resource` is exactly the URL that the client connects to";
const SERVER = "RFC 7591, section 3.2.1: id and secret of a client are chosen by the server";

/** URLs that are no resource of the server. */
const foreign = (server) => [
  "https://evil.example/mcp",
  `${server.resource}.evil.example`,
  server.resource.replace("://", "://evil.example@"),
  `${server.resource}/other`,
  `${server.resource}#fragment`,
  server.origin.replace(/^https?/, "ftp"),
  "urn:example:resource",
  "not a url",
  "*",
];

async function indicators(cell) {
  const client = await Client.register(cell.server);
  await cell.each(
    foreign(cell.server),
    (resource) => `resource ${resource}`,
    AUDIENCE,
    async (resource) => {
      refusedToApp(await send(client.authorization({ resource })), {
        redirectUri: client.redirectUri,
        errors: ["invalid_target", "invalid_request"],
      });
    },
  );
}

async function narrowed(cell) {
  await endpoint(cell);
  const resource = cell.server.resource + cell.endpoint.query;
  await cell.check("a code of this URL redeemed for the whole server", AUDIENCE, async () => {
    const { client, code } = await cell.server.approve({ resource });
    oauthError(await client.redeem(code, { resource: cell.server.resource }), ["invalid_grant", "invalid_target"]);
  });
  await cell.check("a code of the whole server redeemed for this URL", AUDIENCE, async () => {
    const { client, code } = await cell.server.approve();
    oauthError(await client.redeem(code, { resource }), ["invalid_grant", "invalid_target"]);
  });
}

export default {
  number: 9,
  name: "stale, foreign tokens",
  cells: {
    async metadata(cell) {
      const { resourceMetadata, resourceMetadataUrl, mcp } = cell.server;
      await cell.check("resource is the URL", EXACT, () =>
        hold(resourceMetadata.resource === mcp, `resource is ${resourceMetadata.resource}`),
      );
      await cell.check("tokens in the address are not announced", PLACE, () =>
        hold(
          !resourceMetadata.bearer_methods_supported?.some((one) => one !== "header"),
          `${resourceMetadata.bearer_methods_supported}`,
        ),
      );
      await cell.check("the metadata does not depend on a token", EXACT, async () => {
        const { text } = await send(resourceMetadataUrl);
        const answer = await send(resourceMetadataUrl, { headers: { authorization: "Bearer made-up" } });
        hold(answer.text === text, "another document", answer);
      });
    },
    async register(cell) {
      await cell.check("a client that chooses its id and secret", SERVER, async () => {
        const answer = answered(
          await registerWith(
            cell.server,
            JSON.stringify({ ...PUBLIC, client_id: "chosen", client_secret: "chosen", client_id_issued_at: 1 }),
          ),
        );
        hold(
          answer.json?.client_id !== "chosen" && answer.json?.client_secret !== "chosen",
          "the choice is believed",
          answer,
        );
      });
    },
    authorize: indicators,
    async callback(cell) {
      const browser = await cell.server.browser();
      await cell.server.consentPage(browser, (await Client.register(cell.server)).authorization());
      const callback = cell.server.callbackIn(browser);
      if (!callback) cell.none("People do not sign in elsewhere, so no browser comes back.");
      const isCallback = (at) =>
        at.origin === cell.server.origin && at.searchParams.has("code") && at.searchParams.has("state");
      const changes = [
        { state: "unknown" },
        { state: undefined },
        { state: "" },
        { code: undefined },
        { iss: "https://evil.example" },
      ];
      await cell.each(
        changes,
        (one) => `the callback with ${JSON.stringify(one, (_, value) => value ?? "left out")}`,
        "RFC 6749, section 10.12, and RFC 9207, section 2.4: state and iss of a response are checked",
        async (one) => {
          const own = await cell.server.browser();
          const { stoppedAt } = await own.open((await Client.register(cell.server)).authorization(), {
            stop: isCallback,
          });
          for (const [name, value] of Object.entries(one)) {
            if (value === undefined) stoppedAt.searchParams.delete(name);
            else stoppedAt.searchParams.set(name, value);
          }
          const page = await own.open(stoppedAt, { stop: (at) => at.searchParams.has("response_type") });
          hold(page.stoppedAt || !page.consent, "the response is believed", page.answer);
        },
      );
    },
    async consent(cell) {
      await cell.server.browser();
      if (cell.server.mode !== "api-key") cell.none("The page takes no key: people sign in elsewhere.");
      const keys = [
        "",
        "sk_",
        `sk_${"0".repeat(64)}`,
        `${cell.server.key}0`,
        cell.server.key.slice(0, -1),
        cell.server.key.toUpperCase(),
        "tpt1_AAAA",
        "a".repeat(5000),
      ];
      await cell.each(
        keys,
        (key) => `a pasted key of ${key.length} characters that is not valid`,
        "MCP authorization: a person is authenticated before a code is given",
        async (key) => {
          const browser = await cell.server.browser();
          const page = await cell.server.consentPage(browser, (await Client.register(cell.server)).authorization());
          const { code, answer } = await cell.server.decide(browser, page, { key: key || " " });
          answered(answer);
          hold(!code, "a code comes", answer);
        },
      );
    },
    async token(cell) {
      await cell.each(
        foreign(cell.server).slice(0, 7),
        (resource) => `a code redeemed for ${resource}`,
        AUDIENCE,
        async (resource) => {
          const { client, code } = await cell.server.approve();
          oauthError(await client.redeem(code, { resource }), ["invalid_target", "invalid_grant", "invalid_request"]);
        },
      );
      const client = await Client.register(cell.server);
      const secret = await Client.register(cell.server, { token_endpoint_auth_method: "client_secret_post" });
      const credentials = [
        ["a tampered client id", { client_id: tampered(client.id) }],
        ["a wrong client secret", { client_id: secret.id, client_secret: "wrong" }],
        ["no client secret", { client_id: secret.id }],
        ["an empty client secret", { client_id: secret.id, client_secret: "" }],
        [
          "an assertion without a signature",
          {
            client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            client_assertion: `${encoded({ alg: "none" })}.${encoded({ iss: client.id, sub: client.id, aud: cell.server.issuer, exp: 4102444800 })}.`,
          },
        ],
      ];
      await cell.each(
        credentials,
        ([name]) => name,
        "RFC 6749, section 3.2.1: a client that has credentials authenticates with them",
        async ([name, changes]) => {
          const { code } = await cell.server.approve({ client: name.includes("secret") ? secret : client });
          const verifier = name.includes("secret") ? secret.verifier : client.verifier;
          oauthError(await client.redeem(code, { code_verifier: verifier, ...changes }), [
            "invalid_client",
            "invalid_grant",
            "invalid_request",
          ]);
          cell.server.approvals.pop();
        },
      );
    },
    async revoke(cell) {
      const client = await Client.register(cell.server);
      await cell.each(
        ["unknown", `sk_${"0".repeat(64)}`, "a".repeat(4000), "é", "%00"],
        (token) => `a token that does not exist, ${token.length} characters`,
        "RFC 7009, section 2.2: 200 for a token that is not valid",
        async (token) => {
          const answer = answered(await client.revoke(token));
          hold(answer.status === 200, "not 200", answer);
        },
      );
      await cell.check("no token", "RFC 7009, section 2.1: token is required", async () =>
        oauthError(await client.revoke(undefined), ["invalid_request"]),
      );
      await cell.check("two tokens", "RFC 6749, section 3.1: a parameter occurs once", async () =>
        oauthError(await client.revoke(["a", "b"]), ["invalid_request"]),
      );
      await cell.each(
        ["refresh_token", "unknown"],
        (token_type_hint) => `token_type_hint=${token_type_hint} is only a hint`,
        "RFC 7009, section 2.1: a token is found whatever the hint says",
        async (token_type_hint) => {
          const { token, client: own } = await cell.server.connect();
          const answer = answered(await own.revoke(token, { token_type_hint }));
          if (answer.json?.error === "unsupported_token_type") return;
          challenged(await cell.server.endpoint("legacy").ask(token, "tools/list"));
        },
      );
    },
    legacy: endpoint,
    modern: endpoint,
    toolsets: narrowed,
    compact: narrowed,
  },
};
