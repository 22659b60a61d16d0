// A manifest with another build of the connector.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

import { outputFolder, root } from "./paths.mjs";

/**
 * Writes a manifest of the repository with another file as the connector.
 *
 * @param {string} manifest Its name.
 * @param {(component: string) => string} other The file of the connector, from the name that the manifest's has.
 * @returns {string} The file that was written.
 */
export function manifestWith(manifest, other) {
  const used = [];
  const text = readFileSync(join(root, manifest), "utf8").replace(/^source = "(.*)"$/gm, (_, source) => {
    const name = basename(source);
    if (!name.startsWith("tokportal_connector_")) return `source = ${JSON.stringify(resolve(root, source))}`;
    used.push(other(name));
    return `source = ${JSON.stringify(used.at(-1))}`;
  });
  if (used.length !== 1) throw new Error(`${manifest} names ${used.length} components of the connector`);
  const file = join(outputFolder("manifests"), `${createHash("sha256").update(`${manifest} ${used}`).digest("hex")}.toml`);
  writeFileSync(file, text);
  return file;
}
