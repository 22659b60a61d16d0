// Reads the files of tasks in this folder and checks their form.
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { Ajv2020 } from "ajv/dist/2020.js";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const SCHEMA = "task.schema.json";
const read = (file) => JSON.parse(readFileSync(FOLDER + file, "utf8"));
const check = new Ajv2020({ allErrors: true, strictRequired: false }).compile(read(SCHEMA));

/** Says what is wrong with the form of a list of tasks; an empty text if nothing is. */
export function problems(list) {
  if (!check(list)) return check.errors.map(({ instancePath, message }) => `${instancePath} ${message}`).join("\n");
  const out = list.flatMap(({ name, calls, answer = [] }) =>
    answer.filter(({ call }) => call >= calls.length).map(({ fact }) => `${name} has no such call: ${fact}`),
  );
  return out.join("\n");
}

/** All tasks, each with its theme: the name of its file. */
export const tasks = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".json") && file !== SCHEMA)
  .sort()
  .flatMap((file) => {
    const list = read(file);
    const wrong = problems(list);
    if (wrong) throw new Error(`${file}:\n${wrong}`);
    return list.map((task) => ({ theme: file.replace(".json", ""), ...task }));
  });
