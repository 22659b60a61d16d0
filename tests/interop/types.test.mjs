// Types that are made of the output schemas have the members of real answers: in FastMCP, TypeScript and Python.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { compile } from "json-schema-to-typescript";

import { startApp } from "../tools/app.mjs";
import { outputFolder, python } from "../tools/paths.mjs";
import { clients } from "./clients.mjs";
import { connectFastMcpWithKey } from "./python.mjs";

const run = promisify(execFile);
const TSC = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));

let app;
let to;
let folder;
/** Every tool with its output schema, and the answers of those that take no argument. */
let tools;
const answers = new Map();

before(async () => {
  app = await startApp();
  to = { url: app.mcp, headers: { Authorization: `Bearer ${app.key}` } };
  folder = mkdtempSync(join(outputFolder("types"), "types-"));
  const client = await clients.find(({ name }) => name === "TypeScript SDK 1.x").connect(to);
  tools = await client.tools();
  for (const { name, annotations, inputSchema } of tools) {
    if (!annotations.readOnlyHint || inputSchema.required?.length) continue;
    const result = await client.call(name, {});
    if (!result.isError) answers.set(name, result.structuredContent);
  }
  await client.close();
});

after(async () => {
  if (folder) rmSync(folder, { recursive: true });
  await app?.stop();
});

test("some tools of each kind answer without arguments", () => {
  assert.ok(answers.size > 15, `${answers.size}`);
  const { data } = answers.get("tokportal_list_accounts");
  assert.ok(data.length > 0);
});

test("FastMCP: a result has typed values", async () => {
  const client = await connectFastMcpWithKey(to);
  try {
    const { data, pagination } = answers.get("tokportal_list_accounts");
    const paths = ["data.0.id", "data.0.username", "pagination.total", "data.0.created_at"];
    const [id, username, total, [created]] = await client.typed("tokportal_list_accounts", {}, paths);
    assert.deepEqual([id, username], [["UUID", data[0].id], ["str", data[0].username]]);
    assert.deepEqual([total, created], [["int", String(pagination.total)], "datetime"]);
    const csv = await client.typed("tokportal_export_analytics_videos", {}, ["media_type", "text"]);
    assert.match(csv[0][1], /^text\/csv/);
    assert.ok(csv[1][1].includes(","), csv[1][1]);
  } finally {
    await client.close();
  }
});

test("TypeScript: generated types compile and read an answer", async () => {
  for (const { name, outputSchema } of tools) {
    writeFileSync(join(folder, `${name}.ts`), await compile(outputSchema, "Answer", { bannerComment: "" }));
  }
  const lines = [...answers].flatMap(([name, answer], index) => [
    `import type { Answer as Answer${index} } from "./${name}.js";`,
    `export const answer${index}: Answer${index} = ${JSON.stringify(answer)};`,
  ]);
  const index = [...answers.keys()].indexOf("tokportal_list_accounts");
  // A member without a type is no text, and a member that is missing is no error, so both lines are needed.
  lines.push(
    `const [account] = answer${index}.data ?? [];`,
    "export const id: string = account!.id;",
    "// @ts-expect-error the type of the member is known",
    "export const number: number = account!.id;",
    `export const total: number | undefined = answer${index}.pagination?.total;`,
    "console.log(JSON.stringify({ id, total }));",
  );
  writeFileSync(join(folder, "program.ts"), lines.join("\n"));
  const everyTool = tools.map(({ name }) => `export type { Answer as ${name} } from "./${name}.js";`);
  writeFileSync(join(folder, "all.ts"), everyTool.join("\n"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { strict: true, target: "es2022", module: "nodenext", types: [], lib: ["es2022", "dom"], outDir: "out" },
      files: ["program.ts", "all.ts"],
    }),
  );
  await run(process.execPath, [TSC, "--project", folder]).catch(({ stdout }) => assert.fail(stdout.slice(0, 4000)));
  const { stdout } = await run(process.execPath, [join(folder, "out/program.js")]);
  const { data, pagination } = answers.get("tokportal_list_accounts");
  assert.deepEqual(JSON.parse(stdout), { id: data[0].id, total: pagination.total });
});

test("Python: generated models parse an answer and keep its values", async () => {
  const models = join(folder, "models");
  mkdirSync(models);
  for (const name of answers.keys()) {
    const { outputSchema } = tools.find((tool) => tool.name === name);
    writeFileSync(join(models, `${name}.json`), JSON.stringify(outputSchema));
  }
  writeFileSync(join(folder, "answers.json"), JSON.stringify(Object.fromEntries(answers)));
  const script = fileURLToPath(new URL("typed_models.py", import.meta.url));
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
  const args = [script, models, join(folder, "answers.json"), "tokportal_list_accounts", "data.0.id", "pagination.total"];
  const { kept, typed } = JSON.parse((await run(python, args, { env })).stdout);
  const { data, pagination } = answers.get("tokportal_list_accounts");
  assert.deepEqual(typed, [["UUID", data[0].id], ["int", String(pagination.total)]]);
  for (const [name, answer] of answers) assert.deepEqual(moments(kept[name]), moments(answer), name);
});

/** The same value with every time as milliseconds, because Python writes no digits that are zero. */
function moments(value) {
  return JSON.parse(JSON.stringify(value), (_, inside) =>
    typeof inside === "string" && /^\d{4}-\d\d-\d\dT/.test(inside) ? Date.parse(inside) : inside,
  );
}
