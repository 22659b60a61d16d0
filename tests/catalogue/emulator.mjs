// The emulator's test controls.
import assert from "node:assert/strict";

/** The controls of the emulator of an app: crates/emulator/README.md, "Test controls". */
export function emulator(app) {
  const ask = async (method, path, body) => {
    const response = await fetch(`${app.url}/emulator${path}`, {
      method,
      headers: { "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const answer = await response.json();
    assert.ok(response.ok, `${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const set = (path, body) => ask("POST", path, body);
  // A bucket so large that no call of a test waits.
  const liftRateLimit = () => set("/rate-limit", { size: 100_000, refill_per_second: 1000 });
  return {
    /** Sets a control. */
    set,
    /** The state: people with credits and counts. */
    state: () => ask("GET", "/state"),
    /** Every error code that a fault can name: {code, status, message, details}. */
    errors: async () => (await ask("GET", "/errors")).errors,
    /** Lifts the rate limit. */
    liftRateLimit,
    /** Starts the first day of the demo people at a time, with a balance in credits and without a rate limit. */
    async startFirstDay(time, balance) {
      await set("/reset");
      await set("/clock", { set: time.toISOString() });
      await set("/seed", { scenario: "first_day" });
      await liftRateLimit();
      await set("/credits", { balance });
    },
  };
}
