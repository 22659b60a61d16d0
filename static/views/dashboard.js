// Figures of accounts and posts: totals, a curve, accounts and best posts. Every button calls read tools.
const DASHBOARD = "tokportal_get_analytics_dashboard";
const SERIES = "tokportal_get_analytics_series";
const RANGES = [7, 28, 90, 0];
const METRICS = ["views", "followers", "likes", "comments", "shares"];
const DAY_MS = 86_400_000;
const state = { metric: "views", mode: "gained", filters: {}, range: 0, turn: 0, busy: false };

const given = (object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null));

// Takes over the answer of any of the tools that this view serves.
function receive({ value, error }) {
  const { from, to, account, platform, country, workspace, metric, granularity, mode, id } = host.input;
  state.filters = given({ workspace, country, account, platform });
  state.range = from || to ? undefined : 0;
  state.window = given({ from, to });
  state.platform = Array.isArray(platform) && platform.length === 1 ? platform[0] : undefined;
  if (error) return void (state.error = error);
  const data = value.data ?? value;
  const points = data.points;
  const ofAccount = data.account?.account_id ?? data.account_id ?? (points || value.accounts ? undefined : id);
  if (ofAccount) state.filters.account = [ofAccount];
  if (Array.isArray(points)) {
    Object.assign(
      state,
      given({ metric: data.metric ?? metric, mode: data.mode ?? mode, granularity: data.granularity ?? granularity }),
    );
    state.series = data;
    return void load({ series: false });
  }
  if (Array.isArray(data)) state.posts = data;
  else if (data.account) state.overview = { ...data, accounts: [data.account], top_posts: best(data.posts) };
  else if (data.totals) state.overview = data;
  else if ("followers_count" in data) state.overview = { totals: flat(data) };
  else return void (state.error = { message: say("unreadable") });
  load({ dashboard: !state.overview?.accounts });
}

const best = (posts) => posts && [...posts].sort((a, b) => (b.views ?? 0) - (a.views ?? 0)).slice(0, 10);

// The summary of one account, with the names of the dashboard.
function flat(data) {
  const totals = { account_count: 1, followers: data.followers_count, tracked_posts: data.total_videos_tracked };
  for (const name of ["views", "likes", "comments", "shares"]) totals[name] = data[`total_${name}`];
  return { ...totals, engagement_rate: data.average_engagement_rate };
}

async function load({ dashboard = true, series = true } = {}) {
  const turn = (state.turn += 1);
  const isStale = () => turn !== state.turn;
  Object.assign(state, { busy: true, error: undefined });
  redraw();
  const filters = { ...state.filters, ...(state.platform && { platform: [state.platform] }) };
  if (dashboard) {
    const answer = await read(DASHBOARD, { ...filters, ...state.window });
    if (isStale()) return;
    if (answer.value) state.overview = answer.value.data ?? answer.value;
    else if (!state.overview || !series) state.error = answer.error;
    else Object.assign(state, { error: answer.error, overview: undefined });
  }
  if (series && !state.error) {
    // The series knows accounts only, so other filters become the accounts that they leave.
    const isFiltered = filters.platform || filters.country || filters.workspace;
    const ids = (state.overview?.accounts ?? []).map(({ account_id }) => account_id).filter(Boolean);
    const account = isFiltered ? ids : state.filters.account;
    state.mode = state.metric === "followers" ? "cumulative" : "gained";
    state.granularity = state.range === 0 ? "week" : "day";
    const { metric, mode, granularity } = state;
    const empty = { value: { data: { points: [] } } };
    const answer =
      account && !account.length
        ? empty
        : await read(SERIES, given({ metric, mode, granularity, account, ...state.window }));
    if (isStale()) return;
    Object.assign(state, { series: answer.value?.data, seriesError: answer.error, picked: undefined });
  }
  state.busy = false;
  redraw();
}

