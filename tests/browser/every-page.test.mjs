// Every page in every language, size and colour scheme, as Chromium renders what the connector sent.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startApp } from "../tools/app.mjs";
import { launch, openTab, problemsOf, show } from "./browser.mjs";
import { NOT_REACHED, PROBLEMS, errorPage, pages } from "./every-page.mjs";
import { LANGUAGES, problemTitles } from "./language.mjs";
import { Visitor } from "./visitor.mjs";

// The same for all apps, so that they know each other's client ids.
const SECRET = "0123456789abcdef".repeat(4);

const apps = {};
let browser;
const fetched = {}; // language → name → page
before(async () => {
  const start = async (name, variables, args = []) => {
    apps[name] = await startApp({ variables: { sealing_secret: SECRET, ...variables }, args });
  };
  await Promise.all([start("portal", { custom_redirect_schemes: "demo-app" }), start("pasting", { sign_in: "api-key" })]);
  await start("late", {}, ["--clock-ahead", "660"]);
  await start("broken", { key_check_seconds: "soon", sealing_secret: "too-short", help_url: "help" });
  browser = await launch();
  // One after the other, because faults are set for an app, not for a person.
  const failed = [];
  for (const [language, locale] of Object.entries(LANGUAGES)) {
    const visitors = Object.fromEntries(Object.entries(apps).map(([name, app]) => [name, new Visitor(app, locale)]));
    fetched[language] = {};
    for (const [name, open] of Object.entries(pages)) {
      try {
        const page = await open(visitors);
        assert.ok(page.document, `the person is sent to ${page.sentTo}`);
        fetched[language][name] = page;
      } catch (error) {
        failed.push(`${name} in ${language}: ${error.message}`);
      }
    }
  }
  assert.deepEqual(failed, []);
});
after(async () => {
  await browser?.close();
  await Promise.all(Object.values(apps).map((app) => app.stop()));
});

test("every problem of the sources has a page here", () => {
  const titles = problemTitles("en");
  assert.deepEqual(Object.keys(titles).sort(), [...PROBLEMS, ...NOT_REACHED].sort());
});

for (const language of Object.keys(LANGUAGES)) {
  test(`${language}: every page is in this language`, () => {
    for (const [name, page] of Object.entries(fetched[language])) {
      assert.equal(page.document.querySelector("html").getAttribute("lang"), language, name);
      assert.equal(page.headers.get("content-language"), language, name);
      if (language !== "en") assert.deepEqual(sameLines(page, fetched.en[name]), [], name);
    }
    const titles = problemTitles(language);
    for (const problem of PROBLEMS) {
      const page = fetched[language][errorPage(problem)];
      assert.equal(page.document.querySelector("h1").text.trim(), titles[problem], problem);
      assert.ok(page.status >= 400, problem);
    }
  });
}

/** Whether the page says that these words are in another language than itself: the catalogue is in English. */
const isEnglish = (element) =>
  element.localName !== "html" && (element.getAttribute("lang") !== undefined || isEnglish(element.parentNode));

/** The sentences that two pages share. Commands and addresses are the same in every language. */
function sameLines(one, other) {
  const sentences = ({ document }) =>
    document
      .querySelectorAll("main p, main li, main label, main legend, main h1, main h2, main summary, main a, main button")
      .filter((element) => !element.querySelector("code, input, [lang]") && !element.classList.contains("address"))
      .filter((element) => !isEnglish(element))
      .map((element) => element.text.replace(/\s+/g, " ").trim())
      .filter((text) => text.split(" ").filter((word) => /\p{L}/u.test(word)).length >= 4);
  return sentences(one).filter((line) => sentences(other).includes(line));
}

test("every page has room for its words, and axe finds nothing", { concurrency: 2 }, (t) => {
  const languages = Object.entries(LANGUAGES);
  return Promise.all(languages.map(([language, locale]) => t.test(language, () => lookAtAll(language, locale))));
});

async function lookAtAll(language, locale) {
  let shown;
  const tab = await openTab(browser, (href) => href === shown, { locale });
  const problems = [];
  for (const [name, page] of Object.entries(fetched[language])) {
    shown = page.url.href;
    await show(tab.page, page);
    problems.push(...(await problemsOf(tab.page, name)));
  }
  await tab.close();
  assert.deepEqual(problems, []);
}
