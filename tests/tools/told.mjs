// What a model reads of a result, compared with what a program reads: the text says the same as the structured content,
// but for a note, amounts of nothing, further items of a dry run that are alike, and what only programs need of an error.
import assert from "node:assert/strict";

const MORE = /^… and (\d+) more like it$/;
/** Members of an error that are for programs; `_meta` has them, too. */
const FOR_PROGRAMS = new Set(["error.request_id", "error.rate_limit"]);
/** Members in which items that are alike may differ. */
const OWN = /^(id|index|position)$|_id$|_at$/;

/** Fails unless the first text of a result says what its structured content says. */
export function tellsTheSame({ content, structuredContent }, what = "text and structured content") {
  const { note, ...told } = JSON.parse(content[0].text);
  if (note !== undefined) assert.ok(typeof note === "string" && note.length > 10, `${what}: ${note}`);
  compare(told, structuredContent, "", what);
}

function compare(told, whole, path, what) {
  const where = `${what} at ${path || "the root"}`;
  if (Array.isArray(told)) return compareLists(told, whole, path, what);
  if (told === null || typeof told !== "object") return assert.deepEqual(told, whole, where);
  if (Array.isArray(whole)) return compareCatalogue(told, whole, where);
  for (const [name, value] of Object.entries(told)) {
    assert.ok(name in whole, `${where}: ${name} is in the text alone`);
    compare(value, whole[name], path ? `${path}.${name}` : name, what);
  }
  for (const [name, value] of Object.entries(whole).filter(([name]) => !(name in told))) {
    const isNoAmount = value === 0 && /(^|\.)cost_breakdown$/.test(path);
    assert.ok(isNoAmount || FOR_PROGRAMS.has(`${path}.${name}`), `${where}: the text has no ${name}`);
  }
}

/** A row of items that are alike is its first one and a count. */
function compareLists(told, whole, path, what) {
  let at = 0;
  for (const item of told) {
    const [, more] = MORE.exec(item) ?? [];
    for (const other of more ? whole.slice(at, at + Number(more)) : []) {
      assert.deepEqual(withoutOwn(other), withoutOwn(whole[at - 1]), `${what}: items of ${path} that are alike`);
    }
    if (!more) compare(item, whole[at], `${path}[]`, what);
    at += more ? Number(more) : 1;
  }
  assert.equal(at, whole.length, `${what}: items of ${path}`);
}

const withoutOwn = (item) => Object.fromEntries(Object.entries(item).filter(([name]) => !OWN.test(name)));

/** A catalogue in brief: the key of each item with what it is. */
function compareCatalogue(told, whole, where) {
  assert.equal(Object.keys(told).length, whole.length, where);
  for (const [key, brief] of Object.entries(told)) {
    const item = whole.find((item) => Object.values(item).includes(key));
    assert.ok(item, `${where}: ${key}`);
    const says = Object.values(item).some((value) => typeof value === "string" && value !== key && brief.startsWith(value));
    assert.ok(says, `${where}: ${key} is ${brief}`);
  }
}
