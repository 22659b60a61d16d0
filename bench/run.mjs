// Measures the connector, its floor and its peers side by side (bench/README.md).
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { writeInputs } from "./lib/inputs.mjs";
import { machine } from "./lib/machine.mjs";
import { measure, startServer } from "./lib/measure.mjs";
import { grouped, medianOf } from "./lib/medians.mjs";
import { output } from "./lib/paths.mjs";
import { report } from "./lib/report.mjs";
import { servers } from "./lib/servers.mjs";
import { isWanted, settings } from "./lib/settings.mjs";
import { measureDirectly, startStub } from "./lib/stub.mjs";

const begun = Date.now();
const facts = machine();
const skipped = [];
const chosen = Object.entries(servers).filter(([name, server]) => {
  if (!isWanted(settings.servers, name)) return false;
  const why = server.missing?.();
  if (why) skipped.push(`${name}: ${why}`);
  return !why;
});
const results = [];
const starts = [];
const stub = await startStub();
let failure;
try {
  const cache = join(output, "cache");
  rmSync(cache, { recursive: true, force: true });
  const { tools, bytesOfList, firstStart } = await writeInputs(servers.ours, { stub, cache });
  console.error(`our list: ${bytesOfList} bytes; the first start, without a cache: ${Math.round(firstStart)} ms`);
  const first = {};
  for (const [name, server] of chosen.filter(([, { caches }]) => caches)) {
    const own = join(output, `cache-${name}`);
    rmSync(own, { recursive: true, force: true });
    mkdirSync(own, { recursive: true });
    const running = await startServer(server, { stub, cache: own, bytesOfList });
    first[name] = running.milliseconds;
    await running.stop();
  }
  for (let round = 1; round <= settings.rounds; round += 1) {
    const note = (result) => {
      const { server, case: id, connections, perSecond, p50, p99 } = result;
      console.error(`${round}  ${server}  ${id}  ${connections}  ${Math.round(perSecond)}/s  ${p50}  ${p99} µs`);
      results.push(result);
    };
    if (isWanted(settings.servers, "direct")) await measureDirectly(stub, note);
    for (const [name, server] of round % 2 === 1 ? chosen : chosen.toReversed()) {
      const options = { stub, cache: join(output, `cache-${name}`), tools, bytesOfList, note };
      const used = await measure(name, server, options);
      starts.push({ server: name, first: first[name], ...used });
      write();
    }
  }
} catch (error) {
  failure = error;
} finally {
  await stub.stop();
}
process.stdout.write(write());
if (failure) throw failure;

/** Writes what was measured so far, and returns the report. */
function write() {
  const summary = {
    machine: facts,
    settings: { ...settings, minutes: (Date.now() - begun) / 60_000 },
    skipped,
    results: grouped(results, (one) => `${one.case} ${one.connections} ${one.server}`).map(medianOf),
    servers: grouped(starts, ({ server }) => server).map(medianOf),
    rounds: results,
  };
  const text = report(summary);
  writeFileSync(join(output, "results.json"), `${JSON.stringify(summary, undefined, 1)}\n`);
  writeFileSync(join(output, "results.md"), text);
  return text;
}
