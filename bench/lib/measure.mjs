// One server in one round: start, first answer, every case, memory.
import { checkAnswers, checkLoad } from "./checks.mjs";
import { cases } from "./cases.mjs";
import { redemptions } from "./codes.mjs";
import { figures } from "./figures.mjs";
import { fetchOnce } from "./http.mjs";
import { load } from "./load.mjs";
import { SERVER_CORE } from "./paths.mjs";
import { startOn, usedOn } from "./process.mjs";
import { isWanted, settings } from "./settings.mjs";

const WARM_UP_SECONDS = 1;

/** Starts a server, and waits for its first answer. */
export async function startServer(server, { stub, cache, bytesOfList }) {
  const program = await server.start(stub.origin, cache);
  const begun = performance.now();
  const running = await startOn(SERVER_CORE, program);
  const first = server.cases.includes("list") ? "list" : server.cases[0];
  const [request] = cases[first].requests(at(server, first, bytesOfList), []);
  const { status, text } = await fetchOnce(request, running.port);
  if (status !== 200) throw new Error(`${server.title}: the first answer was ${status} ${text}\n${running.output()}`);
  return { ...running, milliseconds: performance.now() - begun };
}

/**
 * Measures a server, and hands each result to `note`.
 * @returns {Promise<{start: number, peak: number, resident: number}>} milliseconds, and MiB.
 */
export async function measure(name, server, { stub, cache, tools, bytesOfList, note }) {
  const { introspections } = await stub.counts();
  const running = await startServer(server, { stub, cache, bytesOfList });
  try {
    for (const id of server.cases.filter((id) => isWanted(settings.cases, id))) {
      for (const connections of settings.connections) {
        const what = `${name} ${id} ${connections}`;
        const one = server.isFloor ? { ...cases[id], kind: "none" } : cases[id];
        const result = await measureCase(what, one, { running, server, id, connections, stub, tools, bytesOfList });
        note({ server: name, case: id, connections, ...result });
      }
    }
    if (server.introspects && (await stub.counts()).introspections === introspections) {
      throw new Error(`${name} introspected no key`);
    }
    const { peak, resident } = running.usage();
    return { start: running.milliseconds, peak, resident };
  } finally {
    await running.stop();
  }
}

async function measureCase(what, one, { running, server, id, connections, stub, tools, bytesOfList }) {
  const { port } = running;
  const target = at(server, id, bytesOfList);
  let requests = one.requests(target, tools);
  let bytes;
  if (one.prepared) {
    requests = await redemptions({ port, mcpPath: target.path, count: settings.codes });
    await checkAnswers({ port, what, one, requests: requests.splice(0, 1) });
  } else {
    const expected = id === "list" && server.ownList !== true ? bytesOfList : undefined;
    bytes = await checkAnswers({ port, what, one, requests, bytesOfList: expected });
    await load({ port, requests, connections, seconds: WARM_UP_SECONDS });
  }
  const [cpuBefore, usedBefore, before] = [running.usage().cpu, usedOn(SERVER_CORE), await stub.counts()];
  const result = await load({ port, requests, connections, seconds: settings.seconds, once: one.prepared });
  const cpu = running.usage().cpu - cpuBefore;
  // What other programs used of the server's core: the run was not alone.
  const foreign = Math.max(0, usedOn(SERVER_CORE) - usedBefore - cpu) / (settings.seconds * 1e6);
  const after = await stub.counts();
  const asked = Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - before[name]]));
  checkLoad({ what, one, connections, result, bytes, asked });
  return { ...figures(result, bytes, cpu), foreign };
}

/** Where a server serves a case. */
function at(server, id, bytesOfList) {
  return { path: server.paths?.(bytesOfList)[id] ?? server.path };
}
