// The languages of the connector's pages, and the texts that its sources have for them.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../tools/paths.mjs";

/** Language tags with the locale of a browser that prefers them. */
export const LANGUAGES = { en: "en-US", fr: "fr-FR", de: "de-DE", es: "es-ES", pt: "pt-BR" };

/** The titles of the error pages in one language, by the name of the problem. */
export function problemTitles(language) {
  const source = readFileSync(join(root, `src/pages/texts/${language}.rs`), "utf8");
  const rows = source.matchAll(/^\s+(\w+): ProblemTexts \{\s+title: ("(?:[^"\\]|\\.)*"),$/gm);
  return Object.fromEntries([...rows].map(([, name, title]) => [name, JSON.parse(title)]));
}
