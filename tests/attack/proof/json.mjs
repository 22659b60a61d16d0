// Strict JSON for the small server: UTF-8, at most 64 levels, no member twice.

const MAX_LEVELS = 64;

/** The value of the bytes; throws if they are not strict JSON. */
export function strictJson(bytes, { twice = false } = {}) {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  check(text, twice);
  return JSON.parse(text);
}

/** Walks over the text, which need not be valid, and throws on too many levels and on a member that occurs twice. */
function check(text, twice) {
  const levels = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "{" || character === "[") {
      levels.push(new Set());
      if (levels.length > MAX_LEVELS) throw new Error("too deep");
    } else if (character === "}" || character === "]") levels.pop();
    else if (character === '"') {
      const begin = at;
      for (at += 1; at < text.length && text[at] !== '"'; at += 1) if (text[at] === "\\") at += 1;
      if (!/^\s*:/.test(text.slice(at + 1, at + 20))) continue;
      const name = JSON.parse(text.slice(begin, at + 1));
      if (levels.at(-1)?.has(name) && !twice) throw new Error(`${name} twice`);
      levels.at(-1)?.add(name);
    }
  }
}
