// The stub, and what it answers when it is called directly.
import { cases, get } from "./cases.mjs";
import { checkAnswers, checkLoad } from "./checks.mjs";
import { fetchOnce } from "./http.mjs";
import { load } from "./load.mjs";
import { KEY, LOAD_CORE, native } from "./paths.mjs";
import { figures } from "./figures.mjs";
import { startOn } from "./process.mjs";
import { settings } from "./settings.mjs";

/** Starts the stub on the core of the load. */
export async function startStub() {
  const start = { command: native("bench-stub"), args: [KEY], listening: /^Listening on (http:\/\/\S+)$/m };
  const { port, stop } = await startOn(LOAD_CORE, start);
  const origin = `http://127.0.0.1:${port}`;
  /** What it got so far: requests of the API, introspections, and requests with an unknown key. */
  const counts = async () => JSON.parse((await fetchOnce(get("/counts"), port)).text);
  return { port, origin, counts, stop };
}

/** Measures the calls of the API themselves: what is added to them is the cost of a server. */
export async function measureDirectly(stub, note) {
  for (const [id, path] of [
    ["call", "/api/ext/credits/balance"],
    ["call-100k", "/api/ext/accounts"],
  ]) {
    for (const connections of settings.connections) {
      const requests = [get(path, { "X-API-Key": KEY })];
      const one = { ...cases[id], kind: "none", upstream: 0 };
      const what = `direct ${id}`;
      const bytes = await checkAnswers({ port: stub.port, what, one, requests });
      const result = await load({ port: stub.port, requests, connections, seconds: settings.seconds });
      checkLoad({ what, one, connections, result, bytes });
      note({ server: "direct", case: id, connections, ...figures(result, bytes) });
    }
  }
}
