// Runs the files of this folder side by side, and judges each by its totals: `make faults`.
//
// `node --test` waits until the process of a file has ended. With Node.js 20 one in ten did not end, although all of its
// rows had passed and its hosts were gone, and ran into the time limit.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const AT_ONCE = 3;
const LIMIT_MS = 300_000;
/** How long a process may take to end when its totals are there. */
const ENDING_MS = 20_000;

const folder = fileURLToPath(new URL(".", import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith(".test.mjs"));

/** The count of a line of totals, such as `# pass 12`; 0 without it. */
const total = (output, name) => Number(new RegExp(`^# ${name} (\\d+)$`, "m").exec(output)?.[1] ?? 0);
const hasTotals = (output) => /^# duration_ms /m.test(output);

/** Runs a file. Its output, and why it failed, if it did. */
async function run(name) {
  const child = spawn(process.execPath, ["--test-reporter=tap", folder + name], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  let ending;
  const limit = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    output += chunk;
    if (hasTotals(output)) ending ??= setTimeout(() => child.kill("SIGKILL"), ENDING_MS);
  });
  const [code, signal] = await new Promise((resolve) => child.once("close", (...status) => resolve(status)));
  clearTimeout(limit);
  clearTimeout(ending);
  if (!hasTotals(output)) return { name, output, why: `it ended with ${code ?? signal} and without totals` };
  if (code) return { name, output, why: `it ended with ${code}` };
  const bad = total(output, "fail") + total(output, "cancelled");
  return { name, output, why: bad > 0 ? `${bad} rows failed` : undefined };
}

const counts = { tests: 0, pass: 0, fail: 0 };
async function worker() {
  for (let name; (name = files.shift());) {
    const { output, why } = await run(name);
    process.stdout.write(`# ${name}\n${output}`);
    counts.tests += total(output, "tests");
    counts.pass += total(output, "pass");
    if (why === undefined) continue;
    counts.fail += 1;
    console.log(`# ${name} failed: ${why}`);
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, worker));
console.log(`${counts.pass} of ${counts.tests} rows passed, ${counts.fail} files failed`);
process.exitCode = counts.fail > 0 || counts.pass === 0 || counts.pass < counts.tests ? 1 : 0;
