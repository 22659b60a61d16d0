// Medians of the rounds.

export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** One object with the median of each number; everything else is as in the first. */
export function medianOf(objects) {
  return Object.fromEntries(
    Object.entries(objects[0]).map(([name, value]) => [
      name,
      typeof value === "number" ? median(objects.map((object) => object[name])) : value,
    ]),
  );
}

/** Groups objects by what `key` makes of them, in the order of the first of each. */
export function grouped(objects, key) {
  const groups = new Map();
  for (const object of objects) {
    const name = key(object);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(object);
  }
  return [...groups.values()];
}
