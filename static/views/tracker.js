// Where an order is, from ordered to posted, and what holds it up.
const STEPS = { draft: 0, pending_setup: 0, published: 1, published_priority: 1, accepted: 2, completed: 2 };
const DELIVERED = ["in_review", "pending_corrections", "finalized"];
const state = {};

function receive({ value, error }) {
  if (error) return void (state.error = error);
  const { data } = value;
  if (data?.bundle_type) state.bundle = data;
  else if (Array.isArray(data)) state.videos = data;
  else if (Array.isArray(data?.blockers)) state.blockers = data.blockers;
  else if (!data || !(isNumber(data.position) || data.status))
    return void (state.error = { message: say("unreadable") });
  state.id = state.bundle?.bundle_id ?? state.bundle?.id ?? host.input.id ?? data?.bundle_id ?? data?.[0]?.bundle_id;
  load();
}

// Reads what is missing, or everything.
async function load(everything = false) {
  if (everything && state.busy) return;
  const { id = host.input.id } = state;
  Object.assign(state, { id, busy: true, error: undefined });
  redraw();
  const part = async (name, key) => {
    if (state[key] && !everything) return;
    const { value, error } = await read(name, { id });
    if (value) state[key] = value.data?.blockers ?? value.data;
    else if (key === "bundle" || everything) state.error = error;
  };
  await Promise.all([part("tokportal_get_bundle", "bundle"), part("tokportal_list_bundle_videos", "videos")]);
  if (state.bundle && !isPublished()) await part("tokportal_get_bundle_publish_readiness", "blockers");
  Object.assign(state, { busy: false, at: new Date().toISOString() });
  if (everything) announce(say("updated", { time: time(state.at) }));
  redraw();
}

const isOver = () => ["cancelled", "archived"].includes(state.bundle.status);
const isPublished = () => state.bundle.is_published ?? STEPS[state.bundle.status] >= 1;
const videos = () => (Array.isArray(state.videos) ? state.videos : []);
const isPosted = (video) => Boolean(video.platform_url) || video.status === "finalized";

// Name, whether it is done, and a note for each step.
function steps() {
  const { bundle } = state;
  const { account_status: account, bundle_type: type, status } = bundle;
  const [hasAccount, hasVideos] = [type !== "videos_only", type !== "account_only"];
  const slots = bundle.videos_quantity ?? videos().length;
  const ready = bundle.videos_configured_count ?? videos().filter((video) => video.status !== "pending").length;
  const posted = videos().filter(isPosted).length;
  const isSetUp = (!hasAccount || bundle.account_configured) && (!hasVideos || ready > 0);
  const review = { in_review: "your_review", pending_corrections: "corrections" }[account];
  return [
    ["ordered", true, bundle.created_at && date(bundle.created_at)],
    ["set_up", isPublished() || isSetUp, hasVideos && say("videos_of", { some: number(ready), all: number(slots) })],
    ["published", isPublished()],
    ["at_work", STEPS[status] >= 2 || DELIVERED.includes(account)],
    hasAccount && ["delivered", account === "finalized", review && say(review)],
    hasVideos && [
      "posted",
      slots > 0 && posted >= slots,
      say("videos_of", { some: number(posted), all: number(slots) }),
    ],
  ].filter(Boolean);
}

function course() {
  const all = steps();
  const now = isOver() ? -1 : all.findIndex(([, isDone]) => !isDone);
  return el(
    "ol.steps",
    {},
    all.map(([key, isDone, note], index) => {
      const kind = isDone ? "past" : index === now ? "now" : "later";
      return el(
        `li.${kind}`,
        { "aria-current": kind === "now" && "step" },
        svg(
          "svg.mark",
          { viewBox: "0 0 20 20", "aria-hidden": "true" },
          svg("circle", { cx: 10, cy: 10, r: 8 }),
          isDone && svg("path", { d: "M6.2 10.3 9 13l4.8-5.6" }),
        ),
        el("span.what", {}, say(`step.${key}`), el("span.hidden", {}, ` (${say(kind)})`)),
        note && el("span.small.muted.number", {}, note),
      );
    }),
  );
}

