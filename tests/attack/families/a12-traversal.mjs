// 12. Path traversal from tool arguments (CVE-2026-32871).
import { sample } from "../../catalogue/sample.mjs";
import { send } from "../lib/http.mjs";
import { answered, hold, refusedByRpc, succeeded } from "../lib/judge.mjs";

const RULE = "CVE-2026-32871: an argument is one segment of the path; host, number of segments and query stay";
const FILES = "A path of the server leads to no file and no other route";
const NONE = "Its path is fixed, and no parameter becomes part of a path.";
const MARK = "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b";
/** Tools that spend or end something are tried only where the requests are watched, that is in front of the emulator. */
const VALUES = [
  "..",
  ".",
  "../credits/balance",
  "../../credits/balance",
  "..%2fcredits%2fbalance",
  "%2e%2e",
  "%252e%252e%252f",
  "..\\credits",
  "a/b",
  `${MARK}/..`,
  "a?b=c",
  "a#b",
  "a;b",
  "",
  "a%00b",
  "a\u0000b",
  "a\nb",
  "a\r\nHost: evil.example",
  "//evil.example/",
  "https://evil.example/",
  "@evil.example",
  "a&limit=1",
];

const segments = (path) => path.split("?")[0].split("/");
const query = (path) => path.split("?")[1] ?? "";

/** The requests that reach the API during an action, without the check of the key. */
async function watched(witness, action) {
  const before = witness.requests().length;
  const answer = await action();
  const paths = witness
    .requests()
    .slice(before)
    .map(({ path }) => path);
  return { answer, paths: paths.filter((path) => path.includes("/api/ext/") && !/\/api\/ext\/me$/.test(path)) };
}

/** The arguments of tools that become part of a path: {tool, name, path} with the path for MARK. */
async function pathArguments(cell, token, call) {
  const { tools } = succeeded(await cell.server.endpoint("legacy").ask(token, "tools/list"));
  const found = [];
  for (const tool of tools) {
    const names = Object.entries(tool.inputSchema.properties ?? {}).filter(
      ([name, { type }]) => type === "string" && tool.inputSchema.required?.includes(name),
    );
    for (const [name] of names) {
      const args = { ...sample(tool.inputSchema), [name]: MARK };
      if (cell.server.witness) {
        const { paths } = await watched(cell.server.witness, () => call(tool, args));
        const path = paths.find((one) => segments(one).includes(MARK));
        if (path) found.push({ tool, name, args, path });
      } else if (tool.annotations?.readOnlyHint && /(^|_)(id|slug|ref|name)$/.test(name))
        found.push({ tool, name, args });
    }
  }
  return found;
}

/** Tries values in each argument: all of them, or a few that differ from argument to argument. */
async function traversal(cell, call, { few, list = (tools) => tools } = {}) {
  const token = await cell.server.token("full");
  cell.server.pathArguments ??= await pathArguments(cell, token, (tool, args) =>
    cell.server.endpoint("legacy").call(token, tool.name, args),
  );
  const own = list(cell.server.pathArguments);
  hold(own.length > 0 || !cell.server.witness, "no tool has an argument in its path");
  if (own.length === 0) cell.none("No tool that reads has an argument that looks like part of a path.");
  for (const [index, { tool, name, args, path }] of own.entries()) {
    const values = Array.from(
      { length: few },
      (_, at) => VALUES[(index * few + at + cell.surface.length) % VALUES.length],
    );
    await cell.check(`${tool.name} ${name}, ${few} values`, RULE, async () => {
      for (const value of values) {
        const action = () => call(tool, { ...args, [name]: value });
        if (!cell.server.witness) refusedByRpc(await action());
        else judge(await watched(cell.server.witness, action), path, value);
      }
    });
  }
}

function judge({ answer, paths }, expected, value) {
  answered(answer);
  for (const path of paths) {
    const [own, control] = [segments(path), segments(expected)];
    const same =
      own.length === control.length && own.every((segment, at) => control[at] === MARK || segment === control[at]);
    hold(same, `${JSON.stringify(value)} leads to ${path}`, answer);
    hold(query(path) === query(expected), `${JSON.stringify(value)} changes the query: ${path}`, answer);
    const segment = own[control.indexOf(MARK)];
    hold(!["", ".", ".."].includes(decodeURIComponent(segment)), `${JSON.stringify(value)} leads to ${path}`, answer);
  }
}

/** A path of the server itself. */
async function paths(cell) {
  const targets = [
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/icons/../../etc/passwd",
    "/icons/..%2f..%2fetc%2fpasswd",
    "/.well-known/../.env",
    "/.git/config",
    "//etc/passwd",
    "/.well-known/oauth-protected-resource/..%5c..%5cetc",
  ];
  await cell.each(
    targets,
    (target) => target,
    FILES,
    async (target) => {
      const answer = answered(await send(cell.server.origin, { target }));
      hold(!/root:.*:0:0:|\[core\]/.test(answer.text), "the server shows a file", answer);
      hold(
        answer.status >= 300 || /html|json/.test(answer.header("content-type") ?? ""),
        "the server shows something",
        answer,
      );
    },
  );
}

export default {
  number: 12,
  name: "path traversal",
  cells: {
    metadata: paths,
    register: NONE,
    authorize: NONE,
    callback: NONE,
    consent: NONE,
    token: NONE,
    revoke: NONE,
    async legacy(cell) {
      const token = await cell.server.token("full");
      await traversal(cell, (tool, args) => cell.endpoint.call(token, tool.name, args), {
        few: cell.server.witness ? 6 : VALUES.length,
      });
    },
    async modern(cell) {
      const token = await cell.server.token("full");
      await traversal(cell, (tool, args) => cell.endpoint.call(token, tool.name, args), { few: 2 });
    },
    async toolsets(cell) {
      const token = await cell.server.token("full", "toolsets");
      const shown = new Set(succeeded(await cell.endpoint.ask(token, "tools/list")).tools.map(({ name }) => name));
      await traversal(cell, (tool, args) => cell.endpoint.call(token, tool.name, args), {
        few: 3,
        list: (all) => all.filter(({ tool }) => shown.has(tool.name)),
      });
    },
    async compact(cell) {
      const token = await cell.server.token("full", "compact");
      const { tools } = succeeded(await cell.endpoint.ask(token, "tools/list"));
      const through = (reads) =>
        tools.find(({ name, annotations }) => /call/.test(name) && Boolean(annotations?.readOnlyHint) === reads)?.name;
      await traversal(
        cell,
        (tool, args) =>
          cell.endpoint.call(token, through(Boolean(tool.annotations?.readOnlyHint)), {
            name: tool.name,
            arguments: args,
          }),
        { few: 2 },
      );
    },
  },
};
