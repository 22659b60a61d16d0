// The operation behind each tool, as the peers need it.
import { readFileSync } from "node:fs";

import { documentFile } from "./paths.mjs";

const METHODS = ["get", "post", "put", "patch", "delete"];
/** Arguments that are headers of the API, as the build script has them. */
const HEADERS = { dry_run: "X-TokPortal-Dry-Run", idempotency_key: "Idempotency-Key" };

/**
 * The operations by the names of their tools.
 * @returns {Record<string, {id: string, method: string, path: string, query: string[], headers: Record<string, string>}>}
 */
export function operations() {
  const document = JSON.parse(readFileSync(documentFile, "utf8"));
  const resolved = (parameter) =>
    parameter.$ref ? document.components.parameters[parameter.$ref.split("/").at(-1)] : parameter;
  const found = {};
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS.filter((method) => item[method])) {
      const { operationId: id, parameters = [], "x-tool-name": name = id } = item[method];
      const query = parameters.map(resolved).filter((parameter) => parameter.in === "query").map(({ name }) => name);
      found[toolName(name)] = { id, method: method.toUpperCase(), path, query, headers: HEADERS };
    }
  }
  return found;
}

function toolName(name) {
  return `tokportal_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}