// What a blocker says, and what solves it.
function blocker(item) {
  const { code, message, details } = typeof item === "object" && item ? item : { message: item };
  const fields = Array.isArray(details?.missing_fields) ? plain(details.missing_fields.join(", "), 120) : "";
  const key = `solve.${code === "ACCOUNT_MISSING_FIELDS" && !fields ? "ACCOUNT_NOT_CONFIGURED" : code}`;
  const solution = Object.hasOwn(OWN_TEXTS, key) ? say(key, { fields }) : undefined;
  return el(
    "li",
    {},
    el("p", {}, foreign(message ?? code, atLevel(160, 120, 80, 60, 40))),
    solution && el("p.small.muted", {}, solution),
  );
}

function blockers() {
  if (isPublished() || isOver() || !Array.isArray(state.blockers)) return null;
  const all = state.blockers;
  if (!all.length) return el("p.good", {}, say("nothing_blocks"));
  const most = atLevel(3, 2, 2, 1);
  return el(
    "section",
    {},
    el("h2", {}, say("blockers")),
    el(
      "ul.notes.note.blockers",
      {},
      all.slice(0, most).map((item) => blocker(item)),
      all.length > most && el("li.small.muted", {}, say("more", { count: number(all.length - most) })),
    ),
  );
}

function videoList() {
  const row = (video, index) => {
    const day = date(video.target_publish_date ?? video.target_publish_start_date);
    const inside = [
      el(
        "span.what",
        {},
        el("span.title", {}, say("video", { position: number(video.position) }), " · ", statusName(video.status)),
        video.description && el("span.small.muted.clip", {}, foreign(video.description, 200)),
      ),
      el("span.small.muted.number", {}, day, isLink(video.platform_url) && el("span.link", {}, say("open_post"))),
    ];
    if (!isLink(video.platform_url)) return el("li", {}, el("div.entry", {}, inside));
    return el(
      "li",
      {},
      el(
        "button.entry",
        { type: "button", "data-key": `video-${index}`, onclick: () => openLink(video.platform_url) },
        inside,
      ),
    );
  };
  return el(
    "section",
    {},
    el("h2", {}, say("videos")),
    videos().length ? el("ul.entries", {}, videos().map(row)) : el("p.muted", {}, say("no_videos")),
  );
}

function actions() {
  const id = /^[\w-]{1,64}$/.test(state.id) ? state.id : "";
  const isOpen = !isPublished() && !isOver() && id;
  const key = isOpen && Array.isArray(state.blockers) && (state.blockers.length ? "solve" : "publish");
  return el(
    "div.buttons",
    {},
    key && button("", "next", say(key), () => ask(say(`${key}_message`, { id }))),
    button("", "refresh", say("refresh"), () => load(true)),
  );
}

function view() {
  const { bundle, error, busy } = state;
  main.setAttribute("aria-busy", String(Boolean(busy)));
  if (error && !bundle) return [el("h1", {}, say("title")), failure(error, () => load(true))];
  if (!bundle) return [el("h1", {}, say("title")), el("p.muted", {}, say("waiting"))];
  const kind = { account_only: "account_only", account_and_videos: "account_and_videos", videos_only: "videos_only" }[
    bundle.bundle_type
  ];
  const parts = [
    kind ? say(kind) : plain(bundle.bundle_type, 40),
    platformName(bundle.platform),
    plain(bundle.country ?? "", 20),
    bundle.username && foreign(`@${bundle.username}`, 40),
  ];
  const line = parts.filter(Boolean).flatMap((part, index) => (index ? [" · ", part] : [part]));
  return [
    el(
      "div",
      {},
      head(el("h1.clip", {}, bundle.title ? foreign(bundle.title, isBig() ? 200 : 80) : say("title"))),
      el("p.small.muted.clip", {}, line),
    ),
    isOver() && el("p.note.bad", {}, statusName(bundle.status)),
    course(),
    error && failure(error, () => load(true)),
    blockers(),
    isBig() && bundle.bundle_type !== "account_only" && videoList(),
    isBig() && el("p.small.muted", {}, say("order_id", { id: plain(state.id, 64) })),
    actions(),
    state.at && (isBig() || level < 2) && el("p.small.muted", {}, say("updated", { time: time(state.at) })),
  ];
}

start("tracker", { result: receive, view });
