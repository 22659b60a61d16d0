// Values that a task keeps from answers, and dates: `{name}` and `{day+3}` in arguments and regular expressions.

const PLACE = /\{(day[+-]\d+|[a-z][a-z_]*)\}/g;

export class Values {
  #kept = new Map();
  #day;

  /** @param {(days: number) => string} day the date in so many days. */
  constructor(day) {
    this.#day = day;
  }

  /**
   * Keeps the value at a JSON pointer; a segment like `title=Spring` selects the item of a list by a member.
   * @returns {boolean} whether there is one.
   */
  keep(name, root, pointer) {
    const value = pointer.slice(1).split("/").reduce(member, root);
    const isThere = value !== undefined && value !== null;
    if (isThere) this.#kept.set(name, value);
    return isThere;
  }

  /**
   * Arguments with values in the places of their names. A string that is only a name becomes the value itself, and
   * `{"repeat": n, "item": …}` a list of n equal items.
   */
  fill(given) {
    if (Array.isArray(given)) return given.map((item) => this.fill(item));
    if (given?.repeat && given.item) return Array.from({ length: given.repeat }, () => this.fill(given.item));
    if (given && typeof given === "object") {
      return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, this.fill(value)]));
    }
    if (typeof given !== "string") return given;
    const whole = /^\{([a-z][a-z_]*)\}$/.exec(given);
    if (whole) return this.#value(whole[1]);
    return given.replace(PLACE, (_, name) => String(this.#value(name)));
  }

  /** The source of a regular expression with values in the places of their names, for messages. */
  source(pattern) {
    return pattern.replace(PLACE, (place, name) => (this.#has(name) ? literal(this.#value(name)) : place));
  }

  /** A regular expression: letters of both cases are the same, and a point stands for a line break, too. */
  expression(pattern) {
    return new RegExp(this.source(pattern), "is");
  }

  #has(name) {
    return name.startsWith("day+") || name.startsWith("day-") || this.#kept.has(name);
  }

  #value(name) {
    if (name.startsWith("day+") || name.startsWith("day-")) return this.#day(Number(name.slice(3)));
    if (!this.#kept.has(name)) throw new Error(`{${name}} is not known`);
    return this.#kept.get(name);
  }
}

function member(value, segment) {
  const [name, ...wanted] = segment.split("=");
  if (wanted.length === 0) return value?.[name];
  return Array.isArray(value) ? value.find((item) => String(item?.[name]) === wanted.join("=")) : undefined;
}

/** A value as a regular expression; a number may have commas between its thousands. */
function literal(value) {
  if (typeof value === "number" && Number.isInteger(value)) {
    const grouped = String(value).replace(/\B(?=(\d{3})+$)/g, ",?");
    return `(?<!\\d)${grouped}(?!\\d)`;
  }
  return String(value).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
