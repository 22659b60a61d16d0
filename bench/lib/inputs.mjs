// The tools of our list, for the peers and for the floor.
import { writeFileSync } from "node:fs";

import { cases } from "./cases.mjs";
import { checkAllTools } from "./checks.mjs";
import { fetchOnce } from "./http.mjs";
import { startServer } from "./measure.mjs";
import { operations } from "./operations.mjs";
import { listFile, toolsFile } from "./paths.mjs";

/**
 * Writes the tools with their operations, and the list as we serve it.
 * @returns {Promise<{tools: object[], bytesOfList: number, firstStart: number}>} `firstStart` is in milliseconds.
 */
export async function writeInputs(server, { stub, cache }) {
  const running = await startServer(server, { stub, cache });
  try {
    const [request] = cases.list.requests(server, []);
    const { text } = await fetchOnce(request, running.port);
    const { tools } = JSON.parse(text).result;
    checkAllTools("our list", tools);
    const all = operations();
    const missing = tools.filter(({ name }) => !all[name]);
    if (missing.length > 0) throw new Error(`no operation for ${missing.map(({ name }) => name)}`);
    writeFileSync(toolsFile, JSON.stringify({ tools, operations: all }));
    writeFileSync(listFile, text);
    return { tools, bytesOfList: Buffer.byteLength(text), firstStart: running.milliseconds };
  } finally {
    await running.stop();
  }
}
