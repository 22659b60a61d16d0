// Messages that are ambiguous as HTTP.
import { raw } from "../../lib/http.mjs";
import { hold } from "../../lib/judge.mjs";

export const HTTP =
  "RFC 9112, sections 3.2, 5.1 and 6.1: an ambiguous message is 400, a header section over the limit 431";

/** After an attack, the server serves honest clients. */
export async function survives(cell, answer) {
  await cell.server.alive();
  return answer;
}

/** Requests that are ambiguous as HTTP. `target` is served with GET unless there is a body. */
export async function http(cell, url, { method = "GET", body = "", type } = {}) {
  const { origin, pathname, search, host } = new URL(url);
  const line = `${method} ${pathname}${search} HTTP/1.1`;
  const typed = [...(type ? [`Content-Type: ${type}`] : []), ...(body ? [`Content-Length: ${body.length}`] : [])];
  const cases = [
    ["two Host headers", [line, `Host: ${host}`, "Host: evil.example", ...typed], 400],
    ["the same Host twice", [line, `Host: ${host}`, `Host: ${host}`, ...typed], 400],
    ["no Host", [line, ...typed], 400],
    ["a space before the colon", [line, `Host: ${host}`, "X-A : b", ...typed], 400],
    ["a bare line break in a header", [line, `Host: ${host}`, "X-A: a\nX-B: b\rX-C: c", ...typed], 0],
    ["NUL in a header", [line, `Host: ${host}`, "X-A: a\u0000b", ...typed], 400],
    [
      "two lengths",
      [`POST ${pathname}${search} HTTP/1.1`, `Host: ${host}`, "Content-Length: 2", "Content-Length: 3"],
      400,
    ],
    [
      "a length and chunks",
      [`POST ${pathname}${search} HTTP/1.1`, `Host: ${host}`, "Content-Length: 2", "Transfer-Encoding: chunked"],
      0,
    ],
    ["a negative length", [`POST ${pathname}${search} HTTP/1.1`, `Host: ${host}`, "Content-Length: -1"], 400],
    [
      "a header section of 200 KB",
      [line, `Host: ${host}`, ...Array.from({ length: 100 }, (_, at) => `X-A${at}: ${"a".repeat(2000)}`), ...typed],
      431,
    ],
  ];
  await cell.each(
    cases,
    ([name]) => name,
    HTTP,
    async ([name, head, status]) => {
      const answer = await raw(origin, [...head, "Connection: close"], /length/.test(name) ? "{}" : body);
      if (status !== 0)
        hold(
          answer.hung || answer.status === 0 || (answer.status >= 400 && answer.status < 500),
          "the message is served",
          answer,
        );
      hold(!answer.hung, "the server hangs", answer);
      if (status === 431) hold([431, 400, 413, 0].includes(answer.status), "the header section is served", answer);
      await survives(cell, answer);
    },
  );
}
