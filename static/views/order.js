// One paid or irreversible call: what it does and costs, approval, and what came of it.
const RUN = "tokportal_run_approved";
const SEALED = "com.tokportal/approval";
// A button that appears under a finger must not be pressed by a click that was meant for something else.
const SETTLE_MS = 600;
const SECRETS = ["email", "password", "code"];
const FACTS = [
  "status",
  "title",
  "username",
  "email",
  "password",
  "code",
  "received_at",
  "platform",
  "country",
  "videos_quantity",
  "current_period_end",
];
const state = { stage: "failed" };

function receive({ value, error, meta }) {
  const before = state.quote;
  Object.assign(state, { error: undefined, isLate: false, isReady: false });
  if (error?.code === "APPROVAL_REQUIRED" && error.details && typeof meta?.[SEALED] === "string") {
    Object.assign(state, { stage: "asking", quote: error.details, sealed: meta[SEALED], before });
    setTimeout(() => (Object.assign(state, { isReady: true }), redraw()), SETTLE_MS);
    waitForExpiry();
  } else if (error) Object.assign(state, { stage: "failed", error });
  else Object.assign(state, { stage: "done", answer: value });
}

const isExpired = () => Date.now() >= Date.parse(state.quote.expires_at);

// Draws the view again when the approval expires. A timer takes at most 24.8 days.
function waitForExpiry() {
  const rest = Date.parse(state.quote.expires_at) - Date.now();
  clearTimeout(state.timer);
  if (rest > 0 && rest < 2 ** 31) state.timer = setTimeout(redraw, rest + 50);
}

// What the model reads names nothing that a third party could have written.
const toolName = () => (/^tokportal_[a-z0-9_]{1,60}$/.test(state.quote?.tool) ? state.quote.tool : "the call");
const word = (text, known) => (/^[\w-]{1,64}$/.test(text ?? "") ? known(text) : "");

async function approve() {
  if (state.stage !== "asking" || !state.isReady || isExpired()) return;
  state.stage = "running";
  redraw();
  announce(say("running"));
  const late = setTimeout(() => (Object.assign(state, { isLate: true }), redraw()), READ_LIMIT_MS);
  const answer = await callTool(RUN, { approval: state.sealed, name: state.quote.tool, arguments: host.input });
  clearTimeout(late);
  receive(answer);
  redraw();
  const { stage, error, before, quote } = state;
  if (stage === "asking") return announce(changed(before, quote));
  if (stage === "failed") {
    announce(say("failed"));
    const outcome = error.local
      ? "no answer arrived, so it may or may not have been carried out; check before calling again"
      : `it failed${word(error.code, (code) => ` with ${code}`)}`;
    return tellModel(`The person approved ${toolName()} in the view, but ${outcome}.`);
  }
  announce(say("done"));
  const { data, credits_charged: charged, credits_remaining: left } = state.answer;
  const parts = [
    isNumber(charged) && `${charged} credits charged`,
    isNumber(left) && `${left} credits left`,
    word(data?.bundle_id ?? data?.id, (id) => `id ${id}`),
    word(data?.status, (status) => `status ${status}`),
  ];
  const outcome = parts.filter(Boolean).join(", ") || "no price";
  const sentence = `The person approved ${toolName()} in the view and it was carried out: ${outcome}.`;
  return tellModel(`${sentence} Do not call it again for this.`);
}

function decline() {
  if (state.stage !== "asking") return;
  state.stage = "declined";
  redraw();
  announce(say("declined"));
  tellModel(`The person did not agree to ${toolName()}. Nothing was sent and nothing was charged.`);
}

const changed = (before, quote) =>
  isNumber(before?.price) && isNumber(quote.price) && before.price !== quote.price
    ? say("price_changed", { before: credits(before.price), now: credits(quote.price) })
    : say("again");

const capital = (text) => String(text ?? "").replace(/^\p{Ll}/u, (letter) => letter.toLocaleUpperCase(locale));
const list = (value) => (Array.isArray(value) ? value : []);

function prices({ price, items, balance, balance_after: after }) {
  const all = list(items);
  const shown = all.slice(0, atLevel(5, 4, 2, 0));
  const pairs = shown.map(({ name, credits: amount }) => [foreign(capital(name), 60), credits(amount)]);
  const isWhole = shown.length === all.length;
  if (isNumber(price) && !(isWhole && all.length === 1 && all[0].credits === price))
    pairs.push([say(isWhole ? "total" : "total_of_all"), credits(price), ".sum"]);
  if (isNumber(balance))
    pairs.push([say("balance"), isNumber(after) ? `${number(balance)} → ${number(after)}` : number(balance)]);
  return [!isNumber(price) && el("p", {}, say("no_price")), pairs.length && rows(pairs)];
}

function consequences(quote) {
  const all = list(quote.consequences);
  const most = atLevel(3, 2, 1);
  const cut = atLevel(220, 160, 110, 70, 40);
  return (
    all.length &&
    el(
      "ul.notes.note.warn",
      {},
      all.slice(0, most).map((text) => el("li.small", {}, foreign(text, cut))),
      all.length > most && el("li.small", {}, say("more", { count: number(all.length - most) })),
    )
  );
}