function chooseRange(days) {
  state.range = days;
  const first = new Date(Date.now() - (days - 1) * DAY_MS).toISOString().slice(0, 10);
  state.window = days ? { from: first } : {};
  state.posts = undefined;
  load();
}
function choosePlatform(platform) {
  delete state.filters.platform;
  Object.assign(state, { platform, posts: undefined });
  load();
}
function chooseMetric(metric) {
  state.metric = metric;
  load({ dashboard: false });
}

const choice = (key, name, options, chosen, choose) =>
  el(
    "div.choice",
    { role: "group", "aria-label": name },
    options.map(([value, text]) =>
      button("", `${key}-${value}`, text, () => choose(value), { "aria-pressed": String(value === chosen) }),
    ),
  );

function filters() {
  const ranges = RANGES.map((days) => [days, days ? count("days", days) : say("all_time")]);
  const found = state.overview?.facets?.platforms ?? state.overview?.accounts?.map(({ platform }) => platform);
  state.platforms = [...new Set([...(state.platforms ?? []), ...(found ?? [])])]
    .filter((name) => typeof name === "string")
    .slice(0, 3);
  const platforms = [[undefined, say("all")], ...state.platforms.map((name) => [name, platformName(name)])];
  return el(
    "div.filters",
    {},
    choice("range", say("range"), ranges, state.range, chooseRange),
    platforms.length > 2 && choice("platform", say("platform"), platforms, state.platform, choosePlatform),
  );
}

function totals() {
  const figures = state.overview?.totals ?? {};
  const shown = isBig() || main.clientWidth >= 560 ? METRICS : METRICS.slice(0, 4);
  return el(
    "div.totals",
    { role: "group", "aria-label": say("metric") },
    shown.map((metric) =>
      el(
        "button.total",
        {
          type: "button",
          "data-key": metric,
          "aria-pressed": String(metric === state.metric),
          onclick: () => chooseMetric(metric),
        },
        el("span.small", {}, say(metric)),
        el(
          "span.figure",
          {},
          isNumber(figures[metric]) && figures[metric] >= 1e6 ? compact(figures[metric]) : number(figures[metric]),
        ),
      ),
    ),
  );
}

function curve() {
  if (state.seriesError) return failure(state.seriesError, () => load({ dashboard: false }));
  const points = (state.series?.points ?? []).filter(({ date }) => typeof date === "string");
  const title = say(`${state.mode === "gained" ? "gained" : "sum"}_${state.granularity === "week" ? "week" : "day"}`, {
    metric: say(state.metric),
  });
  if (!points.length) return el("p.muted", {}, say(state.busy ? "waiting" : "no_curve"));
  const day = ({ date: text }) => date(text, { day: "numeric", month: "short" });
  // The last interval goes on, so its gain is not complete.
  const isOpen = (point) =>
    state.mode === "gained" &&
    point === points.at(-1) &&
    Date.now() - Date.parse(point.date) < (state.granularity === "week" ? 7 : 1) * DAY_MS;
  const describe = (point) =>
    say(isOpen(point) ? "so_far" : "on_day", { date: day(point), value: number(point.value) });
  const value = el("strong", { "aria-hidden": "true" });
  const picked = Math.min(state.picked ?? points.length - 1, points.length - 1);
  const pick = (index) => {
    state.picked = index;
    value.textContent = describe(points[index]);
  };
  const height = isBig() ? 260 : atLevel(152, 132, 108, 84, 72);
  return el(
    "section.over-time",
    {},
    el("div.reading.small", {}, el("h2.small", {}, title), value),
    chart({ points, name: title, height, picked, pick, describe, dateOf: day }),
  );
}

function summary() {
  const { account_count: accounts, tracked_posts: posts, engagement_rate: rate } = state.overview?.totals ?? {};
  const { from, to } = state.window;
  const parts = [
    state.range === undefined && `${from ? date(from) : "…"} – ${to ? date(to) : "…"}`,
    isNumber(posts) && count("posts", posts),
    isNumber(accounts) && count("accounts", accounts),
    isNumber(rate) && say("engagement", { rate: percent(rate) }),
  ];
  const text = parts.filter(Boolean).join(" · ");
  return text && el("p.small.muted", {}, text);
}

