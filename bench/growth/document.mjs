// Documents with more operations than the API has.

const METHODS = new Set(["get", "put", "post", "patch", "delete"]);

/**
 * The document with every operation `factor` times, each under a path and an id of its own.
 * @returns {{text: string, operations: number}}
 */
export function multiplied(document, factor) {
  const paths = { ...document.paths };
  for (let number = 2; number <= factor; number += 1) {
    for (const [path, item] of Object.entries(document.paths)) {
      const members = Object.entries(item).map(([name, value]) => [
        name,
        METHODS.has(name) ? { ...value, operationId: `${value.operationId}Copy${number}` } : value,
      ]);
      paths[`/copy-${number}${path}`] = Object.fromEntries(members);
    }
  }
  const operations = Object.values(paths).flatMap((item) => Object.keys(item).filter((name) => METHODS.has(name)));
  return { text: JSON.stringify({ ...document, paths }), operations: operations.length };
}
