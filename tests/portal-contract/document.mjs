// docs/portal.openapi.json: its operations, and whether an answer is one that it documents.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

import { root } from "../tools/paths.mjs";

const METHODS = ["get", "post", "put", "patch", "delete"];
const document = JSON.parse(readFileSync(join(root, "docs/portal.openapi.json"), "utf8"));

// Strict mode is about how a schema is written; the keys of an OpenAPI document are none of JSON Schema's.
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(document, "portal");

/** @type {{id: string, method: string, path: string, responses: object}[]} Every operation of the document. */
export const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method]).map((method) => {
    const { operationId: id, responses } = item[method];
    return { id, method: method.toUpperCase(), path, responses };
  }),
);

/** The paths below `portal_keys_url`, each with the methods that the document does not have there. */
export const undocumented = Object.keys(document.paths).map((path) => ({
  path,
  methods: METHODS.filter((method) => !document.paths[path][method]).map((method) => method.toUpperCase()),
}));

export const operation = (id) => operations.find((one) => one.id === id);

/** Every answer of the document as `operation status`, and where the document lists error codes, one for each code. */
export const documentedAnswers = operations.flatMap(({ id, responses }) =>
  Object.entries(responses).flatMap(([status, response]) => {
    const codes = codesOf(resolve(response));
    return codes.length ? codes.map((code) => `${id} ${status} ${code}`) : [`${id} ${status}`];
  }),
);

/**
 * Asserts that the document has this answer: status, headers, media type, body, and no member besides.
 * @returns {string} the answer as `documentedAnswers` names it.
 */
export function assertDocumented({ id, responses }, response, text) {
  const { status, headers } = response;
  const about = `${id} answered ${status}: ${text}`;
  const documented = resolve(responses[status] ?? assert.fail(`${about}, which is not documented`));
  for (const [name, reference] of Object.entries(documented.headers ?? {})) {
    const { required, schema } = resolve(reference);
    const value = headers.get(name);
    if (required || value !== null) assertValid(schema, value, `${about}, header ${name}`);
  }
  const { schema } = documented.content?.["application/json"] ?? {};
  if (!schema) {
    assert.equal(text, "", about);
    return `${id} ${status}`;
  }
  assert.match(headers.get("content-type") ?? "", /^application\/json\b/, about);
  const body = JSON.parse(text);
  assertValid(schema, body, about);
  assertKnown(schema, body, about);
  return codesOf(documented).length ? `${id} ${status} ${body.error.code}` : `${id} ${status}`;
}

function assertValid(schema, value, about) {
  // References of the document are relative to it.
  const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"portal#/')));
  assert.ok(validate(value), `${about}\n${ajv.errorsText(validate.errors)}`);
}

/** Asserts that the schema describes every member. It allows others, so that a keys API can be extended. */
function assertKnown(schema, value, about) {
  const parts = partsOf(schema);
  if (Array.isArray(value)) {
    const items = parts.find((part) => part.items)?.items ?? {};
    for (const item of value) assertKnown(items, item, about);
  } else if (value !== null && typeof value === "object" && !parts.some((part) => part.additionalProperties)) {
    for (const [name, member] of Object.entries(value)) {
      const described = parts.map((part) => part.properties?.[name]).filter(Boolean);
      assert.ok(described.length, `${about}\n${name} is not documented`);
      assertKnown({ allOf: described }, member, about);
    }
  }
}

/** A schema with all that it refers to and consists of. */
function partsOf(schema) {
  const own = resolve(schema);
  return [own, ...(own.allOf ?? []).flatMap(partsOf)];
}

function resolve(object) {
  if (!object.$ref) return object;
  return object.$ref.slice(2).split("/").reduce((found, step) => found[step.replaceAll("~1", "/")], document);
}

/** The error codes that the document lists for a response. */
function codesOf(response) {
  return response.content?.["application/json"]?.schema?.properties?.error?.properties?.code?.enum ?? [];
}
