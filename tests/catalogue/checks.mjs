// The checks that the result of every tool must pass.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { documented, listed, present } from "./answers.mjs";
import { operationOf, problems, schemaProblems, successes } from "./document.mjs";
import { tellsTheSame } from "../tools/told.mjs";

const ERROR = JSON.parse(readFileSync(fileURLToPath(new URL("error.schema.json", import.meta.url)), "utf8"));
/** The members that answers had so far, by tool. */
export const met = new Map();
const RATE_LIMIT = ERROR.properties.error.properties.rate_limit;

/** Codes that any operation can answer: they are about the key, the request or the service, not about the operation. */
const GENERAL = [
  ...["AUTH_INSUFFICIENT_SCOPE", "VALIDATION_ERROR", "UNKNOWN_FIELD", "INVALID_JSON", "NOT_FOUND"],
  ...["RATE_LIMIT_EXCEEDED", "DRY_RUN_ID_IN_LIVE_REQUEST", "IDEMPOTENCY_KEY_INVALID", "IDEMPOTENCY_KEY_CONFLICT"],
];

/**
 * Checks a successful result against the tool's output schema and the document's response schema.
 * @returns {{status: number, body: unknown}} the status the API answered with, and the JSON or the text.
 */
export function success(tool, result) {
  assert.ok(!result.isError, `${tool.name} failed: ${result.content?.[0]?.text}`);
  const operation = operationOf(tool.name);
  const meta = result._meta ?? {};
  assert.match(meta["com.tokportal/request_id"] ?? "", /^req_[0-9a-f]{32}$/, `${tool.name}: request id in _meta`);
  assert.deepEqual(schemaProblems(RATE_LIMIT, meta["com.tokportal/rate_limit"]), [], `${tool.name}: rate limit in _meta`);
  fitsOutputSchema(tool, result);
  const [{ text }] = result.content;
  const body = result.structuredContent;
  if ("http_status" in body) {
    const status = body.http_status;
    assert.equal(text, `Done. The API answered ${status} without content.`);
    assert.equal(operation.responses[status]?.content, undefined, `${tool.name}: ${status} has no content`);
    assert.deepEqual(body, { http_status: status }, tool.name);
    return { status, body: undefined };
  }
  const [status] = successes(operation).filter((candidate) => operation.responses[candidate].content);
  const { content } = operation.responses[status];
  if (!content["application/json"]) {
    assert.ok(result.content.length <= 2, `${tool.name}: one block of text, and a note`);
    assert.ok(text.length > 0);
    assert.deepEqual(body, { media_type: meta["com.tokportal/media_type"], text }, tool.name);
    return { status, body: text };
  }
  tellsTheSame(result, tool.name);
  assert.deepEqual(problems(operation, status, body), [], `${tool.name}: ${text.slice(0, 2000)}`);
  const known = { members: listed(tool.outputSchema).members, open: documented(operation).open };
  const found = present(body, known);
  const unknown = [...found].filter((path) => !known.members.has(path));
  assert.deepEqual(unknown, [], `${tool.name}: members that the output schema does not know`);
  met.set(tool.name, new Set([...(met.get(tool.name) ?? []), ...found]));
  return { status, body };
}

/**
 * Checks a failed result against the error schema, and the API's answer in it against the document.
 * @param {{documented?: boolean, hinted?: boolean}} [options] `documented: false` for an answer that the document does
 *   not name for this operation, `hinted: false` for an unknown code.
 * @returns {object} the error.
 */
export function failure(tool, result, { documented = true, hinted = true } = {}) {
  assert.equal(result.isError, true, `${tool.name} did not fail: ${result.content?.[0]?.text?.slice(0, 500)}`);
  const { structuredContent } = result;
  tellsTheSame(result, tool.name);
  const whole = hinted ? structuredContent : { error: { hint: "not expected", ...structuredContent.error } };
  assert.deepEqual(schemaProblems(ERROR, whole), [], `${tool.name}: ${result.content[0].text}`);
  fitsOutputSchema(tool, result);
  const { code, message, details, http_status: status } = structuredContent.error;
  if (documented && status !== undefined) {
    const operation = operationOf(tool.name);
    assert.deepEqual(problems(operation, status, { error: { code, message, details } }), [], `${tool.name} ${code}`);
    assert.ok([...operation.codes, ...GENERAL].includes(code), `${tool.name} documents no ${code}`);
  }
  return structuredContent.error;
}

function fitsOutputSchema(tool, { structuredContent }) {
  assert.ok(structuredContent, `${tool.name}: structured content`);
  assert.deepEqual(schemaProblems(tool.outputSchema, structuredContent), [], `${tool.name}: output schema`);
}
