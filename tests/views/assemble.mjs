// Puts a view together as the server's build does (static/views/README.md, "How a view is put together").
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { root } from "../tools/paths.mjs";

const FOLDER = join(root, "static", "views");
const PLACEHOLDER = /\/\*([a-z]+\.(?:css|js|json))\*\//g;
const COMMENT = /^(\/\/.*|\/\*.*\*\/)$/;

/** The names of the views. */
export const VIEWS = ["dashboard", "order", "tracker", "account"];

/** The most bytes that a view may have, compressed. */
export const MAX_BYTES = 15_360;

/** A file of the views as it is written. */
export const source = (file) => readFileSync(join(FOLDER, file), "utf8");

/** The HTML of a view: each placeholder is replaced by its file without indentation, empty lines and comment lines. */
export function assemble(view) {
  return source(`${view}.html`).replace(PLACEHOLDER, (_, file) => {
    const lines = source(file)
      .split("\n")
      .map((line) => line.trim());
    return lines.filter((line) => line && !COMMENT.test(line)).join("\n");
  });
}

/** Its size: bytes, and bytes compressed. */
export function size(view) {
  const html = Buffer.from(assemble(view));
  return { bytes: html.length, compressed: gzipSync(html, { level: 9 }).length };
}
