// One delivered account: its state, and what can be done with it. Nothing here spends: actions become messages.
const COVERED = ["included", "active"];
const state = { parts: {} };

function receive({ value, error }) {
  if (error) return void (state.error = error);
  const { data } = value;
  if (data?.username !== undefined) state.account = data;
  else if (data && "recorded_status" in data) state.parts.coverage = { value: data };
  else return void (state.error = { message: say("unreadable") });
  load(false);
}

const READS = {
  coverage: ["tokportal_get_account_managed_subscription", (id) => ({ id })],
  bans: ["tokportal_list_account_bans", (id) => ({ account_id: id, per_page: 5 })],
  warming: ["tokportal_list_account_warming_sessions", (id) => ({ id })],
  costs: ["tokportal_get_credit_costs", () => ({})],
};

async function load(everything = true) {
  if (everything && state.busy) return;
  const id = state.account?.id ?? host.input.id;
  Object.assign(state, { busy: true, error: undefined });
  redraw();
  const account = async () => {
    if (state.account && !everything) return;
    const { value, error } = await read("tokportal_get_account", { id });
    if (value) state.account = value.data;
    else state.error = error;
  };
  const part = async ([key, [name, args]]) => {
    if (state.parts[key] && !everything) return;
    const { value, error } = await read(name, args(id));
    state.parts[key] = { value: value?.data, error };
  };
  await Promise.all([account(), ...Object.entries(READS).map(part)]);
  Object.assign(state, { busy: false, at: new Date().toISOString() });
  if (everything) announce(say("updated", { time: time(state.at) }));
  redraw();
}

// The value of a part as text, or why there is none.
function shown(key, show) {
  const { value, error } = state.parts[key] ?? {};
  if (error) return el("span.muted", {}, say("not_read"));
  return value ? show(value) : el("span.muted", {}, "…");
}

function coverage({ status, current_period_end: end, task_access: access }) {
  const isOn = COVERED.includes(status);
  const name = el(`strong${isOn ? ".good" : status === "grandfathered" ? "" : ".bad"}`, {}, statusName(status));
  const key = isOn ? "until" : "since";
  return [
    name,
    end && el("span.small.muted.block", {}, say(key, { date: date(end) })),
    access === false && el("span.small.muted.block", {}, say("blocked")),
  ];
}

function bans(list) {
  if (!list.length) return say("none");
  const { status, reported_at: at, resolution } = list[0];
  const outcome = resolution?.resolution && say("outcome", { outcome: statusName(resolution.resolution) });
  const parts = [date(at), outcome, list.length > 1 && say("and_more", { count: number(list.length - 1) })];
  return [el("span", {}, statusName(status)), el("span.small.muted.block", {}, parts.filter(Boolean).join(" · "))];
}

function warming(list) {
  if (!list.length) return say("none");
  const { status, terms_verified: some, terms_total: all } = list[0];
  return [
    el("span", {}, statusName(status)),
    isNumber(all) && el("span.small.muted.block", {}, say("terms", { some: number(some ?? 0), all: number(all) })),
  ];
}

// Key, price, text of the price and whether it is final, for what can be done with the account now.
function actions() {
  const { value: covered } = state.parts.coverage ?? {};
  const costs = state.parts.costs?.value?.costs ?? {};
  const price = (amount) => (isNumber(amount) ? credits(amount) : say("asks_price"));
  const each = (amount) => (isNumber(amount) ? say("each", { price: credits(amount) }) : say("asks_price"));
  const quote = covered?.reactivation_quote;
  const isOn = COVERED.includes(covered?.status);
  return [
    quote && ["reactivate", price(quote.credits)],
    ["videos", each(costs.video_upload)],
    ["edit", price(costs.profile_edit)],
    ["warm", each(costs.advanced_warming)],
    isOn && ["cancel", say("free"), true],
    [
      "reveal",
      covered?.status === "grandfathered" ? say("free") : say("usually", { price: price(costs.credential_reveal) }),
      true,
    ],
  ].filter(Boolean);
}

// How a message names the account: nothing in it that could be read as an instruction.
function nameInMessage() {
  const { username, id } = state.account;
  if (/^[\w.]{1,30}$/.test(username ?? "")) return `@${username}`;
  return /^[\w-]{1,64}$/.test(id ?? "") ? id : "";
}

function actionList() {
  const row = ([key, price, isFinal]) =>
    el(
      "li",
      {},
      el(
        "button.entry",
        { type: "button", "data-key": key, onclick: () => ask(say(`${key}.message`, { account: nameInMessage() })) },
        el(
          "span.what",
          {},
          el(`span.title${isFinal ? ".bad" : ""}`, {}, say(`${key}.title`)),
          el("span.small.muted", {}, say(`${key}.text`)),
        ),
        el("strong.number", {}, price),
      ),
    );
  return el(
    "section",
    {},
    el("h2", {}, say("actions")),
    el("p.small.muted", {}, say("actions_text")),
    el("ul.entries", {}, actions().map(row)),
  );
}

function view() {
  const { account, error, busy } = state;
  main.setAttribute("aria-busy", String(Boolean(busy)));
  if (!account)
    return [el("h1", {}, say("title")), error ? failure(error, () => load()) : el("p.muted", {}, say("waiting"))];
  const parts = [
    account.visible_name && foreign(account.visible_name, 60),
    platformName(account.platform),
    plain(account.country ?? "", 20),
  ];
  const line = parts.filter(Boolean).flatMap((part, index) => (index ? [" · ", part] : [part]));
  const isBanned = account.banned === true;
  return [
    el(
      "div",
      {},
      head(el("h1.clip", {}, foreign(`@${account.username ?? "–"}`, isBig() ? 200 : 60)), isBig()),
      el("p.small.muted.clip", {}, line),
    ),
    error && failure(error, () => load()),
    isBig() && account.biography && el("p", {}, foreign(account.biography, 500)),
    rows(
      [
        [say("state"), el(`strong${isBanned ? ".bad" : ".good"}`, {}, say(isBanned ? "banned" : "in_use"))],
        ["Coverage", shown("coverage", coverage)],
        [say("bans"), shown("bans", bans)],
        [say("warming"), shown("warming", warming)],
        isBig() && [say("delivered"), date(account.created_at)],
        isBig() && [say("account_id"), el("span.mono", {}, plain(account.id, 64))],
      ].filter(Boolean),
    ),
    isBig() && actionList(),
    el(
      "div.buttons",
      {},
      !isBig() && button("", "size", say("more_actions"), resize),
      isLink(account.profile_url) && button("", "profile", say("profile"), () => openLink(account.profile_url)),
      button("", "refresh", say("refresh"), () => load()),
    ),
    state.at && (isBig() || level < 1) && el("p.small.muted", {}, say("updated", { time: time(state.at) })),
  ];
}

start("account", { result: receive, view });
