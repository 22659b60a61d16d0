// Whether an answer is right. What is wrong must not be measured, however fast it is.
import assert from "node:assert/strict";

import { fetchOnce } from "./http.mjs";

/** Tools of a list that is not narrowed. */
const TOOLS = 91;
/** Bytes that headers of an answer may have. */
const HEAD = 4096;
/** How much longer or shorter a peer's list may be than ours for the same definitions. */
const TOLERANCE = 0.03;

/**
 * Sends each request of a case once, and checks the answers.
 * @param {{port: number, what: string, one: import("./cases.mjs").Case, requests: object[], bytesOfList?: number}} options
 *   `bytesOfList` is the length that a list must have.
 * @returns {Promise<number>} the mean length of the bodies.
 */
export async function checkAnswers({ port, what, one, requests, bytesOfList }) {
  let total = 0;
  for (const request of requests) {
    const { status, text, length, headers } = await fetchOnce(request, port);
    const shown = `${what}: ${request.body ?? request.path}\n${status} ${text.slice(0, 600)}`;
    assert.equal(status, one.status, shown);
    if (status === 401) assert.match(headers["www-authenticate"] ?? "", /^Bearer\b/, shown);
    if (one.kind !== "none") checkBody(one.kind, JSON.parse(text), shown);
    if (bytesOfList) {
      const difference = Math.abs(length / bytesOfList - 1);
      assert.ok(difference <= TOLERANCE, `${what}: a list of ${length} bytes, ours has ${bytesOfList}`);
    }
    total += length;
  }
  return total / requests.length;
}

function checkBody(kind, answer, shown) {
  if (kind === "api") return;
  assert.ok(answer.result, shown);
  if (kind === "list") assert.ok(answer.result.tools.length > 0, shown);
  if (kind === "call") {
    assert.ok(!answer.result.isError, shown);
    assert.ok(answer.result.structuredContent?.data ?? answer.result.content?.length > 0, shown);
  }
}

/** Checks that a list has every tool. */
export function checkAllTools(what, list) {
  assert.equal(list.length, TOOLS, `${what} has another number of tools`);
}

/** Checks what wrk reports against what the answers were before. */
export function checkLoad({ what, one, connections, result, bytes, asked }) {
  const { requests, refused, connect, read, write, timeout } = result;
  const shown = `${what}: ${JSON.stringify(result)}`;
  assert.ok(requests > 0, shown);
  assert.equal(connect + read + write + timeout, 0, `${shown}: sockets failed`);
  assert.equal(refused, one.status >= 400 ? requests : 0, `${shown}: other statuses than ${one.status}`);
  if (bytes) {
    // An answer that is cut off by the end of the time counts with its bytes alone.
    const [least, most] = [0.95 * bytes * requests, (bytes + HEAD) * (requests + connections)];
    assert.ok(result.bytes >= least && result.bytes <= most, `${shown}: an answer has ${bytes} bytes`);
  }
  if (one.upstream) assert.ok(asked.api >= requests, `${shown}: the stub got ${asked.api} requests`);
  assert.equal(asked?.refused ?? 0, 0, `${shown}: the stub got an unknown key`);
}
