// Texts, numbers, dates, elements and the frame that all views share.
const LANGUAGES = ["en", "de", "es", "fr", "pt"];
// Directory reviews want a view in the conversation to be at most this high.
const INLINE_HEIGHT = 500;
const LEVELS = 5;
const main = document.querySelector("main");
const said = document.querySelector("[role=status]");
let language = 0;
let locale = "en";
let zone;
let expanded = false;
let level = 0;

function say(key, values = {}) {
  const text = (OWN_TEXTS[key] ?? SHARED_TEXTS[key] ?? [])[language] ?? key;
  return text.replace(/\{(\w+)\}/g, (gap, name) => values[name] ?? gap);
}

// A text with a number in it, in the right form.
function count(key, amount, values = {}) {
  const form = new Intl.PluralRules(locale).select(amount) === "one" ? "one" : "other";
  return say(`${key}.${form}`, { count: number(amount), ...values });
}

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const format = (value, options) => (isNumber(value) ? new Intl.NumberFormat(locale, options).format(value) : "–");
const number = (value) => format(value, { maximumFractionDigits: 2 });
const compact = (value) => format(value, { notation: "compact", maximumFractionDigits: 1 });
const percent = (value) =>
  format(isNumber(value) ? value / 100 : value, { style: "percent", maximumFractionDigits: 1 });
const credits = (value) => count("credits", value);

// A date as text; a date without a time is the same day everywhere.
function date(text, options = { day: "numeric", month: "short", year: "numeric" }) {
  const at = new Date(text ?? NaN);
  if (typeof text !== "string" || Number.isNaN(at.getTime())) return "–";
  const timeZone = text.length === 10 ? "UTC" : zone;
  return new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(at);
}
const time = (text) => date(text, { hour: "numeric", minute: "2-digit" });
const dateTime = (text) => date(text, { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });

// Foreign text without control characters, which could make it look like another text, cut to a length.
function plain(text, limit = Infinity) {
  const shown = String(text ?? "").replace(
    /[\u0000-\u0008\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    "",
  );
  const letters = shown.length > limit ? [...shown.slice(0, 2 * limit)] : [];
  return letters.length > limit ? `${letters.slice(0, limit).join("").trimEnd()}…` : shown;
}

// Foreign text that cannot change the direction of what surrounds it.
const foreign = (text, limit) => el("bdi", { dir: "auto" }, plain(text, limit));

// el("p.small", {attributes and listeners}, …children). Texts become text nodes, never markup.
function el(name, attributes, ...children) {
  const [tag, ...classes] = name.split(".");
  return fill(document.createElement(tag), classes, attributes, children);
}
function svg(name, attributes, ...children) {
  const [tag, ...classes] = name.split(".");
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), classes, attributes, children);
}
function fill(node, classes, attributes, children) {
  if (classes.length) node.setAttribute("class", classes.join(" "));
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === false || value === null) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// A button. Its key keeps the focus when the view is drawn anew.
const button = (name, key, text, onclick, attributes) =>
  el(`button${name}`, { type: "button", "data-key": key, onclick, ...attributes }, text);

// Rows of a name and a value.
const rows = (pairs) =>
  el(
    "dl.rows",
    {},
    pairs.map(([name, value, kind]) => el(`div${kind ?? ""}`, {}, el("dt", {}, name), el("dd", {}, value))),
  );

const PLATFORMS = { tiktok: "TikTok", instagram: "Instagram", youtube: "YouTube" };
const platformName = (name) => (Object.hasOwn(PLATFORMS, name) ? PLATFORMS[name] : plain(name ?? "–", 20));

// A status in the language of the person. The API may add some, which keep their own name.
const statusName = (status) =>
  Object.hasOwn(SHARED_TEXTS, `status.${status}`)
    ? say(`status.${status}`)
    : plain(status ?? "–", 40).replaceAll("_", " ");

// A failure of a call, with a way out where there is one.
function failure(error, retry, heading = "h2") {
  const shown = isBig() ? 4000 : atLevel(240, 180, 120, 80, 40);
  return el(
    "section.failure",
    { role: "alert" },
    el(`${heading}.bad`, {}, say("failed")),
    el("p", {}, foreign(error.message, shown)),
    error.hint && el("p.small.muted", {}, foreign(error.hint, shown)),
    error.request_id && el("p.small.muted", {}, say("request_id", { id: plain(error.request_id, 128) })),
    retry && error.retryable && el("div.buttons", {}, button("", "retry", say("retry"), retry)),
  );
}

