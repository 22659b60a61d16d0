// 13. Read-only that is not.
import { Client } from "../lib/client.mjs";
import { send } from "../lib/http.mjs";
import { answered, hold, oauthError, refusedByRpc, succeeded } from "../lib/judge.mjs";
import { message } from "../lib/mcp.mjs";

const RULE =
  "MCP authorization, scope challenge: a call beyond the scope of the token is 403 insufficient_scope, and nothing is done";
const NARROW = "RFC 6749, section 3.3: a request may narrow what was granted, and never widen it";
const CHOICE = "RFC 6749, section 3.3: the person decides about the scope, and the answer says which it is";
const LIST = "MCP, tools: annotations say what a tool does, and a list has no tool that its caller may not use";
const WIDEN = {
  "x-scope": "write",
  "x-tokportal-scopes": "*",
  "x-access-level": "full",
  "x-original-authorization": "Bearer full",
};

/** The tools that write, as a full token sees them. */
async function writers(cell) {
  const token = await cell.server.token("full");
  const { tools } = succeeded(await cell.server.endpoint("legacy").ask(token, "tools/list"));
  const writing = tools.filter(({ annotations }) => annotations?.readOnlyHint !== true).map(({ name }) => name);
  if (writing.length === 0) cell.none("No tool writes.");
  return {
    writing,
    reading: tools
      .filter(({ annotations, inputSchema }) => annotations?.readOnlyHint && !inputSchema.required?.length)
      .map(({ name }) => name),
  };
}

/** Nothing reached the API that changes something. */
async function untouched(cell, action) {
  const { witness } = cell.server;
  const before = witness?.requests().length;
  const answer = await action();
  const writes = witness
    ?.requests()
    .slice(before)
    .filter(({ method, path }) => method !== "GET" && path.includes("/api/ext/"));
  hold(!writes?.length, "the call reaches the API", answer);
  return answer;
}

function insufficient(answer) {
  answered(answer);
  if (answer.status === 403) {
    hold(/insufficient_scope/.test(answer.header("www-authenticate") ?? ""), "403 without insufficient_scope", answer);
    return answer;
  }
  refusedByRpc(answer);
  const unknown = [-32601, -32602].includes(answer.json?.error?.code);
  hold(
    unknown || /read.?only|scope|permission|insufficient/i.test(answer.text),
    "the refusal is not about the scope",
    answer,
  );
  return answer;
}

async function endpoint(cell, { every = true } = {}) {
  const { writing, reading } = await writers(cell);
  const token = await cell.server.token("read", cell.surface);
  await cell.check("the list has only tools that read", LIST, async () => {
    const { tools } = succeeded(await cell.endpoint.ask(token, "tools/list"));
    for (const { name, annotations } of tools) hold(annotations?.readOnlyHint === true, `${name} is listed`);
  });
  const tried = every ? writing : writing.slice(0, 5);
  await cell.each(
    tried,
    (name) => `${name} with a read-only token`,
    RULE,
    async (name) => {
      for (const args of [{}, { dry_run: true }])
        insufficient(await untouched(cell, () => cell.endpoint.call(token, name, args)));
    },
  );
  const [write] = writing;
  await cell.each(
    Object.entries(WIDEN),
    ([header]) => `with the header ${header}`,
    NARROW,
    async ([header, value]) => {
      insufficient(await untouched(cell, () => cell.endpoint.call(token, write, {}, { headers: { [header]: value } })));
    },
  );
  await cell.each(
    ["?scope=write", "?level=full", "?access=full", "?limit=none"],
    (query) => `with ${query} in the address`,
    NARROW,
    async (query) => {
      insufficient(await untouched(cell, () => cell.endpoint.call(token, write, {}, { query })));
    },
  );
  await cell.each(
    [{ scope: "write" }, { level: "full" }, { read_only: false }, { _meta: { scope: "*" } }],
    (args) => `with arguments ${JSON.stringify(args)}`,
    NARROW,
    async (args) => {
      insufficient(await untouched(cell, () => cell.endpoint.call(token, write, args)));
    },
  );
  await cell.each(
    [write.toUpperCase(), ` ${write}`, `${write} `, `${write}\u0000`, `${write}/`, write.replace("_", "-")],
    (name) => `the name written ${JSON.stringify(name)}`,
    NARROW,
    async (name) => {
      refusedByRpc(await untouched(cell, () => cell.endpoint.call(token, name)));
    },
  );
  if (cell.endpoint.era === "modern" && reading.length > 0) {
    await cell.check(
      "headers that name a tool that reads",
      "MCP 2026-07-28, request metadata: headers equal the body, else 400",
      async () => {
        const { headers, body } = message("modern", "tools/call", { name: write, arguments: {} });
        const answer = await untouched(cell, () =>
          cell.endpoint.post(token, JSON.stringify(body), { ...headers, "mcp-name": reading[0] }),
        );
        refusedByRpc(answer);
      },
    );
  } else {
    await cell.check("a batch with a call that writes", RULE, async () => {
      const calls = [
        message("legacy", "ping").body,
        message("legacy", "tools/call", { name: write, arguments: {} }).body,
      ];
      const answer = answered(
        await untouched(cell, () =>
          cell.endpoint.post(token, JSON.stringify(calls), { "mcp-protocol-version": "2025-03-26" }),
        ),
      );
      const all = Array.isArray(answer.json) ? answer.json : [];
      hold(
        answer.status >= 400 || all.filter(({ error, result }) => error || result?.isError).length >= 1,
        "the call is carried out",
        answer,
      );
    });
  }
}

