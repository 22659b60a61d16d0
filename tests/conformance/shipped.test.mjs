// The fixtures for the suite must not be in the component that is shipped.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { connector, connectorWithFixtures } from "../tools/paths.mjs";

test("the shipped component has none of the fixtures", () => {
  const [shipped, withFixtures] = [connector, connectorWithFixtures].map((file) => readFileSync(file));
  for (const name of ["test_simple_text", "json_schema_2020_12_tool", "test_simple_prompt", "test://static-text"]) {
    assert.ok(withFixtures.includes(name), `${name} is a fixture`);
    assert.ok(!shipped.includes(name), `${name} is shipped`);
  }
});
