// What every view does with what its host says, and with a host that says nothing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startHost } from "./host.mjs";
import { startServer } from "./server.mjs";

const DASHBOARD = "tokportal_get_analytics_dashboard";
const GROUND = { light: [255, 253, 246], dark: [27, 27, 24] };

let server;
let host;
let account;
let result;
before(async () => {
  server = await startServer();
  host = await startHost(server);
  [account] = await server.data("tokportal_list_accounts", {});
  result = await server.call("tokportal_get_account", { id: account.id });
});
after(async () => {
  await host?.stop();
  await server?.stop();
});

/** Shows the account card, which every test of this file does with. */
const show = (options, work) =>
  host.show("account", { call: server.call, ...options }, async (shown) => {
    await shown.give({ id: account.id }, result);
    await shown.settled();
    await work(shown);
  });

const styleOf = (shown, selector, property) =>
  shown.frame.evaluate(([one, name]) => getComputedStyle(document.querySelector(one))[name], [selector, property]);
const following = (shown, check, wanted) => shown.frame.waitForFunction(check, wanted);
const followsTheme = (shown, theme) =>
  following(shown, (wanted) => document.documentElement.style.colorScheme === wanted, theme);

/** The colour of a point of the host page. */
async function pixel(page, x, y) {
  const picture = (await page.screenshot({ clip: { x, y, width: 1, height: 1 } })).toString("base64");
  return page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
    canvas.drawImage(image, 0, 0);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  }, picture);
}

test("the ground of the host shows through in both themes, also after a change", () =>
  show({}, async (shown) => {
    for (const theme of ["light", "dark", "light"]) {
      await shown.change({ theme });
      await followsTheme(shown, theme);
      assert.deepEqual(await pixel(shown.page, 3, 3), GROUND[theme], theme);
    }
  }));

test("the theme of the host counts, not the preference of the browser", () =>
  show({ context: { theme: "dark" } }, async (shown) => {
    assert.equal(await styleOf(shown, "html", "colorScheme"), "dark");
    const [light] = (await styleOf(shown, "h1", "color")).match(/\d+/).map(Number);
    assert.ok(light > 200, "the text is light");
  }));

test("style variables are used, may change, and fall back to our own", () =>
  show(
    {
      context: {
        styles: {
          variables: {
            "--color-text-primary": "light-dark(rgb(1, 2, 3), rgb(4, 5, 6))",
            "--font-sans": "Georgia, serif",
          },
        },
      },
    },
    async (shown) => {
      assert.equal(await styleOf(shown, "h1", "color"), "rgb(1, 2, 3)");
      assert.equal(await styleOf(shown, "body", "fontFamily"), "Georgia, serif");
      await shown.change({ theme: "dark" });
      await followsTheme(shown, "dark");
      assert.equal(await styleOf(shown, "h1", "color"), "rgb(4, 5, 6)");
      await shown.change({ styles: { variables: { "--color-text-primary": "rgb(7, 8, 9)" } } });
      await following(shown, () => getComputedStyle(document.querySelector("h1")).color === "rgb(7, 8, 9)");
      assert.match(await styleOf(shown, "body", "fontFamily"), /system-ui/);
    },
  ));

test("axe finds nothing with the colours of a host", () => {
  const variables = {
    "--color-background-primary": "light-dark(rgb(255, 255, 255), rgb(48, 48, 46))",
    "--color-text-primary": "light-dark(rgb(20, 20, 19), rgb(250, 249, 245))",
    "--color-text-secondary": "light-dark(rgb(61, 61, 58), rgb(194, 192, 182))",
    "--color-text-success": "light-dark(rgb(38, 91, 25), rgb(122, 185, 72))",
    "--color-border-primary": "light-dark(rgba(31, 30, 29, 0.4), rgba(222, 220, 209, 0.4))",
    "--color-border-tertiary": "light-dark(rgba(31, 30, 29, 0.15), rgba(222, 220, 209, 0.15))",
    "--font-text-md-size": "16px",
    "--font-text-sm-size": "14px",
    "--border-radius-md": "8px",
  };
  return show({ width: 360, context: { styles: { variables } } }, async (shown) => {
    for (const theme of ["light", "dark"]) {
      await shown.change({ theme });
      await followsTheme(shown, theme);
      assert.deepEqual(await shown.axe(), [], theme);
      const { height, tooWide } = await shown.measures();
      assert.deepEqual(tooWide, []);
      assert.ok(height <= 500, `${height} px high`);
    }
  });
});

test("numbers and dates follow locale and time zone, and change with them", () =>
  show({ context: { locale: "en-GB", timeZone: "Asia/Tokyo" } }, async (shown) => {
    assert.match(await shown.text(), /until \d+ \w+ \d{4}/);
    await shown.change({ locale: "de-DE" });
    await shown.frame.getByText("Zustand").waitFor();
    assert.match(await shown.text(), /bis \d+\. \S+ \d{4}/);
  }));

test("a locale without texts of ours gets English", () =>
  show({ context: { locale: "ja-JP", timeZone: "Nowhere/Land" } }, async (shown) => {
    assert.match(await shown.text(), /Ban reports/);
  }));