/** A full token at a read-only URL: the URL narrows. */
async function readOnlyUrl(cell) {
  const { writing } = await writers(cell);
  const at = cell.server.endpoint("readonly");
  if (!at) return;
  const token = await cell.server.token("full", "readonly");
  const spellings = ["", "&readonly=0", "&readonly=false", "&readOnly=0", "&readonly=", "&toolsets="];
  await cell.each(
    spellings,
    (more) => `a full token at ${at.query}${more}`,
    NARROW,
    async (more) => {
      const answer = answered(
        await untouched(cell, () => at.call(token, writing[0], {}, { query: more && `?${more.slice(1)}` })),
      );
      refusedByRpc(answer);
    },
  );
}

export default {
  number: 13,
  name: "read-only that writes",
  cells: {
    async metadata(cell) {
      const at = cell.server.endpoint("readonly");
      if (!at) cell.none("The server has no read-only URL.");
      await cell.check("the read-only URL offers no scope to write", CHOICE, async () => {
        const challenge = await at.greet(undefined);
        const { json } = await send(/resource_metadata="([^"]+)"/.exec(challenge.header("www-authenticate"))[1]);
        hold(
          !json.scopes_supported?.some((scope) => /write|\*|full/.test(scope)),
          `scopes: ${json.scopes_supported}`,
          challenge,
        );
      });
    },
    async register(cell) {
      await cell.check("a client that registers for every scope", CHOICE, async () => {
        const { answer } = await cell.server.connect({ metadata: { scope: "read write * admin" } });
        hold(!/write|\*|full|admin/.test(answer.json.scope ?? "read"), `the scope is ${answer.json.scope}`, answer);
      });
    },
    async authorize(cell) {
      await cell.each(
        ["read write", "*", "write", "admin"],
        (scope) => `scope=${scope}, and the person chooses to read`,
        CHOICE,
        async (scope) => {
          const browser = await cell.server.browser();
          const client = await Client.register(cell.server);
          const page = await cell.server.consentPage(browser, client.authorization({ scope }));
          const { code } = await cell.server.decide(browser, page, { level: "read" });
          const answer = await client.redeem(code);
          cell.server.tokens.add(answer.json?.access_token);
          hold(!/write|\*|full|admin/.test(answer.json?.scope ?? "read"), `the scope is ${answer.json?.scope}`, answer);
        },
      );
    },
    async callback(cell) {
      const browser = await cell.server.browser();
      const client = await Client.register(cell.server);
      await cell.server.consentPage(browser, client.authorization());
      const callback = cell.server.callbackIn(browser);
      if (!callback) cell.none("People do not sign in elsewhere, so no browser comes back.");
      await cell.check("scope and level at the callback", CHOICE, async () => {
        const page = await browser.open(`${callback}&scope=*&level=full&decision=authorize`, {
          stop: (at) => at.href.startsWith(client.redirectUri),
        });
        hold(!page.stoppedAt?.searchParams.get("code"), "a code comes", page.answer);
      });
    },
    async consent(cell) {
      const resource = cell.server.resource + (cell.server.queries.readonly ?? "");
      const fields = [
        { level: "full", decision: "authorize-full" },
        { level: "write" },
        { level: "*" },
        { scope: "write *" },
        { read_only: "false" },
      ];
      await cell.each(
        fields,
        (one) => `the form with ${JSON.stringify(one)}${cell.server.queries.readonly ? " at the read-only URL" : ""}`,
        CHOICE,
        async (one) => {
          if (!cell.server.queries.readonly && one.level) return;
          const browser = await cell.server.browser();
          const client = await Client.register(cell.server);
          const page = await cell.server.consentPage(browser, client.authorization({ resource }));
          const { code } = await cell.server.decide(browser, page, { fields: one });
          if (!code) return;
          const answer = await client.redeem(code, { resource });
          cell.server.tokens.add(answer.json?.access_token);
          hold(!/write|\*|full/.test(answer.json?.scope ?? "read"), `the scope is ${answer.json?.scope}`, answer);
        },
      );
      await cell.check("the read-only URL offers no other level", CHOICE, async () => {
        if (!cell.server.queries.readonly) return;
        const page = await cell.server.consentPage(
          await cell.server.browser(),
          (await Client.register(cell.server)).authorization({ resource }),
        );
        hold(
          !page.consent.choices.some(({ value }) => /full|write/.test(value)),
          "another level is offered",
          page.answer,
        );
      });
    },
    async token(cell) {
      await cell.each(
        ["read write", "*", "admin"],
        (scope) => `scope=${scope} at the token endpoint`,
        NARROW,
        async (scope) => {
          const { client, code } = await cell.server.approve();
          const answer = answered(await client.redeem(code, { scope, level: "full" }));
          if (answer.status >= 400) return void oauthError(answer);
          cell.server.tokens.add(answer.json.access_token);
          hold(!/write|\*|full|admin/.test(answer.json.scope ?? "read"), `the scope is ${answer.json.scope}`, answer);
        },
      );
    },
    revoke: "A read-only token may end itself: that takes something away, and gives nothing.",
    legacy: (cell) => endpoint(cell),
    modern: (cell) => endpoint(cell),
    async toolsets(cell) {
      await endpoint(cell, { every: false });
      await readOnlyUrl(cell);
    },
    async compact(cell) {
      const { writing } = await writers(cell);
      const [read, full] = [await cell.server.token("read", "compact"), await cell.server.token("full", "compact")];
      const list = async (token) => succeeded(await cell.endpoint.ask(token, "tools/list")).tools;
      const caller = (tools, reads) =>
        tools.find(({ name, annotations }) => /call/.test(name) && Boolean(annotations?.readOnlyHint) === reads)?.name;
      const readCaller = caller(await list(full), true);
      const writeCaller = caller(await list(full), false);
      await cell.check("the list has only tools that read", LIST, async () => {
        for (const { name, annotations } of await list(read))
          hold(annotations?.readOnlyHint === true, `${name} is listed`);
      });
      await cell.each(
        writing,
        (name) => `${name} through both tools that call others`,
        RULE,
        async (name) => {
          for (const [token, through] of [
            [read, readCaller],
            [read, writeCaller],
            [full, readCaller],
          ]) {
            refusedByRpc(await untouched(cell, () => cell.endpoint.call(token, through, { name, arguments: {} })));
          }
        },
      );
      await cell.check("a tool that calls others, called by one", NARROW, async () => {
        const inner = { name: writeCaller, arguments: { name: writing[0], arguments: {} } };
        refusedByRpc(await untouched(cell, () => cell.endpoint.call(read, readCaller, inner)));
      });
    },
  },
};
