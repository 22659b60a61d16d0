// Starts a program and waits for the line that says where it listens.
import { spawn } from "node:child_process";

const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 15_000;

/**
 * @typedef {{match: RegExpExecArray, pid: number, output: () => string, stop: (signal?: string) => Promise<number | string>}} Program
 * `stop` ends it and the processes that it started, and returns its exit code, or the signal that ended it.
 */

/**
 * Starts a program, and waits until its output has a line that matches `listening`.
 * @param {string} command
 * @param {string[]} args
 * @param {{listening: RegExp, cwd?: string, env?: Record<string, string>}} options `env` is the whole environment.
 * @returns {Promise<Program>}
 */
export async function startProgram(command, args, { listening, cwd, env = process.env }) {
  // A group of its own, because some programs run others that would outlive them.
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let output = "";
  const exited = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
  const match = await new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`${command} ${why}; it printed:\n${output}`));
    const limit = setTimeout(() => {
      end(child, "SIGKILL");
      fail(`did not listen within ${START_LIMIT_MS} ms`);
    }, START_LIMIT_MS);
    const read = (chunk) => {
      output += chunk;
      const found = listening.exec(output);
      if (!found) return;
      clearTimeout(limit);
      resolve(found);
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.once("error", (error) => {
      clearTimeout(limit);
      fail(`did not start (${error.message})`);
    });
    child.once("exit", (code, signal) => {
      clearTimeout(limit);
      fail(`ended with ${code ?? signal} before it listened`);
    });
  });
  return {
    match,
    pid: child.pid,
    output: () => output,
    async stop(signal = "SIGINT") {
      end(child, signal);
      const limit = setTimeout(() => end(child, "SIGKILL"), STOP_LIMIT_MS);
      const status = await exited;
      clearTimeout(limit);
      // What the program started and did not end itself.
      end(child, "SIGKILL");
      return status;
    },
  };
}

/** Sends a signal to the whole group; it may have ended already. */
function end(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}
