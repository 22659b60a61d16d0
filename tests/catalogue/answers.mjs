// The members of answers: those that the document and an output schema know, and those that an answer has. A member is
// a path such as data[].id; `{}` stands for the names of a map.
import { document } from "./document.mjs";

/** Members of a result that do not come from the API's answer. */
const OWN = /^(error|http_status|media_type|text)(\.|$)/;

/**
 * The members that the document knows of the JSON that an operation answers with success.
 * @returns {{members: Set<string>, open: Set<string>}} `open`: objects whose members the document leaves to the API.
 */
export function documented(operation) {
  const known = { members: new Set(), open: new Set() };
  for (const [status, response] of Object.entries(operation.responses)) {
    const schema = resolved(response).content?.["application/json"]?.schema;
    if (status.startsWith("2") && schema) walk(schema, "", known, resolved);
  }
  return known;
}

/** The members that an output schema knows, without those that are not from the API. */
export function listed(schema) {
  const known = { members: new Set(), open: new Set() };
  walk(schema, "", known, (same) => same);
  return new Set([...known.members].filter((path) => !OWN.test(path)));
}

function walk(schema, path, known, follow) {
  schema = follow(schema);
  for (const part of [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
    walk(part, path, known, follow);
  }
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const inside = path ? `${path}.${name}` : name;
    known.members.add(inside);
    walk(member, inside, known, follow);
  }
  const values = schema.additionalProperties;
  if (values === true) known.open.add(path);
  else if (values) {
    known.members.add(`${path}.{}`);
    walk(values, `${path}.{}`, known, follow);
  }
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
