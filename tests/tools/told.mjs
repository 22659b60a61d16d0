// What a model reads of a result, compared with what a program reads: the text says the same as the structured content,
// but for a note, amounts of nothing, the further items of a dry run, and what only programs need of an error.
import assert from "node:assert/strict";

const MORE = /^… and (\d+) more like it$/;
/** Members of an error that are for programs; `_meta` has them, too. */
const FOR_PROGRAMS = new Set(["error.request_id", "error.rate_limit"]);

/** Fails unless the first text of a result says what its structured content says. */
export function tellsTheSame({ content, structuredContent }, what = "text and structured content") {
  const text = JSON.parse(content[0].text);
  const { note, ...told } = text;
  if (note !== undefined) assert.ok(typeof note === "string" && note.length > 10, `${what}: ${note}`);
  compare(told, structuredContent, "", what);
}

function compare(told, whole, path, what) {
  const where = `${what} at ${path || "the root"}`;
  if (Array.isArray(told)) return compareLists(told, whole, path, what);
  if (told === null || typeof told !== "object") return assert.deepEqual(told, whole, where);
  if (Array.isArray(whole)) {
    // A catalogue in brief: the key of each item with what it is.
    const values = whole.map((item) => Object.values(item));
    for (const key of Object.keys(told)) assert.ok(values.some((item) => item.includes(key)), `${where}: ${key}`);
    return assert.equal(Object.keys(told).length, whole.length, where);
  }
  for (const [name, value] of Object.entries(told)) {
    assert.ok(name in whole, `${where}: ${name} is in the text alone`);
    compare(value, whole[name], path ? `${path}.${name}` : name, what);
  }
  for (const [name, value] of Object.entries(whole).filter(([name]) => !(name in told))) {
    const isForPrograms = FOR_PROGRAMS.has(`${path}.${name}`);
    assert.ok(value === 0 || isForPrograms, `${where}: the text has no ${name}`);
  }
}

function compareLists(told, whole, path, what) {
  const [, more] = MORE.exec(told.at(-1)) ?? [];
  const items = more ? told.slice(0, -1) : told;
  assert.equal(items.length + Number(more ?? 0), whole.length, `${what}: items of ${path}`);
  items.forEach((item, at) => compare(item, whole[at], `${path}[]`, what));
}
