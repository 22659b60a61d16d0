// What static/openapi.json promises: every operation with its tool, and validators of its answers.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

import { root } from "../tools/paths.mjs";

/** The OpenAPI document. */
export const document = JSON.parse(readFileSync(join(root, "static/openapi.json"), "utf8"));

// Strict mode is about how a schema is written; the document's extensions (x-…) are fine.
const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
addFormats(ajv);
ajv.addSchema(document, "openapi");

/**
 * @typedef {{
 *   id: string, tool: string, catalogueName: string, method: string, path: string, write: boolean, irreversible: boolean,
 *   codes: string[], responses: object, pointer: string
 * }} Operation
 */

/** @type {Operation[]} Every operation, in the order of the document. */
export const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([, operation]) => operation?.operationId)
    .map(([method, operation]) => ({
      id: operation.operationId,
      tool: toolName(operation["x-tool-name"] ?? operation.operationId),
      catalogueName: toolName(operation.operationId),
      method: method.toUpperCase(),
      path,
      write: operation["x-scope"] === "write",
      irreversible: operation["x-irreversible"] === true,
      codes: operation["x-error-codes"] ?? [],
      responses: operation.responses,
      pointer: `#/paths/${escaped(path)}/${method}`,
    })),
);

/** The operation behind a tool. */
export function operationOf(tool) {
  const found = operations.find((operation) => operation.tool === tool);
  if (!found) throw new Error(`${tool} is no tool of the document`);
  return found;
}

/** The statuses of success that an operation has, as numbers. */
export function successes(operation) {
  return Object.keys(operation.responses).map(Number).filter((status) => status < 300);
}

/**
 * The problems of a JSON answer of an operation; empty for an answer as documented.
 * @param {Operation} operation
 * @param {number} status
 * @param {unknown} body
 * @returns {string[]}
 */
export function problems(operation, status, body) {
  const response = operation.responses[status];
  if (!response) return [`${operation.id} documents no status ${status}`];
  const at = response.$ref ?? `${operation.pointer}/responses/${status}`;
  const content = (response.$ref ? resolved(response.$ref) : response).content;
  if (!content?.["application/json"]) return [`${operation.id} documents no JSON for ${status}`];
  return errors(validator({ $ref: `openapi${at}/content/application~1json/schema` }), body);
}

/** The problems of a value by a given schema. */
export function schemaProblems(schema, value) {
  return errors(validator(schema), value);
}

const compiled = new Map();

function validator(schema) {
  const key = JSON.stringify(schema);
  if (!compiled.has(key)) compiled.set(key, ajv.compile(schema));
  return compiled.get(key);
}

function errors(validate, value) {
  if (validate(value)) return [];
  return validate.errors.map(({ instancePath, message, params }) =>
    `${instancePath || "/"} ${message} ${JSON.stringify(params)}`,
  );
}

function resolved(reference) {
  const tokens = reference.slice(2).split("/");
  return tokens.reduce((value, token) => value[token.replaceAll("~1", "/").replaceAll("~0", "~")], document);
}

// JSON pointer in a URI fragment (RFC 6901, section 6).
function escaped(path) {
  return encodeURIComponent(path.replaceAll("~", "~0").replaceAll("/", "~1"));
}

function toolName(name) {
  return `tokportal_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}
