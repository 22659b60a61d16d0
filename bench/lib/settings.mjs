// What a run measures, from the environment.
const list = (text) => text.split(",").map((part) => part.trim()).filter(Boolean);

export const settings = {
  /** Rounds; each starts every server anew, and the medians of the rounds are printed. */
  rounds: Number(process.env.ROUNDS || 3),
  /** How long each case is measured. */
  seconds: Number(process.env.CASE_SECONDS || 3),
  connections: list(process.env.CONNECTIONS || "1,32").map(Number),
  /** Names of servers and of cases; all if there are none. */
  servers: list(process.env.SERVERS || ""),
  cases: list(process.env.CASES || ""),
  /** Codes that are prepared for each measurement of the token exchange. */
  codes: Number(process.env.CODES || 1000),
};

/** Whether a name is among those that were asked for. */
export const isWanted = (names, name) => names.length === 0 || names.includes(name);
