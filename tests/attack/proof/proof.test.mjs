// The suite can fail: a server that follows the specifications holds in every family, and when one of its defences is
// taken away, the suite names exactly that family.
import assert from "node:assert/strict";
import { test } from "node:test";

import { families } from "../families.mjs";
import { brokenFamilies, count, problems } from "../lib/report.mjs";
import { Server } from "../lib/server.mjs";
import { run } from "../lib/suite.mjs";
import { defects } from "./defects.mjs";
import { SmallServer } from "./server.mjs";

/** Attacks the small server, with all cases of the family that must find the defect, and a part of the others. */
async function attack(broken, expected) {
  const light = ({ number }) => expected !== undefined && number !== expected;
  const small = await SmallServer.start(broken);
  try {
    return await run(await Server.discover(small.facts), families, { light });
  } finally {
    small.stop();
  }
}

test("a server that follows the specifications holds in every family", async () => {
  const rows = await attack("");
  assert.equal(problems(rows), "");
  assert.ok(count(rows).held > 500, `${count(rows).held} cases`);
});

test("every family has a defect that only it finds", () => {
  assert.deepEqual(
    [...new Set(defects.map(([number]) => number))],
    families.map(({ number }) => number),
  );
});

for (const [family, defect] of defects) {
  test(`family ${family} finds that ${defect}`, async () => {
    const rows = await attack(defect, family);
    assert.deepEqual(brokenFamilies(rows), [family], problems(rows));
  });
}