// Says something to screen readers; shown, too, if everybody has to read it.
function announce(text, shown = false) {
  said.textContent = text;
  said.className = shown ? "small spoken" : "hidden";
  report();
}

const isFullscreen = () => host.context.displayMode === "fullscreen";
const isBig = () => expanded || isFullscreen();

// What is shown of something in the conversation, by how little room there is; all of it where there is room.
const atLevel = (...values) => (isBig() ? Infinity : values[Math.min(level, values.length - 1)]);

// A heading with the button for more or less of the view beside it.
const head = (heading, hasMore = true) =>
  el(
    "div.head",
    {},
    heading,
    (hasMore || isBig()) && button(".quiet", "size", say(isBig() ? "less" : "details"), resize),
  );

// Fullscreen where the host has it, otherwise all of the view where it is.
async function resize() {
  const mode = isBig() ? "inline" : "fullscreen";
  const wasFullscreen = isFullscreen();
  if (wasFullscreen || (!expanded && host.context.availableDisplayModes?.includes(mode))) {
    const answer = await request("ui/request-display-mode", { mode }, SHORT_LIMIT_MS).catch(() => undefined);
    if (answer?.mode) host.context.displayMode = answer.mode;
    if (wasFullscreen || isFullscreen()) return redraw();
  }
  expanded = !expanded;
  redraw();
}

let draw = () => [];
let reported = "";

// Draws the view. In the conversation each level leaves out more, until it is low enough.
function redraw() {
  const { key } = document.activeElement?.dataset ?? {};
  const scrolled = window.scrollY;
  document.documentElement.dataset.mode = isBig() ? "big" : "inline";
  for (level = 0; level < LEVELS; level += 1) {
    main.replaceChildren(...draw().flat(Infinity).filter(Boolean));
    if (isBig() || height() <= INLINE_HEIGHT) break;
  }
  const focused =
    key && [...main.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key && !node.disabled);
  if (key) (focused ?? main).focus({ preventScroll: true });
  if (isBig()) window.scrollTo(0, scrolled);
  report();
}

const height = () => Math.ceil(document.documentElement.getBoundingClientRect().height);

function report() {
  const size = { width: window.innerWidth, height: height() };
  if (JSON.stringify(size) === reported) return;
  reported = JSON.stringify(size);
  notify("ui/notifications/size-changed", size);
}

function useContext(changes) {
  const root = document.documentElement;
  for (const name of Object.keys(host.context.styles?.variables ?? {})) root.style.removeProperty(name);
  host.context = { ...host.context, ...changes };
  const { theme, styles, locale: wanted, timeZone, safeAreaInsets } = host.context;
  root.style.colorScheme = ["light", "dark"].includes(theme) ? theme : "";
  for (const [name, value] of Object.entries(styles?.variables ?? {})) {
    if (/^--[a-z0-9-]+$/.test(name) && typeof value === "string") root.style.setProperty(name, value);
  }
  for (const side of ["top", "right", "bottom", "left"]) {
    if (isNumber(safeAreaInsets?.[side])) root.style.setProperty(`--safe-${side}`, `${safeAreaInsets[side]}px`);
  }
  useLocale(wanted ?? navigator.language, timeZone);
  redraw();
}

// The language of the host if there are texts in it, otherwise English; and what numbers and dates look like in it.
function useLocale(wanted, timeZone) {
  const found = LANGUAGES.indexOf(String(wanted).slice(0, 2).toLowerCase());
  language = Math.max(found, 0);
  locale = LANGUAGES[language];
  zone = undefined;
  try {
    if (found >= 0) [locale] = Intl.getCanonicalLocales(wanted);
    zone = new Intl.DateTimeFormat(locale, { timeZone }).resolvedOptions().timeZone;
  } catch {}
  document.documentElement.lang = LANGUAGES[language];
}

// Starts a view: `result` gets {value, meta} or {error, meta}, `view` returns the nodes to show.
function start(name, { result, view }) {
  let state = "waiting";
  draw = () => (state ? [el("p.muted", {}, say(state))] : view());
  host.on.context = useContext;
  host.on.cancelled = () => {
    if (state) state = "cancelled";
    redraw();
  };
  host.on.result = (answer) => {
    state = "";
    result(answer);
    redraw();
  };
  useLocale(navigator.language);
  let width = 0;
  new ResizeObserver(() => {
    if (main.clientWidth !== width) redraw();
    width = main.clientWidth;
    report();
  }).observe(main);
  connect(name);
}
