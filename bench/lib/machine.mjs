// The machine of a run.
import { spawnSync } from "node:child_process";
import { cpus, loadavg, release } from "node:os";

export function machine() {
  const all = cpus();
  return {
    cores: all.length,
    processor: all[0]?.model,
    kernel: release(),
    node: process.version,
    wrk: /wrk (\S+)/.exec(spawnSync("wrk", ["-v"], { encoding: "utf8" }).stdout)?.[1],
    loadBefore: loadavg()[0],
    date: new Date().toISOString().slice(0, 16),
  };
}
