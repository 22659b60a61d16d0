// Makes the PNG files of screenshots small: at most 256 colours, which pages without photographs hardly exceed.
import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOURS = 256;

/** A PNG file with a palette (PNG specification, colour type 3) of the same picture. `page` decodes the picture. */
export async function withPalette(page, png) {
  const { width, height, pixels } = await page.evaluate(decode, png.toString("base64"));
  const bytes = Buffer.from(pixels, "base64");
  const colours = new Uint32Array(width * height);
  const counts = new Map();
  for (let i = 0; i < colours.length; i += 1) {
    const colour = bytes.readUIntBE(4 * i, 3);
    colours[i] = colour;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a)).slice(0, COLOURS);
  const index = new Map(palette.map((colour, at) => [colour, at]));
  const nearest = (colour) => {
    if (!index.has(colour)) {
      const distances = palette.map((other) => distance(colour, other));
      index.set(colour, distances.indexOf(Math.min(...distances)));
    }
    return index.get(colour);
  };
  const lines = Buffer.alloc((width + 1) * height); // each line begins with its filter: 0, none
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) lines[y * (width + 1) + 1 + x] = nearest(colours[y * width + x]);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(8, 8); // bits of an index
  header.writeUInt8(3, 9); // colour type: palette
  const entries = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const data = deflateSync(lines, { level: 9 });
  const chunks = [chunk("IHDR", header), chunk("PLTE", entries), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...chunks]);
}

function distance(a, b) {
  const channels = [16, 8, 0].map((shift) => ((a >> shift) & 255) - ((b >> shift) & 255));
  return channels.reduce((sum, difference) => sum + difference * difference, 0);
}

function chunk(type, data) {
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.write(type, 4, "ascii");
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(Buffer.concat([frame.subarray(4), data])), 0);
  return Buffer.concat([frame, data, check]);
}

/** Runs in the browser: the pixels of a PNG file, four bytes each. */
async function decode(png) {
  const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  let pixels = "";
  for (let at = 0; at < data.length; at += 0x8000) pixels += String.fromCharCode(...data.subarray(at, at + 0x8000));
  return { width: bitmap.width, height: bitmap.height, pixels: btoa(pixels) };
}
