// Draws static/icons/favicon.ico from the mark: an ICO file with PNG images, which every browser and host reads.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../tools/paths.mjs";
import { launch } from "./browser.mjs";

const SIZES = [16, 32, 48];
const HEADER = 6;
const ENTRY = 16;

const icons = join(root, "static", "icons");
const mark = `data:image/svg+xml;base64,${readFileSync(join(icons, "mark.svg")).toString("base64")}`;

const browser = await launch();
const page = await browser.newPage();
const images = [];
for (const size of SIZES) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>body{margin:0}img{display:block}</style><img src="${mark}" width="${size}" height="${size}">`);
  await page.locator("img").evaluate((image) => image.decode());
  images.push(await page.screenshot({ omitBackground: true }));
}
await browser.close();

const head = Buffer.alloc(HEADER + ENTRY * SIZES.length);
head.writeUInt16LE(1, 2); // the type: an icon
head.writeUInt16LE(SIZES.length, 4);
let offset = head.length;
for (const [index, size] of SIZES.entries()) {
  const entry = HEADER + ENTRY * index;
  head.writeUInt8(size, entry);
  head.writeUInt8(size, entry + 1);
  head.writeUInt16LE(1, entry + 4); // colour planes
  head.writeUInt16LE(32, entry + 6); // bits of a pixel
  head.writeUInt32LE(images[index].length, entry + 8);
  head.writeUInt32LE(offset, entry + 12);
  offset += images[index].length;
}
writeFileSync(join(icons, "favicon.ico"), Buffer.concat([head, ...images]));
