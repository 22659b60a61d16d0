// Where things are.
import { join } from "node:path";

import { outputFolder, root, target } from "../../tests/tools/paths.mjs";

export { outputFolder, root, target };
export { freePort } from "../../tests/tools/ports.mjs";

export const bench = join(root, "bench");

/** What a run writes. */
export const output = outputFolder("bench");

/** The embedding host, optimized (`make bench` builds it). */
export const host = process.env.BENCH_HOST || join(target, "host", "tokportal-embed");

/** The stub and the native peer (`make bench` builds them). */
export const native = (name) => join(target, "bench-build", "release", name);

/** The Python of the peer on FastMCP (`make bench` installs it). */
export const python = process.env.BENCH_PYTHON || join(target, "bench-python", "bin", "python");

/** The tools with the operations behind them, which the peers read, and our list as it is served. */
export const toolsFile = join(output, "tools.json");
export const listFile = join(output, "list.json");
export const documentFile = join(root, "static", "openapi.json");

/** The core of the server, and that of the stub and the load. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

/** The key that the stub knows. */
export const KEY = `sk_${"5eed".repeat(16)}`;
