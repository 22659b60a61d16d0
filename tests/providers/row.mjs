// A row of the table: one configuration of a provider, what must come of a sign-in there, and how to find out.
import assert from "node:assert/strict";

import { startExampleKeysApi } from "../tools/keys-api.mjs";
import { startConnector } from "./connector.mjs";
import { isAt } from "./edits.mjs";
import { startKeysApi } from "./keys-api.mjs";
import { checkMints, isComplete } from "./mint.mjs";
import { startProvider } from "./provider.mjs";
import { signIn } from "./sign-in.mjs";

/** The limit for `state` at the provider, in bytes: longer addresses do not pass some proxies. */
const MAX_STATE = 2048;

/**
 * @typedef {{
 *   name: string, provider?: Setup, connector?: {variables?: object | ((provider) => object), args?: string[]},
 *   keys?: object, person?: object, act?: (running: Running) => Promise<Outcome>, expect: Expectation,
 *   check?: (seen: {outcome: Outcome, provider: object, keys: object, connector: object}) => void | Promise<void>,
 * }} Row
 * `person` are options of `signIn`; `act` does something else than one sign-in.
 *
 * @typedef {{
 *   connected?: true, stays?: RegExp, error?: string, description?: string,
 *   log?: {event: string, [field: string]: string | RegExp | undefined}[],
 * }} Expectation
 * The app is connected, or the person stays on a page, or the app is told `error`. The log has these events, or none
 * if the list is empty.
 * A field that is undefined must be absent.
 */

/** The app is connected. */
export const connected = { connected: true, log: [] };

/** The operator must change something, which `fix` names. */
export const misconfigured = (cause, fix) => ({
  error: "server_error",
  log: [{ event: "sign_in_failed", cause, fix }],
});

/** It will pass, and there is nothing to change. */
export const outage = (cause) => ({
  error: "temporarily_unavailable",
  log: [{ event: "sign_in_failed", cause, fix: undefined }],
});

/** An answer of the provider that must not be trusted, whatever the reason. */
export const refused = (cause) => ({ error: "server_error", log: [{ event: "sign_in_failed", cause }] });

/** Runs a row: what came of it, without a judgement. */
export async function run(row) {
  const running = [];
  const started = (one) => (running.push(one), one);
  try {
    const provider = started(await startProvider(row.provider ?? {}));
    const { example } = row.keys ?? {};
    const keys = started(await (example ? startExampleKeysApi(provider.issuer, example) : startKeysApi(row.keys)));
    const { variables = {}, args } = row.connector ?? {};
    const own = typeof variables === "function" ? variables({ provider, keys }) : variables;
    let connector;
    try {
      connector = await startConnector(provider, keys, own, args);
    } catch (error) {
      const [, why = error.message] = /^tokportal-embed: ([^;\n]*)/m.exec(error.message) ?? [];
      return { outcome: { result: `not started: ${why}`, pages: [] }, events: [] };
    }
    let outcome;
    try {
      await provider.open(connector.url);
      const act = row.act ?? (() => signIn(connector, row.person));
      outcome = await act({ connector, provider, keys, signIn: (options) => signIn(connector, options) });
    } finally {
      await connector.stop();
    }
    return { outcome, events: connector.events(), provider, keys, connector };
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
}

/** Asserts that a row went as it must. */
export async function judge(row, { outcome, events, provider, keys, connector }) {
  const { expect, check } = row;
  const shown = `${outcome.result}\n${events.map((event) => JSON.stringify(event)).join("\n")}`;
  if (expect.connected) {
    assert.equal(outcome.result, "connected", shown);
    assert.ok(outcome.tools > 0, shown);
    if (keys.mints) await checkMints({ keys, provider }, row.connector?.variables?.portal_client_secret);
  } else if (expect.stays) {
    assert.match(outcome.result, expect.stays);
  } else {
    assert.equal(outcome.error, expect.error, shown);
    if (expect.description) assert.equal(outcome.description, expect.description);
  }
  if (expect.log?.length === 0) assert.deepEqual(events, [], "the log has nothing to say");
  for (const wanted of expect.log ?? []) {
    assert.ok(
      events.some((event) => isLike(event, wanted)),
      `the log lacks ${describe(wanted)}:\n${shown}`,
    );
  }
  for (const { request } of provider.seen) {
    if (isAt("token", request)) isComplete(request.headers);
    if (!isAt("authorization", request)) continue;
    const { length } = request.url.searchParams.get("state");
    assert.ok(length < MAX_STATE, `the state at the provider has ${length} bytes`);
  }
  await check?.({ outcome, events, provider, keys, connector });
}

function isLike(event, wanted) {
  return Object.entries(wanted).every(([field, value]) => {
    if (value === undefined) return !event[field];
    return value instanceof RegExp ? value.test(event[field] ?? "") : event[field] === value;
  });
}

const describe = (wanted) =>
  Object.entries(wanted)
    .map(([field, value]) => `${field}: ${value ?? "absent"}`)
    .join(", ");
