// The dashboard: buttons that read, and values that touch, pointer and keyboard reach.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startHost } from "./host.mjs";
import { startServer } from "./server.mjs";

const DASHBOARD = "tokportal_get_analytics_dashboard";
const SERIES = "tokportal_get_analytics_series";

let server;
let host;
before(async () => {
  server = await startServer();
  host = await startHost(server);
});
after(async () => {
  await host?.stop();
  await server?.stop();
});

async function show({ tool = DASHBOARD, input = {}, answer, ...options }, work) {
  await host.show("dashboard", { call: server.call, ...options }, async (shown) => {
    await shown.give(input, answer ?? (await server.call(tool, input)));
    await shown.settled();
    await work(shown);
  });
}

const calls = async (shown) => (await shown.log("tools/call")).map(({ name, arguments: args }) => [name, args ?? {}]);
const value = (shown) => shown.frame.getByRole("slider").getAttribute("aria-valuetext");

test("totals are those of the answer, and the curve is read by the view", () =>
  show({}, async (shown) => {
    const { structuredContent } = await server.call(DASHBOARD);
    assert.match(await shown.text(), new RegExp(structuredContent.totals.followers.toLocaleString("en-US")));
    assert.deepEqual(await calls(shown), [[SERIES, { metric: "views", mode: "gained", granularity: "week" }]]);
  }));

test("a period reads totals and curve of that period", () =>
  show({}, async (shown) => {
    await shown.button("28 d").click();
    await shown.settled();
    const [[first, args], [second, series]] = (await calls(shown)).slice(1);
    assert.deepEqual([first, second], [DASHBOARD, SERIES]);
    const from = new Date(Date.now() - 27 * 86_400_000).toISOString().slice(0, 10);
    assert.deepEqual([args, series.from, series.granularity], [{ from }, from, "day"]);
    assert.equal(await shown.button("28 d").getAttribute("aria-pressed"), "true");
  }));

test("a platform reads its totals, and the curve of its accounts", () =>
  show({}, async (shown) => {
    await shown.button("Instagram").click();
    await shown.settled();
    const [[, args], [, series]] = (await calls(shown)).slice(1);
    const accounts = await server.data("tokportal_list_accounts", { platform: "instagram" });
    assert.deepEqual(args, { platform: ["instagram"] });
    assert.deepEqual(
      series.account,
      accounts.map(({ id }) => id),
    );
    assert.equal(await shown.button("TikTok").count(), 1);
  }));

test("a figure chooses what the curve shows", () =>
  show({}, async (shown) => {
    await shown.button(/^Followers/).click();
    await shown.settled();
    assert.deepEqual((await calls(shown)).at(-1), [
      SERIES,
      { metric: "followers", mode: "cumulative", granularity: "week" },
    ]);
    await shown.frame.getByText("Followers, week by week").first().waitFor();
  }));

test("only the last of several quick choices is shown", () => {
  const open = [];
  const call = (name, args) =>
    args.from ? new Promise((resolve) => open.push(() => resolve(server.call(name, args)))) : server.call(name, args);
  return show({ call }, async (shown) => {
    await shown.button("7 d").click();
    await shown.button("All", { exact: true }).first().click();
    await shown.settled();
    const text = await shown.text();
    for (const answer of open) answer();
    await shown.button(/^Likes/).waitFor();
    assert.equal(await shown.text(), text);
    assert.equal(open.length, 1);
  });
});

test("arrow keys, Home and End move over the values", () =>
  show({ tool: SERIES, input: { metric: "views", mode: "gained", granularity: "week" } }, async (shown) => {
    const { points } = await server.data(SERIES, { metric: "views", mode: "gained", granularity: "week" });
    const slider = shown.frame.getByRole("slider");
    await slider.focus();
    const says = (index) => `: ${points.at(index).value.toLocaleString("en-US")}`;
    for (const [key, index] of [
      ["Home", 0],
      ["ArrowRight", 1],
      ["ArrowRight", 2],
      ["ArrowLeft", 1],
      ["End", -1],
    ]) {
      await slider.press(key);
      assert.ok((await value(shown)).endsWith(says(index)), `${key}: ${await value(shown)}`);
    }
    await slider.press("ArrowRight");
    assert.ok((await value(shown)).endsWith(says(-1)));
  }));

