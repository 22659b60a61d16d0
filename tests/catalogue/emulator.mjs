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
  return {
    /** Sets a control. */
    set: (path, body) => ask("POST", path, body),
    /** The state: people with credits and counts. */
    state: () => ask("GET", "/state"),
    /** Every error code that a fault can name: {code, status, message, details}. */
    errors: async () => (await ask("GET", "/errors")).errors,
    /** Lifts the rate limit, so that no call of a test waits. */
    liftRateLimit: () => ask("POST", "/rate-limit", { size: 100_000, refill_per_second: 1000 }),
  };
}
