// Runs rows side by side, each in a world of its own for as long as it takes.
import { startWorld } from "./world.mjs";

/** How many rows run at the same time: most rows that take long only wait. */
export const SIDE_BY_SIDE = 6;

/** Worlds that rows borrow. Each is started when it is first needed. */
export function startPool(worlds = SIDE_BY_SIDE) {
  const free = [];
  const waiting = [];
  const all = [];
  // One after the other: the first host compiles the components, and the others find them compiled.
  let last = Promise.resolve();
  async function borrow() {
    if (free.length > 0) return free.pop();
    if (all.length === worlds) return new Promise((resolve) => waiting.push(resolve));
    const world = last.then(startWorld);
    last = world;
    all.push(world);
    return world;
  }
  return {
    /** Runs `body` with a world. */
    async with(body) {
      const world = await borrow();
      try {
        return await body(world);
      } catch (error) {
        // A row that failed may leave keys.
        await world.reset();
        throw error;
      } finally {
        const next = waiting.shift();
        if (next) next(world);
        else free.push(world);
      }
    },
    /** The output of all connectors. */
    output: async () => (await Promise.all(all)).map((world) => world.output()).join("\n"),
    stop: () => Promise.all(all.map(async (world) => (await world).stop())),
  };
}