test("touch and pointer show the value under them", () =>
  show({ touch: true }, async (shown) => {
    const slider = shown.frame.getByRole("slider");
    const box = await slider.boundingBox();
    const last = await value(shown);
    await shown.page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
    const middle = await value(shown);
    assert.notEqual(middle, last);
    await shown.page.mouse.move(box.x + box.width - 4, box.y + box.height / 2);
    assert.equal(await value(shown), last);
  }));

test("details show accounts and best posts, whose rows open the post", () =>
  show({ context: { displayMode: "fullscreen" } }, async (shown) => {
    const { structuredContent } = await server.call(DASHBOARD);
    const [best] = structuredContent.top_posts;
    await shown.button(best.caption).first().click();
    assert.deepEqual(
      (await shown.logged("ui/open-link")).map(({ url }) => url),
      [best.platform_url],
    );
    for (const { username } of structuredContent.accounts)
      assert.equal((await shown.button(`@${username} `).count()) > 0, true, username);
  }));

test("no accounts say so", () =>
  show(
    {
      answer: {
        content: [],
        structuredContent: {
          tier: "creator",
          access: { level: "full" },
          totals: { account_count: 0 },
          accounts: [],
          top_posts: [],
        },
      },
    },
    async (shown) => {
      await shown.frame.getByText("There are no delivered accounts yet.").waitFor();
      assert.deepEqual(await shown.axe(), []);
    },
  ));

test("no posts and no figures say so", async () => {
  const { structuredContent } = await server.call(DASHBOARD);
  const answer = {
    content: [],
    structuredContent: { ...structuredContent, totals: { account_count: 3, tracked_posts: 0 }, top_posts: [] },
  };
  const call = async () => ({
    content: [],
    structuredContent: { data: { metric: "views", granularity: "week", mode: "gained", points: [] } },
  });
  await show({ answer, call, context: { displayMode: "fullscreen" } }, async (shown) => {
    for (const text of ["There are no posts in this period.", "There are no figures for this period yet."])
      await shown.frame.getByText(text).waitFor();
    assert.match(await shown.text(), /Views\s+–/);
  });
});

test("missing values leave a gap in the curve", () => {
  const points = [5, null, 7, 8, null].map((one, index) => ({ date: `2026-09-0${index + 1}`, value: one }));
  const answer = {
    content: [],
    structuredContent: { data: { metric: "views", granularity: "day", mode: "snapshot", points } },
  };
  return show({ answer }, async (shown) => {
    assert.equal(await shown.frame.locator("path.curve").count(), 1);
    assert.equal(await shown.frame.locator("circle.lone").count(), 1);
    assert.equal(await value(shown), "Sep 5: –");
  });
});

test("a plan that shows less says so, with the reason", async () => {
  const { structuredContent } = await server.call(DASHBOARD);
  const access = { level: "limited", planTier: "starter", reason: "The plan includes totals only." };
  const answer = { content: [], structuredContent: { ...structuredContent, access, top_posts: undefined } };
  const error = {
    code: "ANALYTICS_PLAN_REQUIRED",
    message: "The plan does not include this.",
    hint: "Upgrade.",
    retryable: false,
  };
  await show(
    { answer, call: async () => ({ content: [], structuredContent: { error }, isError: true }) },
    async (shown) => {
      for (const text of ["The plan includes totals only.", "The plan does not include this."])
        await shown.frame.getByText(text).waitFor();
      assert.equal(await shown.button("Try again").count(), 0);
    },
  );
});

test("the answers of the account tools are shown, too", async () => {
  const [{ id, username }] = await server.data("tokportal_list_accounts", { platform: "instagram" });
  for (const tool of [
    "tokportal_get_analytics_account",
    "tokportal_get_account_analytics",
    "tokportal_list_account_video_analytics",
  ]) {
    await show({ tool, input: { id } }, async (shown) => {
      await shown.frame.getByRole("heading", { name: `@${username}` }).waitFor();
      const series = (await calls(shown)).find(([name]) => name === SERIES);
      assert.deepEqual(series[1].account, [id], tool);
    });
  }
});
