// Counts the instructions of a case with callgrind, a tool of Valgrind.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

// The C library picks functions such as memcpy by the processor. Without these features it takes the same ones everywhere,
// and none that moves a block by one instruction, which the tool counts once for each byte.
const FEATURES = ["ERMS", "FSRM", "AVX2", "AVX2_Usable", "AVX_Fast_Unaligned_Load", "AVX512F", "AVX512VL", "AVX512BW"];

/** The names of all cases. */
export async function cases(binary) {
  const { stdout } = await run(binary);
  return stdout.trim().split("\n");
}

/**
 * Counts a case. Its profile is written to `folder`.
 * @returns {Promise<{name: string, requests: number, instructions: number, bytes: number, store: number, outbound: number, profile: string}>}
 *   `instructions` are those of one request, `bytes` is the size of its reply, `store` and `outbound` are its calls of the
 *   store, and of API and portal.
 */
export async function count(binary, folder, name) {
  mkdirSync(folder, { recursive: true });
  const profile = join(folder, `${name}.callgrind`);
  const options = ["--tool=callgrind", "--quiet", `--callgrind-out-file=${profile}`];
  // Only what this function does is counted.
  options.push("--collect-atstart=no", "--toggle-collect=counted_requests");
  const hwcaps = FEATURES.map((name) => `-${name}`).join(",");
  const env = { PATH: process.env.PATH, GLIBC_TUNABLES: `glibc.cpu.hwcaps=${hwcaps}` };
  const { stdout } = await run("valgrind", [...options, binary, name], { env });
  const { requests, bytes, store, outbound } = JSON.parse(stdout);
  const total = Number(/^summary: (\d+)$/m.exec(readFileSync(profile, "utf8"))[1]);
  const each = (sum) => sum / requests;
  return { name, requests, instructions: Math.round(each(total)), bytes, store: each(store), outbound: each(outbound), profile };
}
