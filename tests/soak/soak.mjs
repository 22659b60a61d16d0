// Fifty people with their own keys, on one host and on two hosts that share a store: `make soak`.
//
// Every answer names its owner and its request. The run fails if an answer belongs to another, if an error was not
// injected, if a fault was not told, if an order was lost or done twice, if an instance ended by a trap, or if memory or
// store grow. tests/README.md has the whole list.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

import { oneHost, twoHosts } from "./hosts.mjs";
import { PORTAL, SoakPerson } from "./person.mjs";
import { INTROSPECTION, KEY_LIST, startUpstream } from "./upstream.mjs";

const PEOPLE = 50;
const SECONDS = Number(process.env.SOAK_SECONDS || 600);
const SEED = Number(process.env.SOAK_SEED || 1);
/** What a host needs at first, such as instances, caches and connections, is not growth. */
const WARM_UP = 0.25;
/** Growth of the resident memory of a host that counts as flat, in KiB. */
const FLAT_KIB = 16 * 1024;
/** Longer than any row of a sign-in lives, in seconds. */
const AHEAD = 60 * 60;
/**
 * Rows that a sign-in leaves until the sweep, at most: two single uses with an entry each, a decision, a code, and its use,
 * redemption and replay.
 */
const ROWS = 9;
/** Sign-ins that are begun so that the sweep deletes what has expired. */
const SWEEPS = 8_000;
/** How many of them at once. Each does the same part of the sweep, so many would only load the store. */
const AT_ONCE = 5;

/** Runs the load on one arrangement of hosts, for so many seconds. */
async function soak(name, startHosts, seconds) {
  let hosts;
  const upstream = await startUpstream({ seed: SEED });
  const counts = new Map();
  const count = (what) => counts.set(what, (counts.get(what) ?? 0) + 1);
  // People and upstream are in this process. If it is held up for seconds, so are their answers.
  const delay = monitorEventLoopDelay();
  const heldUp = () => `this test was held up for ${Math.round(delay.max / 1e6)} ms at most`;
  const times = new Map();
  const took = (action, time) => {
    if (!times.has(action)) times.set(action, []);
    times.get(action).push(time);
  };
  try {
    hosts = await startHosts((origin) => ({
      public_url: origin,
      api_base_url: upstream.url,
      portal_origin: upstream.url,
      sign_in: "portal",
      portal_issuer: `${upstream.url}/portal`,
      portal_keys_url: `${upstream.url}/portal/api/keys`,
    }));
    await hosts.start();
    const { origin, ports } = hosts;
    await begin(origin);
    const rowsAtStart = sizes(hosts.rows());
    const memoryAtStart = hosts.memory();

    const people = Array.from(
      { length: PEOPLE },
      (_, number) => new SoakPerson({ number, seed: SEED, origin, ports, upstream, count, took }),
    );
    delay.enable();
    const begun = Date.now();
    const samples = [];
    let broken;
    const sampler = setInterval(() => {
      try {
        samples.push(hosts.memory());
      } catch (error) {
        broken ??= new Error(`a host has ended: ${error.message}`);
      }
    }, 1000);
    const isOver = () => broken !== undefined || Date.now() - begun >= seconds * 1000;
    await Promise.all(people.map((person) => person.live(isOver).catch((error) => (broken ??= error))));
    clearInterval(sampler);
    delay.disable();
    if (broken) throw broken;
    const elapsed = (Date.now() - begun) / 1000;
    const rowsAtEnd = sizes(hosts.rows());

    assert.deepEqual(upstream.problems, []);
    checkOrders(people, upstream);
    checkKeys(people, upstream);
    checkFaults(people, upstream);
    checkRows(rowsAtEnd, counts.get("sign-ins"));
    const memory = flatMemory(samples);
    const rowsAfter = await sweep(hosts);
    const events = checkLog(hosts.output(), upstream);

    const load = { counts, times, elapsed, upstream, events, heldUp };
    report(name, { ...load, memoryAtStart, memory, rowsAtStart, rowsAtEnd, rowsAfter });
  } catch (error) {
    console.error(`${name}: failed with the seed ${SEED}; ${heldUp()}`);
    if (process.env.SOAK_LOG) writeFileSync(process.env.SOAK_LOG, hosts?.output() ?? "");
    throw error;
  } finally {
    await hosts?.stop();
    await upstream.stop();
  }
}

