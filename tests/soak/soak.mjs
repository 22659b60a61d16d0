// Fifty people with their own keys, on one host and on two hosts that share a store: `make soak`.
//
// Every answer names its owner and its request. The run fails if an answer belongs to another, if an error was not
// injected, if an order was lost or done twice, if an instance ended by a trap, or if memory or store grow.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";

import { oneHost, twoHosts } from "./hosts.mjs";
import { SoakPerson } from "./person.mjs";
import { startUpstream } from "./upstream.mjs";

const PEOPLE = 50;
const SECONDS = Number(process.env.SOAK_SECONDS || 600);
const SEED = Number(process.env.SOAK_SEED || 1);
/** What a host needs at first, such as instances, caches and connections, is not growth. */
const WARM_UP = 0.25;
/** Growth of the resident memory of a host that counts as flat, in KiB. */
const FLAT_KIB = 48 * 1024;
/** Longer than any row of a sign-in lives, in seconds. */
const AHEAD = 60 * 60;
/** Sign-ins that are begun so that the sweep deletes what has expired. */
const SWEEPS = 4_000;

/** Runs the load on one arrangement of hosts, for so many seconds. */
async function soak(name, startHosts, seconds) {
  let hosts;
  const upstream = await startUpstream({ seed: SEED });
  const counts = new Map();
  const count = (what) => counts.set(what, (counts.get(what) ?? 0) + 1);
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
    const rowsAtStart = sizes(await hosts.rows());

    const people = Array.from(
      { length: PEOPLE },
      (_, number) => new SoakPerson({ number, seed: SEED, origin, ports, upstream, count }),
    );
    const begun = Date.now();
    const samples = [];
    const sampler = setInterval(() => samples.push(hosts.memory()), 1000);
    let broken;
    const isOver = () => broken !== undefined || Date.now() - begun >= seconds * 1000;
    await Promise.all(people.map((person) => person.live(isOver).catch((error) => (broken ??= error))));
    clearInterval(sampler);
    if (broken) throw broken;
    const elapsed = (Date.now() - begun) / 1000;
    const rowsAtEnd = sizes(await hosts.rows());

    checkOrders(people, upstream);
    checkKeys(people, upstream);
    assert.deepEqual(upstream.problems, []);
    const memory = flatMemory(samples);
    const rowsAfter = await sweep(hosts);
    checkLog(hosts.output());

    report(name, { counts, elapsed, upstream, memory, rowsAtStart, rowsAtEnd, rowsAfter });
  } catch (error) {
    console.error(`${name}: failed with the seed ${SEED}`);
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

/** A lasting key is in the hands of its person; every other one ends by itself. */
function checkKeys(people, upstream) {
  const held = new Set(people.flatMap(({ token, abandoned }) => [token, ...abandoned]));
  const orphans = upstream.liveKeys().filter(({ key, lasting }) => lasting && !held.has(key));
  assert.equal(orphans.length, 0, `${orphans.length} lasting keys are in no hands`);
}

/**
 * How many rows there are, and how many of them grow in number: those with a number or a hash in their name, except the
 * counters of rate limits, which have a fixed number of slots.
 */
function sizes(rows) {
  return { all: rows.length, growing: rows.filter((row) => /\d/.test(row) && !row.startsWith("rate-")) };
}

/** Starts the hosts later than any row lives, and begins sign-ins until the sweep has deleted what has expired. */
async function sweep(hosts) {
  await hosts.end();
  await hosts.start(AHEAD);
  let rows;
  for (let left = SWEEPS; left > 0; left -= 100) {
    await Promise.all(Array.from({ length: 100 }, () => begin(hosts.origin)));
    rows = sizes(await hosts.rows());
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

/** No instance ended, and the store worked. */
function checkLog(output) {
  assert.doesNotMatch(output, /wasm trap|wasm backtrace|ended by a trap/i);
  const bad = /"event":"(?:unavailable|sweep_failed|store_forgets|configuration_invalid)"/;
  assert.deepEqual(
    output
      .split("\n")
      .filter((line) => bad.test(line))
      .slice(0, 3),
    [],
  );
}

function report(name, { counts, elapsed, upstream, memory, rowsAtStart, rowsAtEnd, rowsAfter }) {
  const requests = counts.get("requests");
  const mib = (kib) => `${Math.round(kib / 1024)} MiB`;
  const of = (what) => `${what}: ${counts.get(what) ?? 0}`;
  const lines = [
    `${PEOPLE} people, ${Math.round(elapsed)} s, seed ${SEED}`,
    `requests: ${requests} (${Math.round(requests / elapsed)} a second), calls of the upstream: ${upstream.calls()}`,
    ["sign-ins", "revocations", "replays", "calls that met a fault", "sign-ins that met a fault"].map(of).join(", "),
    "errors that were not injected: 0, answers of others: 0, orders lost or done twice: 0, lasting keys in no hands: 0",
    ...memory.map(
      ({ start, end }, host) => `memory of host ${host + 1}: ${mib(start)} after the warm-up, ${mib(end)} at the end`,
    ),
    `rows of the store: ${rowsAtStart.all} at the start, ${rowsAtEnd.all} at the end, ${rowsAfter.all} when all had expired ` +
      `(of sign-ins: ${[rowsAtStart, rowsAtEnd, rowsAfter].map(({ growing }) => growing.length).join(", ")})`,
  ];
  console.log(`\n${name}\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

assert.ok(SECONDS >= 10, "SOAK_SECONDS is at least 10");
await soak("one host", oneHost, SECONDS / 2);
await soak("two hosts with one store", twoHosts, SECONDS / 2);
