// A client that can show forms asks its user before a paid or final call, and the answer decides.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

import { startApp } from "../tools/app.mjs";
import { SECOND_KEY } from "../tools/demo-keys.mjs";
import { balance, bundleIds, payload } from "../tools/results.mjs";

const ORDER = ["tokportal_create_bundle", { bundle_type: "account_only", platform: "tiktok", country: "USA" }];
const ACCEPT = { action: "accept", content: { confirm: true } };

let app;
before(async () => (app = await startApp()));
after(() => app?.stop());

/** Connects a client whose user answers every form with `answer`; `asked` collects the forms. */
async function connect(answer, { url = app.mcp, key = app.key, autoFulfill = true, pin = "2026-07-28" } = {}) {
  const client = new Client(
    { name: "interop", version: "1.0.0" },
    {
      versionNegotiation: { mode: pin ? { pin } : "legacy" },
      capabilities: { elicitation: { form: {} } },
      inputRequired: { autoFulfill },
    },
  );
  const asked = [];
  client.setRequestHandler("elicitation/create", async ({ params }) => {
    asked.push(params);
    return typeof answer === "function" ? answer(params) : answer;
  });
  const headers = { Authorization: `Bearer ${key}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return {
    asked,
    call: (name, args, more = {}, options = undefined) => client.callTool({ name, arguments: args, ...more }, options),
    close: () => client.close(),
  };
}

/** Runs `body` with a client and closes the client. */
async function using(client, body) {
  try {
    return await body(client);
  } finally {
    await client.close();
  }
}

const priceIn = (message) => Number(/It costs (\d+) credits/.exec(message)[1]);

test("accept: the price in the form is debited", () =>
  connect(ACCEPT).then((client) =>
    using(client, async () => {
      const credits = await balance(client);
      const { data } = payload(await client.call(...ORDER));
      assert.equal(client.asked.length, 1);
      const [{ message, requestedSchema }] = client.asked;
      assert.match(message, /^Order an account on TikTok \(USA\)\? .* Balance: .*This cannot be undone\./);
      assert.equal(requestedSchema.properties.confirm.type, "boolean");
      assert.equal(await balance(client), credits - priceIn(message));
      assert.ok((await bundleIds(client)).includes(data.bundle_id));
      assert.equal(client.asked.length, 1, "tools that only read ask nothing");
    }),
  ));

for (const [answer, code] of [
  [{ action: "decline" }, "CONFIRMATION_DECLINED"],
  [{ action: "cancel" }, "CONFIRMATION_CANCELLED"],
  [{ action: "accept", content: { confirm: false } }, "CONFIRMATION_DECLINED"],
]) {
  test(`${JSON.stringify(answer)}: nothing is charged`, () =>
    connect(answer).then((client) =>
      using(client, async () => {
        const credits = await balance(client);
        const result = await client.call(...ORDER);
        assert.equal(result.isError, true);
        assert.equal(result.structuredContent.error.code, code);
        assert.match(result.structuredContent.error.message, /Nothing was done and nothing was charged\.$/);
        assert.equal(await balance(client), credits);
      }),
    ));
}

const MANUAL = { allowInputRequired: true };

/** Places the order without answering its form: the request state. */
async function ask(client) {
  const result = await client.call(...ORDER, {}, MANUAL);
  assert.equal(result.resultType, "input_required");
  return result.requestState;
}

/** Repeats the order with the request state and the accepted form. */
const retry = (client, requestState, [name, args] = ORDER) =>
  client.call(name, args, { requestState, inputResponses: { confirm: ACCEPT } }, MANUAL);

const refused = ({ code, data }) => code === -32602 && data.reason === "invalid_request_state";

test("a request state that is tampered, replayed or for another call is refused", () =>
  connect(ACCEPT, { autoFulfill: false }).then((client) =>
    using(client, async () => {
      const credits = await balance(client);
      const state = await ask(client);
      await assert.rejects(retry(client, `${state}-TAMPERED`), refused);
      await assert.rejects(retry(client, state, [ORDER[0], { ...ORDER[1], country: "FR" }]), refused);
      assert.equal(await balance(client), credits);
      payload(await retry(client, state));
      const after = await balance(client);
      assert.ok(after < credits);
      await assert.rejects(retry(client, state), refused);
      assert.equal(await balance(client), after);
    }),
  ));

test("another person's request state is refused", () =>
  connect(ACCEPT, { autoFulfill: false }).then((client) =>
    using(client, async () => {
      const state = await ask(client);
      await using(await connect(ACCEPT, { key: SECOND_KEY, autoFulfill: false }), async (other) => {
        const credits = await balance(other);
        await assert.rejects(retry(other, state), refused);
        assert.equal(await balance(other), credits);
      });
    }),
  ));

test("a request state older than ten minutes is refused", async () => {
  // Three apps share a sealing secret; the clocks of the other two are five and ten minutes ahead of the first.
  const variables = { sealing_secret: "a secret that both apps of this test share" };
  const apps = await Promise.all([
    startApp({ variables }),
    startApp({ variables, args: ["--clock-ahead", "300"] }),
    startApp({ variables, args: ["--clock-ahead", "601"] }),
  ]);
  try {
    const [now, inTime, tooLate] = await Promise.all(
      apps.map(({ mcp }) => connect(ACCEPT, { url: mcp, autoFulfill: false })),
    );
    const state = await ask(now);
    await assert.rejects(retry(tooLate, state), (error) => refused(error) && /older than ten minutes/.test(error.message));
    payload(await retry(inTime, state));
    await Promise.all([now, inTime, tooLate].map((client) => client.close()));
  } finally {
    await Promise.all(apps.map((running) => running.stop()));
  }
});

test("a dry run asks nothing, and a call that would fail fails at once", () =>
  connect(ACCEPT).then((client) =>
    using(client, async () => {
      assert.equal(payload(await client.call(ORDER[0], { ...ORDER[1], dry_run: true })).dry_run, true);
      const refused = await client.call(ORDER[0], { ...ORDER[1], country: "Atlantis" });
      assert.equal(refused.structuredContent.error.code, "COUNTRY_NOT_ENABLED");
      assert.equal(client.asked.length, 0);
    }),
  ));

test("a reveal shows the API's terms and is charged once", () =>
  connect(ACCEPT).then((client) =>
    using(client, async () => {
      const { data } = payload(await client.call("tokportal_list_accounts", {}));
      const id = data.toSorted((a, b) => b.created_at.localeCompare(a.created_at))[0].id;
      const credits = await balance(client);
      const revealed = await client.call("tokportal_reveal_account_credentials", { id });
      assert.ok(payload(revealed).data.password);
      const [{ message }] = client.asked;
      assert.match(message, /Final and non-refundable\./);
      assert.equal(await balance(client), credits - priceIn(message));
      assert.ok(payload(await client.call("tokportal_retrieve_account_verification_code", { id })).data.code);
      assert.equal(await balance(client), credits - priceIn(message), "paid once");
      assert.equal(client.asked.length, 2);
    }),
  ));

test("a client of an earlier revision is not asked", () =>
  connect(ACCEPT, { pin: null }).then((client) =>
    using(client, async () => {
      payload(await client.call(...ORDER));
      assert.equal(client.asked.length, 0);
    }),
  ));

test("confirm_paid_calls=never asks nothing", async () => {
  const off = await startApp({ variables: { confirm_paid_calls: "never" } });
  try {
    await using(await connect(ACCEPT, { url: off.mcp }), async (client) => {
      payload(await client.call(...ORDER));
      assert.equal(client.asked.length, 0);
    });
  } finally {
    await off.stop();
  }
});