/** Begins a sign-in and leaves it. */
async function begin(origin) {
  const response = await fetch(`${origin}/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ client_name: "Soak", redirect_uris: ["https://soak.example/callback"] }),
  });
  assert.equal(response.status, 201, await response.text());
}

/** An order that was confirmed was done once; one that met a fault at most once. */
function checkOrders(people, upstream) {
  for (const { id, confirmed, unclear } of people) {
    const done = upstream.orders(id);
    assert.equal(new Set(done).size, done.length, `${id} ordered something twice`);
    for (const marker of confirmed) assert.ok(done.includes(marker), `the order ${marker} is lost`);
    for (const marker of done) assert.ok(confirmed.has(marker) || unclear.has(marker), `no person ordered ${marker}`);
  }
}

/** A lasting key is in the hands of its person; every other one ends by itself. The key of a person lives and lasts. */
function checkKeys(people, upstream) {
  const held = new Set(people.flatMap(({ token, abandoned }) => [token, ...abandoned]));
  const lasting = upstream.liveKeys().filter((key) => key.lasting);
  const orphans = lasting.filter(({ key }) => !held.has(key));
  assert.equal(orphans.length, 0, `${orphans.length} lasting keys are in no hands`);
  for (const { id, token } of people) {
    if (token) assert.ok(lasting.some(({ key, person }) => key === token && person === id), `the key of ${id} is lost`);
  }
}

/** Every call of the API that failed is one that a person was told of. (The person checks the other direction.) */
function checkFaults(people, upstream) {
  const told = new Set(people.flatMap(({ failed }) => [...failed]));
  const untold = [...upstream.injected].filter(([marker]) => !told.has(marker));
  assert.deepEqual(untold, [], "a call of the API failed, and its person was told that it succeeded");
  assert.ok(told.size > 0, "no call of the API failed");
}

/**
 * The rows of the store: their number, their bytes, and those that grow in number: with a number or a hash in their name,
 * except the counters of rate limits, which have a fixed number of slots.
 */
function sizes(rows) {
  const names = rows.map(([name]) => name);
  return {
    all: rows.length,
    bytes: rows.reduce((sum, [name, length]) => sum + name.length + length, 0),
    growing: names.filter((name) => /\d/.test(name) && !name.startsWith("rate-")),
  };
}

/** Only sign-ins leave rows, each a few until the sweep. Without any, nothing is left that the sweep could miss. */
function checkRows({ growing }, signIns) {
  assert.ok(growing.length >= PEOPLE, `the sign-ins have left only ${growing.length} rows`);
  assert.ok(growing.length <= ROWS * signIns, `${signIns} sign-ins have left ${growing.length} rows`);
}

/** Starts the hosts later than any row lives, and begins sign-ins until the sweep has deleted what has expired. */
async function sweep(hosts) {
  await hosts.end();
  await hosts.start(AHEAD);
  let rows;
  for (let left = SWEEPS; left > 0; left -= 100) {
    const some = async () => {
      for (let number = 0; number < 100 / AT_ONCE; number += 1) await begin(hosts.origin);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, some));
    rows = sizes(hosts.rows());
    if (rows.growing.length === 0) return rows;
  }
  const some = rows.growing.slice(0, 5).join(", ");
  return assert.fail(`the store has ${rows.growing.length} rows after everything expired: ${some}`);
}

/** The memory of each host: the median after the warm-up, and the median at the end. */
function flatMemory(samples) {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  const part = Math.max(1, Math.floor(warm.length / 4));
  return samples[0].map((_, host) => {
    const values = warm.map((sample) => sample[host]);
    const [start, end] = [median(values.slice(0, part)), median(values.slice(-part))];
    assert.ok(end - start <= FLAT_KIB, `the memory of host ${host + 1} grew from ${start} to ${end} KiB`);
    return { start, end };
  });
}

const median = (values) => [...values].sort((one, other) => one - other)[values.length >> 1];

/** What must not occur, whatever fault was injected. */
const NEVER = [
  ...["unavailable", "overloaded", "sweep_failed", "store_forgets", "configuration_invalid", "check_failed"],
  ...["protocol_version_refused", "client_metadata_rejected", "key_check_failed", "userinfo_failed"],
];

/**
 * No instance ended, the store worked, there was room for every request, and each fault of the portal that no person sees
 * has its line.
 * @returns {Map<string, number>} how many lines each event has.
 */
function checkLog(output, upstream) {
  const lines = output.split("\n");
  const traps = lines.filter((line) => /an instance ended|wasm trap|wasm backtrace/i.test(line));
  assert.deepEqual(traps.slice(0, 3), [], `${traps.length} instances ended by a trap`);
  const found = lines.flatMap((line) => {
    const event = /"event":"(\w+)"/.exec(line)?.[1];
    return event ? [{ event, line }] : [];
  });
  const bad = found.filter(({ event }) => NEVER.includes(event)).map(({ line }) => line);
  assert.deepEqual(bad.slice(0, 3), [], `${bad.length} lines of the log must not be there`);
  const events = new Map();
  for (const { event } of found) events.set(event, (events.get(event) ?? 0) + 1);
  assert.equal(events.get("introspection_failed") ?? 0, upstream.allFaults(INTROSPECTION), "failures of introspection");
  assert.equal(events.get("key_list_failed") ?? 0, upstream.allFaults(KEY_LIST), "failures of the list of keys");
  return events;
}

function report(name, { counts, times, elapsed, upstream, events, heldUp, memoryAtStart, memory, ...rows }) {
  const requests = counts.get("requests");
  const mib = (kib) => `${Math.round(kib / 1024)} MiB`;
  const of = (what) => `${what}: ${counts.get(what) ?? 0}`;
  const kinds = [...upstream.injected.values()].sort();
  const ofKind = [...new Set(kinds)].map((kind) => `${kind} ${kinds.filter((one) => one === kind).length}`).join(", ");
  const portal = Object.entries(PORTAL).map(([call, endpoint]) => `${call} ${upstream.allFaults(endpoint)}`);
  const unseen = upstream.allFaults(INTROSPECTION) + upstream.allFaults(KEY_LIST);
  const { rowsAtStart, rowsAtEnd, rowsAfter } = rows;
  const moments = [rowsAtStart, rowsAtEnd, rowsAfter];
  const lines = [
    `${PEOPLE} people, ${Math.round(elapsed)} s, seed ${SEED}; ${heldUp()}`,
    `requests: ${requests} (${Math.round(requests / elapsed)} answers a second), calls of the upstream: ${upstream.calls()}`,
    ["sign-ins", "revocations", "replays", "writes that were refused"].map(of).join(", "),
    `faults of the API: ${kinds.length} (${ofKind}), all told to their person`,
    `faults of the portal: ${portal.join(", ")}; a person saw ${counts.get("sign-ins that met a fault") ?? 0} at sign-in and ` +
      `${counts.get("revocations that met a fault") ?? 0} at a revocation; ${unseen} more that only the log tells`,
    "errors that were not injected: 0, answers of others: 0, orders lost or done twice: 0, lasting keys in no hands: 0, traps: 0",
    `lines of the log: ${[...events].map(([event, number]) => `${event} ${number}`).join(", ")}`,
    ...memory.map(
      ({ start, end }, host) =>
        `memory of host ${host + 1}: ${mib(memoryAtStart[host])} at the start, ${mib(start)} after the warm-up, ` +
        `${mib(end)} at the end`,
    ),
    `rows of the store: ${moments.map(({ all }) => all).join(", ")} (at the start, at the end, when all had expired); of ` +
      `sign-ins: ${moments.map(({ growing }) => growing.length).join(", ")}; KiB: ` +
      moments.map(({ bytes }) => Math.round(bytes / 1024)).join(", "),
    "milliseconds of an action: number, p50, p99, longest",
    ...[...times].sort().map(([action, all]) => {
      const sorted = all.sort((one, other) => one - other);
      const at = (part) => Math.round(sorted[Math.floor((sorted.length - 1) * part)]);
      return `  ${action.padEnd(10)} ${[sorted.length, at(0.5), at(0.99), at(1)].join(", ")}`;
    }),
  ];
  console.log(`\n${name}\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

assert.ok(SECONDS >= 20, "SOAK_SECONDS is at least 20");
await soak("one host", oneHost, SECONDS / 2);
await soak("two hosts with one store", twoHosts, SECONDS / 2);
