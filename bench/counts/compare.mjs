// Compares counts of instructions with their budget.

/** By how much a count may differ from its budget, in either direction. */
export const TOLERANCE = 0.03;

/**
 * @param {Record<string, number>} counts instructions of each case
 * @param {Record<string, number>} budget the same, as they were recorded
 * @returns {{name: string, count?: number, budget?: number, difference?: number, problem?: string}[]} a row for each case
 *   that either of them has. `difference` is relative to the budget; a row without `problem` has passed.
 */
export function compare(counts, budget) {
  const names = [...new Set([...Object.keys(counts), ...Object.keys(budget)])];
  return names.map((name) => {
    const row = { name, count: counts[name], budget: budget[name] };
    if (!isCount(row.budget)) return { ...row, problem: "has no budget" };
    if (!isCount(row.count)) return { ...row, problem: "was not counted" };
    const difference = row.count / row.budget - 1;
    if (difference > TOLERANCE) return { ...row, difference, problem: "is over its budget" };
    if (difference < -TOLERANCE) return { ...row, difference, problem: "is better than its budget, which is to be renewed" };
    return { ...row, difference };
  });
}

/** Whether this is a number of instructions. Nothing takes none. */
function isCount(value) {
  return Number.isFinite(value) && value > 0;
}
