// Sign-in at a certified provider in every configuration that an operator may meet: the whole way each time, or the
// error that the app is told and what the log says. The table is printed at the end.
import { after, before, describe, test } from "node:test";

import { startConnector } from "./connector.mjs";
import { judge, run } from "./row.mjs";
import { rows } from "./rows.mjs";
import { printTable } from "./table.mjs";

/** How many rows run at once: each has a connector of its own, which waits most of the time. */
const AT_ONCE = 6;

const results = new Map();

// Compiles the component once; the rows find it in the cache.
before(async () => {
  const nowhere = "http://127.0.0.1:9";
  const place = { issuer: nowhere, origin: nowhere, url: `${nowhere}/keys` };
  const connector = await startConnector(place, place);
  await connector.stop();
});

describe("configurations of a certified provider", { concurrency: AT_ONCE }, () => {
  for (const row of rows) {
    test(row.name, async () => {
      const seen = await run(row);
      const result = { name: row.name, ok: false, ...seen };
      results.set(row.name, result);
      await judge(row, seen);
      result.ok = true;
    });
  }
});

after(() => printTable(rows.filter(({ name }) => results.has(name)).map(({ name }) => results.get(name))));
