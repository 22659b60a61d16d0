// A server as a process: how it is started, what it has used, and how it is ended.
import { readdirSync, readFileSync } from "node:fs";

import { startProgram } from "../../tests/tools/program.mjs";

/** Ticks of the kernel's clock in a second; Linux has the same for every program. */
const TICKS = 100;

/** Microseconds that programs used on a core so far, and that the hypervisor gave to other machines. */
export function usedOn(core) {
  const line = new RegExp(`^cpu${core} (.*)$`, "m").exec(readFileSync("/proc/stat", "utf8"))[1];
  const [user, nice, system, , , , , steal] = line.split(" ").map(Number);
  return ((user + nice + system + steal) / TICKS) * 1e6;
}

/** What runs now. Each program has a process group of its own, which Ctrl-C does not reach. */
const running = new Set();

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, async () => {
    await Promise.all([...running].map((program) => program.stop("SIGKILL")));
    process.exit(1);
  });
}

/**
 * Starts a program on a core and waits until it listens.
 * @param {number} core
 * @param {{command: string, args: string[], cwd?: string, env?: Record<string, string>, listening: RegExp}} start
 *   `listening` has the origin as its first group.
 */
export async function startOn(core, { command, args, cwd, env, listening }) {
  const options = { listening, cwd, env: { ...process.env, ...env } };
  const program = await startProgram("taskset", ["-c", `${core}`, command, ...args], options);
  running.add(program);
  return {
    port: Number(new URL(program.match[1]).port),
    output: program.output,
    /** Memory in MiB: the most it had, and what it has; microseconds of the processor. */
    usage: () => usage(program.pid),
    async stop() {
      await program.stop("SIGTERM");
      running.delete(program);
    },
  };
}

/** Usage of a process and of those that it started. */
function usage(pid) {
  const total = { peak: 0, resident: 0, cpu: 0 };
  for (const one of family(pid)) {
    const status = readFileSync(`/proc/${one}/status`, "utf8");
    const kib = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0);
    total.peak += kib("VmHWM") / 1024;
    total.resident += kib("VmRSS") / 1024;
    // The name in parentheses may have spaces. User and system time are fields 14 and 15 (proc(5)).
    const fields = readFileSync(`/proc/${one}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
    total.cpu += ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e6;
  }
  return total;
}

function family(pid) {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean),
  );
  return [pid, ...children.flatMap(family)];
}
