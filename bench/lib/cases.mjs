// The cases: what is sent, and what must come back.
import { sample } from "../../tests/catalogue/sample.mjs";
import { KEY } from "./paths.mjs";

/** Tools of the case `call-30`. */
const IN_TURN = 30;
const SMALL_TOOL = "tokportal_get_credit_balance";
const LARGE_TOOL = "tokportal_list_accounts";

/**
 * @typedef {{
 *   title: string, requests: (server: {path: string}, tools: object[]) => import("./http.mjs").Request[],
 *   status: number, kind: "list" | "call" | "api" | "none", floor?: string, upstream: number, prepared?: boolean
 * }} Case
 * `kind` says how the answer is checked, `floor` which case of the floor has the same work, and `upstream` how many
 * requests the stub gets for each. What is `prepared` is made before each measurement.
 */

/** @type {Record<string, Case>} */
export const cases = {
  list: { title: "tools/list", status: 200, kind: "list", floor: "list", requests: ({ path }) => [list(path)] },
  "list-gzip": {
    title: "tools/list, gzip",
    status: 200,
    kind: "list",
    requests: ({ path }) => [accepting(list(path), "gzip")],
  },
  "list-readonly": {
    title: "tools/list, `?readonly=1`",
    status: 200,
    kind: "list",
    requests: ({ path }) => [list(`${path}?readonly=1`)],
  },
  "list-compact": {
    title: "tools/list, `?mode=compact`",
    status: 200,
    kind: "list",
    requests: ({ path }) => [list(`${path}?mode=compact`)],
  },
  call: {
    title: "tools/call, small answer",
    status: 200,
    kind: "call",
    floor: "call",
    upstream: 1,
    requests: ({ path }) => [call(path, SMALL_TOOL, {})],
  },
  "call-100k": {
    title: "tools/call, 100 kB answer",
    status: 200,
    kind: "call",
    upstream: 1,
    requests: ({ path }) => [call(path, LARGE_TOOL, { per_page: 100 })],
  },
  "call-30": {
    title: `tools/call, ${IN_TURN} tools in turn`,
    status: 200,
    kind: "call",
    upstream: 1,
    requests: ({ path }, tools) => inTurn(tools).map(({ name, inputSchema }) => call(path, name, full(inputSchema))),
  },
  refused: {
    title: "refused (401)",
    status: 401,
    kind: "none",
    floor: "small",
    requests: ({ path }) => [refused(path)],
  },
  discovery: {
    title: "discovery",
    status: 200,
    kind: "api",
    floor: "small",
    requests: ({ path }) => [get(`/.well-known/oauth-protected-resource${path}`)],
  },
  token: { title: "token exchange", status: 200, kind: "api", prepared: true, requests: () => [] },
  small: { title: "small answer", status: 200, kind: "none", requests: ({ path }) => [list(path)] },
};

const HEADERS = {
  Accept: "application/json, text/event-stream",
  "Content-Type": "application/json",
  "MCP-Protocol-Version": "2025-11-25",
};

function post(path, message, headers) {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, ...message });
  return { method: "POST", path, headers: { ...HEADERS, ...headers }, body };
}

const list = (path) => post(path, { method: "tools/list" }, { Authorization: `Bearer ${KEY}` });

const accepting = (request, coding) => ({ ...request, headers: { ...request.headers, "Accept-Encoding": coding } });

const refused = (path) => post(path, { method: "tools/list" }, {});

const call = (path, name, args) =>
  post(path, { method: "tools/call", params: { name, arguments: args } }, { Authorization: `Bearer ${KEY}` });

/** A plain GET, also of the stub itself. */
export const get = (path, headers = {}) => ({ method: "GET", path, headers: { Accept: "application/json", ...headers } });

/** The read tools with the most arguments, without the one whose answer is large. */
function inTurn(tools) {
  const count = ({ inputSchema }) => Object.keys(inputSchema.properties ?? {}).length;
  return tools
    .filter(({ name, annotations }) => annotations.readOnlyHint && name !== LARGE_TOOL)
    .sort((one, other) => count(other) - count(one))
    .slice(0, IN_TURN);
}

/** Arguments with everything that a schema has, not only what it requires. */
function full({ properties = {} }) {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, sample(schema)]));
}