function access() {
  const { level, reason } = state.overview?.access ?? {};
  return level && level !== "full" && el("p.small.warn.note", {}, say("limited"), " ", foreign(reason, 200));
}

// A row of a list; a button if it leads somewhere.
function entry(url, key, title, line, figure, unit) {
  const inside = [
    el("span.what", {}, el("span.clip.title", {}, title), el("span.small.muted.clip", {}, line)),
    el("span.number", {}, el("strong", {}, compact(figure)), el("span.small.muted", {}, unit)),
  ];
  if (!isLink(url)) return el("li", {}, el("div.entry", {}, inside));
  return el("li", {}, el("button.entry", { type: "button", "data-key": key, onclick: () => openLink(url) }, inside));
}

function accounts() {
  const list = state.overview?.accounts;
  if (!list) return null;
  const row = (account, index) => {
    const parts = [
      platformName(account.platform),
      plain(account.country ?? "", 20),
      isNumber(account.followers) && count("followers_of", account.followers),
      isNumber(account.tracked_posts) && count("posts", account.tracked_posts),
    ];
    return entry(
      account.profile_url,
      `account-${index}`,
      foreign(`@${account.username ?? "–"}`, 60),
      parts.filter(Boolean).join(" · "),
      account.views,
      say("views"),
    );
  };
  return el(
    "section",
    {},
    el("h2", {}, say("accounts")),
    list.length
      ? el(
          "ul.entries",
          {},
          [...list]
            .sort((a, b) => (b.views ?? 0) - (a.views ?? 0))
            .slice(0, 25)
            .map(row),
        )
      : el("p.muted", {}, say("no_accounts")),
    list.length > 25 && el("p.small.muted", {}, say("first", { shown: number(25), count: number(list.length) })),
  );
}

function posts() {
  const list = state.posts ?? state.overview?.top_posts;
  if (!list) return null;
  const row = (post, index) => {
    const parts = [
      date(post.published_at),
      isNumber(post.likes) && count("likes_of", post.likes),
      isNumber(post.engagement_rate) && say("engagement", { rate: percent(post.engagement_rate) }),
    ];
    const title = post.caption ? foreign(post.caption, 160) : say("untitled");
    return entry(
      post.platform_url,
      `post-${index}`,
      title,
      parts.filter(Boolean).join(" · "),
      post.views,
      say("views"),
    );
  };
  return el(
    "section",
    {},
    el("h2", {}, say("best_posts")),
    list.length ? el("ol.entries", {}, list.slice(0, 10).map(row)) : el("p.muted", {}, say("no_posts")),
  );
}

function view() {
  const [only] = state.overview?.accounts?.length === 1 ? state.overview.accounts : [];
  const isOne = only && state.filters.account?.length === 1;
  const heading = el("h1.clip", {}, isOne ? foreign(`@${only.username}`, 60) : say("title"));
  main.classList.toggle("busy", state.busy);
  main.setAttribute("aria-busy", String(state.busy));
  if (state.error && !state.overview) return [head(heading, false), failure(state.error, load)];
  const isEmpty = !state.busy && state.overview?.accounts?.length === 0 && !state.platform;
  if (isEmpty)
    return [head(heading, false), el("p", {}, say("no_accounts")), el("p.muted", {}, say("no_accounts_next"))];
  return [
    head(heading),
    filters(),
    state.error ? failure(state.error, load) : [totals(), curve()],
    (isBig() || level < 1) && summary(),
    (isBig() || level < 2) && access(),
    isBig() && el("div.columns", {}, accounts(), posts()),
  ];
}

start("dashboard", { result: receive, view });
