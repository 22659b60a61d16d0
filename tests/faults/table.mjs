// The table `fault × step`: rows that came out alike are one.
import { appendFileSync } from "node:fs";

/**
 * Collects rows and prints them. FAULTS_TABLE names a file that gets them, too.
 * @param {string} title
 */
export function table(title) {
  const groups = new Map();
  return {
    /** @param {{step: string, fault: string, saw: string, log: string, then: string}} row */
    add({ step, fault, saw, log, then }) {
      const key = [step, saw, log, then].join("\n");
      groups.set(key, { step, saw, log, then, faults: [...(groups.get(key)?.faults ?? []), fault] });
    },
    print() {
      const rows = [...groups.values()].map(({ step, faults, saw, log, then }) => [
        step,
        faults.sort().join(", "),
        saw,
        log,
        then,
      ]);
      rows.sort((one, other) => `${one}`.localeCompare(`${other}`));
      const head = ["step", "fault", "the person, app or model saw", "the log said", "then"];
      const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
      const text = `\n${title}\n\n${lines.join("\n")}\n`;
      console.log(text);
      if (process.env.FAULTS_TABLE) appendFileSync(process.env.FAULTS_TABLE, text);
    },
  };
}

/** Events in short: their names, with a note of those that name a fix. */
export function logged(events) {
  const names = events.map(
    ({ event, fix, reason }) => `${event}${reason ? ` (${reason})` : ""}${fix ? " with a fix" : ""}`,
  );
  return [...new Set(names)].join(", ") || "nothing";
}