test("a host that says nothing about itself gets a working view", () =>
  host.show(
    "account",
    {
      call: server.call,
      context: { theme: undefined, locale: undefined, timeZone: undefined, displayMode: undefined },
    },
    async (shown) => {
      await shown.give({ id: account.id }, result);
      await shown.settled();
      assert.match(await shown.text(), /Coverage/);
    },
  ));

test("safe areas are kept free", () =>
  show({ context: { safeAreaInsets: { top: 40, right: 0, bottom: 30, left: 20 } } }, async (shown) => {
    assert.equal(await styleOf(shown, "body", "padding"), "40px 16px 30px 20px");
  }));

test("the view reports its height, and the frame fits", () =>
  show({}, async (shown) => {
    const { height } = await shown.measures();
    await shown.page.waitForFunction((wanted) => document.querySelector("iframe").clientHeight === wanted, height);
  }));

test("Details asks for fullscreen, and Less for the way back", () =>
  show({}, async (shown) => {
    await shown.button("Actions and prices").click();
    await shown.frame.getByText("Reveal the login").waitFor();
    await shown.button("Less").click();
    await shown.frame.getByText("Reveal the login").waitFor({ state: "detached" });
    assert.deepEqual(
      (await shown.log("ui/request-display-mode")).map(({ mode }) => mode),
      ["fullscreen", "inline"],
    );
  }));

test("without fullscreen, Details shows all of the view where it is", () =>
  show({ modes: ["inline"] }, async (shown) => {
    await shown.button("Actions and prices").click();
    await shown.frame.getByText("Reveal the login").waitFor();
    assert.deepEqual(await shown.log("ui/request-display-mode"), []);
    await shown.button("Less").click();
    await shown.frame.getByText("Reveal the login").waitFor({ state: "detached" });
  }));

test("links open through the host, and only https", () =>
  show({}, async (shown) => {
    await shown.button("Open profile").click();
    assert.deepEqual(
      (await shown.logged("ui/open-link")).map(({ url }) => url),
      [account.profile_url],
    );
  }));

test("a script address is never opened", async () => {
  const changed = structuredClone(result);
  changed.structuredContent.data.profile_url = "javascript:alert(1)";
  await host.show("account", { call: server.call }, async (shown) => {
    await shown.give({ id: account.id }, changed);
    await shown.settled();
    assert.equal(await shown.button("Open profile").count(), 0);
  });
});

test("reduced motion leaves no transition", () =>
  show({ reducedMotion: "reduce" }, async (shown) => {
    assert.equal(await styleOf(shown, "main", "transitionDuration"), "0s");
  }));

test("a teardown is answered", () => show({}, (shown) => shown.teardown()));

test("a cancelled call says so", () =>
  host.show("account", { call: server.call }, async (shown) => {
    await shown.cancel("by the person");
    await shown.frame.getByText("The call was cancelled").waitFor();
  }));

test("an answer of another shape says that it cannot be shown", async () => {
  for (const view of ["dashboard", "tracker", "account"]) {
    await host.show(view, { call: server.call }, async (shown) => {
      await shown.give({}, { content: [{ type: "text", text: "[]" }], structuredContent: { data: { anything: 1 } } });
      await shown.frame.getByText("This view cannot show this answer.").waitFor();
    });
  }
});

test("an answer without structured content is read from its text", () =>
  host.show("account", { call: server.call }, async (shown) => {
    await shown.give({ id: account.id }, { content: result.content });
    await shown.settled();
    assert.match(await shown.text(), new RegExp(account.username));
  }));

test("a failed read shows message, hint and request id, and can be repeated", () => {
  let fails = true;
  const error = {
    code: "RATE_LIMIT_EXCEEDED",
    message: "Too many requests.",
    hint: "Wait a little.",
    request_id: "req_42",
    retryable: true,
  };
  const failed = { content: [], structuredContent: { error }, isError: true };
  const call = (name, args) => (fails ? failed : server.call(name, args));
  return host.show("dashboard", { call }, async (shown) => {
    await shown.give({}, failed);
    for (const text of ["Too many requests.", "Wait a little.", "Request id: req_42"])
      await shown.frame.getByText(text).waitFor();
    assert.deepEqual(await shown.axe(), []);
    fails = false;
    await shown.button("Try again").click();
    await shown.frame.getByRole("slider").waitFor();
  });
});

test("a host that refuses a read says why, and offers another try", () =>
  host.show("dashboard", { call: async () => ({ refused: "Blocked by the workspace" }) }, async (shown) => {
    await shown.give({}, await server.call(DASHBOARD));
    await shown.frame.getByText(/The app did not pass the call on: .*Blocked by the workspace/).waitFor();
    await shown.button("Try again").waitFor();
  }));

test("a host that never answers a read ends in a message", () =>
  host.show("dashboard", { call: async () => ({ never: true }), clock: true }, async (shown) => {
    await shown.give({}, await server.call(DASHBOARD));
    await shown.logged("tools/call");
    await shown.page.clock.fastForward("01:20");
    await shown.frame.getByText("No answer came in time.").waitFor();
    await shown.button("Try again").waitFor();
  }));
