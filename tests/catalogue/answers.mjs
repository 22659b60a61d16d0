// The members of answers: those that the document and an output schema know, and those that an answer has. A member is
// a path such as data[].id; `{}` stands for the names of a map.
import { document } from "./document.mjs";

/** Members of a result that do not come from the API's answer. */
const OWN = /^(error|http_status|media_type|text)(\.|$)/;

/**
 * What is known of answers.
 * @typedef {{members: Set<string>, open: Set<string>, bare: Set<string>, facts: Set<string>}} Known
 *   `open`: objects whose members are left to the API; `bare`: objects of which nothing is said; `facts`: types, values,
 *   formats and required members, each as a text.
 */

/** @returns {Known} what the document knows of the JSON that an operation answers with success. */
export function documented(operation) {
  const known = nothing();
  for (const [status, response] of Object.entries(operation.responses)) {
    const schema = resolved(response).content?.["application/json"]?.schema;
    if (status.startsWith("2") && schema) walk(schema, "", known, resolved);
  }
  return known;
}

/** @returns {Known} what an output schema knows, without members that are not from the API. */
export function listed(schema) {
  const known = nothing();
  walk(schema, "", known, (same) => same);
  known.members = new Set([...known.members].filter((path) => !OWN.test(path)));
  return known;
}

const nothing = () => ({ members: new Set(), open: new Set(), bare: new Set(), facts: new Set() });

function walk(schema, path, known, follow) {
  schema = follow(schema);
  for (const part of [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
    walk(part, path, known, follow);
  }
  for (const type of [schema.type ?? []].flat()) known.facts.add(`${path} is ${type}`);
  for (const value of schema.enum ?? []) known.facts.add(`${path} can be ${value}`);
  if (schema.format) known.facts.add(`${path} has format ${schema.format}`);
  for (const name of schema.required ?? []) known.facts.add(`${path} requires ${name}`);
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const inside = path ? `${path}.${name}` : name;
    known.members.add(inside);
    walk(member, inside, known, follow);
  }
  const values = schema.additionalProperties;
  if (values === true) known.open.add(path);
  else if (values && !schema.properties) {
    known.members.add(`${path}.{}`);
    walk(values, `${path}.{}`, known, follow);
  }
  if ([schema.type].flat().includes("object") && !schema.properties && values === undefined) known.bare.add(path);
  if (schema.items) walk(schema.items, `${path}[]`, known, follow);
}

/**
 * The members of an answer.
 * @param {{members: Set<string>, open?: Set<string>}} known tells maps from objects with names, and where to stop.
 * @returns {Set<string>}
 */
export function present(answer, { members, open = new Set() }, path = "", found = new Set()) {
  if (Array.isArray(answer)) {
    for (const item of answer) present(item, { members, open }, `${path}[]`, found);
  } else if (answer !== null && typeof answer === "object") {
    for (const [name, value] of Object.entries(answer)) {
      const named = path ? `${path}.${name}` : name;
      const isNamed = members.has(named) || !members.has(`${path}.{}`);
      if (!members.has(named) && open.has(path)) continue;
      const inside = isNamed ? named : `${path}.{}`;
      found.add(inside);
      present(value, { members, open }, inside, found);
    }
  }
  return found;
}

function resolved(value) {
  if (!value.$ref) return value;
  const tokens = value.$ref.slice(2).split("/");
  return resolved(tokens.reduce((inside, token) => inside[token.replaceAll("~1", "/").replaceAll("~0", "~")], document));
}
