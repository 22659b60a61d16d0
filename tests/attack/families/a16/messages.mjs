// Bodies that are no messages, and those that cost the server much.
import { NotJudged, answered, answeredOrClosed, hold, succeeded } from "../../lib/judge.mjs";
import { message } from "../../lib/mcp.mjs";
import { HTTP, http, survives } from "./http.mjs";

export const JSON_RULE =
  "RFC 8259 and JSON-RPC 2.0: what is no valid JSON of the right shape is refused with an error, whatever its size";
export const STRICT =
  "RFC 8259, section 4, and RFC 8725, section 2.4: what two readers understand differently is refused";
const OTHERS =
  "A request takes nothing from others: the server answers with an error, and honest requests at the same time succeed";

/** Objects in objects. */
const deep = (levels) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

/** JSON that is no message. */
const bodies = (era) => {
  const { body } = message(era, "tools/list");
  const json = JSON.stringify(body);
  const twice = json.replace('"method":"tools/list"', '"method":"tools/list","method":"tools/call"');
  return [
    ["empty", "", 400],
    ["cut off", json.slice(0, -1), 400],
    ["with more after it", `${json}x`, 400],
    ["with a comma at the end", json.replace(/}$/, ",}"), 400],
    ["a member twice", twice, 400],
    ["a member of params twice", json.replace('"params":{', '"params":{"a":1,"a":2,'), 400],
    [
      "not UTF-8",
      Buffer.concat([
        Buffer.from('{"jsonrpc":"2.0","id":"'),
        Buffer.from([0xff, 0xfe]),
        Buffer.from('","method":"ping"}'),
      ]),
      400,
    ],
    ["UTF-16", Buffer.from(json, "utf16le"), 400],
    [
      "overlong UTF-8",
      Buffer.concat([
        Buffer.from('{"jsonrpc":"2.0","id":"'),
        Buffer.from([0xc0, 0xaf]),
        Buffer.from('","method":"ping"}'),
      ]),
      400,
    ],
    ["NaN", '{"jsonrpc":"2.0","id":NaN,"method":"ping"}', 400],
    ["a control character in text", '{"jsonrpc":"2.0","id":"a\u0001b","method":"ping"}', 400],
    ["10,000 levels of lists", "[".repeat(10_000) + "]".repeat(10_000), 400],
    ["10,000 levels of objects", json.replace('"params":{', `"params":{"a":${deep(10_000)},`), 400],
    ["1,000,000 levels", "[".repeat(1_000_000), 400],
    ["10 MB", `{"jsonrpc":"2.0","id":1,"method":"${"x".repeat(10 << 20)}"}`, 413],
    ["a batch of 10,000", `[${Array.from({ length: 10_000 }, () => json).join(",")}]`, 400],
    ["an empty batch", "[]", 400],
    ["a batch in a batch", `[[${json}]]`, 0],
    ["a number", "1", 400],
    ["null", "null", 400],
    ["a number of 100,000 digits", `{"jsonrpc":"2.0","id":${"9".repeat(100_000)},"method":"ping"}`, 0],
    ["1e999999", '{"jsonrpc":"2.0","id":1e999999,"method":"ping"}', 0],
    ["an id that is an object", '{"jsonrpc":"2.0","id":{},"method":"ping"}', 400],
    ["a method that is a number", '{"jsonrpc":"2.0","id":1,"method":1}', 400],
    ["NUL as method", '{"jsonrpc":"2.0","id":1,"method":"\\u0000"}', 0],
    [
      "half a surrogate pair",
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\\ud800","arguments":{}}}',
      0,
    ],
    [
      "__proto__",
      '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"__proto__":{"a":1},"constructor":{"prototype":1}}}',
      0,
    ],
  ];
};

