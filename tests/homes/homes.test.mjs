// Every scenario in every home that can be run here. A gap has a reason in homes.mjs; one that has closed fails, too.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";

import { homes, startHome } from "./homes.mjs";
import { scenarios } from "./scenarios.mjs";
import { PAGE, table, written } from "./table.mjs";

const outcomes = new Map();

for (const home of homes) {
  const unavailable = home.unavailable();
  describe(home.name, { skip: unavailable, concurrency: false }, () => {
    let starting;
    const running = () => (starting ??= startHome(home));
    after(async () => (await starting?.catch(() => undefined))?.stop());

    for (const [name, scenario] of Object.entries(scenarios)) {
      test(name, async () => {
        const place = await running();
        const printed = place.output().length;
        const gap = home.gaps[name];
        let failure;
        try {
          await scenario(place);
        } catch (error) {
          failure = error;
        }
        outcomes.set(`${home.name}/${name}`, failure ? (gap ? "gap" : "FAILED") : gap && !gap.sometimes ? "CLOSED" : "ok");
        if (failure && !gap) throw new Error(`${failure.message}\n\nThe host printed:\n${place.output().slice(printed)}`, { cause: failure });
        assert.ok(failure || !gap || gap.sometimes, "this gap has closed: delete it in homes.mjs");
      });
    }
  });
}

test("gaps belong to scenarios that exist", () => {
  for (const { name, gaps } of homes) {
    for (const gap of Object.keys(gaps)) assert.ok(scenarios[gap], `${name}: ${gap}`);
  }
});

test(`${PAGE} has the table of the suite`, () => {
  assert.equal(written(), table(), "make homes writes it");
});

after(() => {
  const outcome = (home, name) => outcomes.get(`${home.name}/${name}`) ?? "not run";
  console.log(table(outcome));
});