function sent(quote) {
  const pairs = list(quote.arguments).map(({ name, value }) => [
    foreign(name, 80),
    foreign(typeof value === "string" ? value : JSON.stringify(value)),
  ]);
  return pairs.length && el("section", {}, el("h2", {}, say("sent")), rows(pairs));
}

function decision() {
  const { quote, stage, isReady, isLate } = state;
  if (stage === "declined") return el("p", {}, say("declined"));
  if (stage === "asking" && isExpired()) return el("p.note.warn", {}, say("expired"));
  const isRunning = stage === "running";
  const text =
    isNumber(quote.price) && quote.price > 0 ? say("approve_price", { price: credits(quote.price) }) : say("approve");
  return [
    isLate && el("p.note.warn", {}, say("late")),
    el(
      "div.buttons",
      {},
      button(".primary", "approve", isRunning ? say("running") : text, approve, { disabled: isRunning || !isReady }),
      !isRunning && button("", "decline", say("not_now"), decline),
    ),
    !isRunning && quote.expires_at && el("p.small.muted", {}, say("valid_until", { time: time(quote.expires_at) })),
  ];
}

function asking() {
  const { quote, before } = state;
  const cut = atLevel(260, 200, 140, 90, 60);
  return [
    head(el("p.small.muted.clip", {}, foreign(quote.title, 120))),
    el("h1", {}, foreign(quote.question, cut)),
    before && state.stage === "asking" && el("p.note.warn", {}, changed(before, quote)),
    prices(quote),
    consequences(quote),
    isBig() && sent(quote),
    decision(),
  ];
}

const factName = (key) => (`fact.${key}` in OWN_TEXTS ? say(`fact.${key}`) : plain(key.replaceAll("_", " "), 60));
function fact(key, value) {
  if (key === "status") return statusName(value);
  if (key === "platform") return platformName(value);
  if (/(_at|_end|_date)$/.test(key)) return dateTime(value);
  if (isNumber(value)) return number(value);
  return SECRETS.includes(key) ? el("bdi.mono", {}, plain(value, 500)) : foreign(value, isBig() ? 1000 : 80);
}

function done() {
  const { answer } = state;
  const data = answer.data && typeof answer.data === "object" ? answer.data : {};
  const isSimple = (value) => ["string", "number"].includes(typeof value);
  const keys = Object.keys(data).filter((key) => isSimple(data[key]));
  const { dry_run: isDry, credits_charged: charged, credits_would_charge: would, credits_remaining: left } = answer;
  const known = FACTS.filter((key) => keys.includes(key) && (level < 2 || key === "status" || SECRETS.includes(key)));
  // An answer of an unknown kind shows what it has.
  const shown = known.length || !isBig() ? known : keys;
  const id = !isDry && known.length > 0 && ["bundle_id", "id"].find((key) => keys.includes(key));
  const pairs = [
    isDry
      ? isNumber(would) && [say("would_charge"), credits(would)]
      : isNumber(charged) && [say("charged"), credits(charged)],
    isNumber(left) && [say("balance"), credits(left)],
    isNumber(data.total_count) && [say("orders"), number(data.total_count)],
    ...shown.map((key) => [factName(key), fact(key, data[key])]),
    id && [factName(id), el("span.mono", {}, plain(data[id], 64))],
  ];
  const moved = list(answer.adjusted_videos ?? data.adjusted_videos);
  return [
    head(el("h1", {}, say(isDry ? "simulated" : "done")), level > 0),
    rows(pairs.filter(Boolean)),
    SECRETS.some((key) => keys.includes(key)) && el("p.note.warn.small", {}, say("secret")),
    moved.length > 0 &&
      el(
        "section",
        {},
        el("h2", {}, say("moved")),
        rows(
          moved
            .slice(0, atLevel(2))
            .map((video) => [
              say("video", { position: number(video.position) }),
              `${date(video.previous_date)} → ${date(video.new_date)}`,
            ]),
        ),
      ),
    !isDry && next(data),
  ];
}

function next({ bundle_type: type, status }) {
  const key =
    type &&
    {
      draft: "next_setup",
      pending_setup: "next_setup",
      published: "next_published",
      published_priority: "next_published",
    }[status];
  return key && el("p.muted", {}, say(key));
}

function view() {
  if (state.stage === "done") return done();
  if (state.stage !== "failed") return asking();
  const { error } = state;
  return [
    state.quote && el("p.small.muted.clip", {}, foreign(state.quote.title, 120)),
    failure(error, undefined, "h1"),
    error.local && el("p.note.warn", {}, say("unclear")),
  ];
}

// A host may send the same result again. What the person decided stays.
const isKnown = ({ meta }) => Boolean(state.sealed) && meta?.[SEALED] === state.sealed;

start("order", { result: (answer) => isKnown(answer) || receive(answer), view });