/** All cases on the whole server; on its other addresses, which share its readers, every third body and two costly ones. */
export async function endpoint(cell) {
  const { endpoint } = cell;
  const whole = ["legacy", "modern"].includes(cell.surface);
  const token = await cell.server.token("read", cell.surface);
  const { headers } = message(endpoint.era, "tools/list");
  const own = bodies(endpoint.era).filter((_, at) => whole || at % 3 === 0);
  await cell.each(
    cell.affordable(own, ([, body]) => body.length),
    ([name]) => `a body: ${name}`,
    `${JSON_RULE}; ${STRICT}`,
    async ([, body, status]) => {
      const answer = answeredOrClosed(await endpoint.post(token, body, headers));
      if (status !== 0 && answer.status !== 0) hold(answer.status >= 400, "the body is served", answer);
      await survives(cell, answer);
    },
  );
  const types = ["", "application/jsonx", "application/json; charset=utf-16", "application/json, text/plain"];
  await cell.each(
    types,
    (type) => `Content-Type ${JSON.stringify(type)}`,
    JSON_RULE,
    async (type) =>
      answered(
        await endpoint.post(token, JSON.stringify(message(endpoint.era, "tools/list").body), {
          ...headers,
          "content-type": type,
        }),
      ),
  );
  const long = {
    "mcp-protocol-version": "2".repeat(20_000),
    "mcp-method": "x".repeat(20_000),
    "x-a": "a".repeat(60_000),
  };
  await cell.each(
    Object.entries(long),
    ([name]) => `a header ${name} of ${long[name].length} characters`,
    HTTP,
    async ([name, value]) =>
      survives(cell, answered(await endpoint.ask(token, "tools/list", {}, { headers: { [name]: value } }))),
  );
  await http(cell, endpoint.url, {
    method: "POST",
    body: JSON.stringify(message(endpoint.era, "tools/list").body),
    type: "application/json",
  });
  if (cell.light) return;
  await costly(
    cell,
    token,
    headers,
    { legacy: [0, 1, 2, 3, 4], modern: [1, 3], toolsets: [0, 3], compact: [2, 3] }[cell.surface],
  );
}

/** Requests that cost memory or time, while honest ones run. */
async function costly(cell, token, headers, chosen) {
  const { endpoint } = cell;
  const made = `sk_${"0".repeat(64)}`;
  const zeros = `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":[${"0,".repeat(1_050_000)}0]}}`;
  const { tools } = succeeded(await cell.server.endpoint("legacy").ask(await cell.server.token("read"), "tools/list"));
  const [{ name }] = tools.filter(({ annotations }) => annotations?.readOnlyHint);
  const named = cell.surface === "compact" ? succeeded(await endpoint.ask(token, "tools/list")).tools[0].name : name;
  const unknown = () =>
    message(endpoint.era, "tools/call", {
      name: named,
      arguments: Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`argument-${at}-x`, 0])),
    });
  const read = () =>
    JSON.stringify(Array.from({ length: 50 }, (_, id) => message("legacy", "resources/list", {}, id).body));
  const cases = [
    ["4 bodies of 2.1 MB with a key that was made up", () => endpoint.post(made, zeros, headers), 4],
    ["4 bodies of 2.1 MB of numbers", () => endpoint.post(token, zeros, headers), 4],
    ["3 bodies of 3 MB of small objects", () => endpoint.post(token, `[${'{"":0},'.repeat(430_000)}{}]`, headers), 3],
    [
      "3 calls with 60,000 unknown arguments",
      () => {
        const { headers: own, body } = unknown();
        return endpoint.post(token, JSON.stringify(body), own);
      },
      3,
    ],
    ["8 batches of 50", () => endpoint.post(token, read(), { "mcp-protocol-version": "2025-03-26" }), 8],
  ];
  await cell.each(
    chosen.map((at) => cases[at]),
    ([one]) => one,
    OTHERS,
    async ([, attack, count]) => {
      const honest = () => endpoint.ask(token, "tools/list");
      const attacks = Promise.all(Array.from({ length: count }, attack));
      const served = await Promise.all(Array.from({ length: 8 }, honest));
      for (const answer of served) {
        if (answer.status === 503 && answer.header("retry-after")) throw new NotJudged("503: the server is busy");
        succeeded(answer);
      }
      for (const answer of await attacks) answeredOrClosed(answer);
      succeeded(await honest());
      await cell.server.alive();
    },
  );
}
