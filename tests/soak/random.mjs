// Numbers that a seed decides, so that a run can be repeated.

/** A 32-bit hash of a text (FNV-1a). */
export function hash(text) {
  let sum = 0x811c9dc5;
  for (const unit of Buffer.from(text)) sum = Math.imul(sum ^ unit, 0x01000193);
  return sum >>> 0;
}

/** A generator of numbers from 0 to 1 (mulberry32). */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The number that belongs to a text, from 0 to 1. */
export const numberOf = (seed, text) => generator(hash(`${seed} ${text}`))();
