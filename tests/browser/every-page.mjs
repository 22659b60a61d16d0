// Every page of the connector that a person can meet, each with the way to it.
import assert from "node:assert/strict";

import { SECOND_KEY } from "../tools/demo-keys.mjs";

const WEB = "https://notes.example.com/oauth/callback";
const LOOPBACK = "http://127.0.0.1:53901/callback";
const CURSOR = "cursor://anysphere.cursor-mcp/oauth/callback";
const APP_LINK = "demo-app://oauth/callback";
const CLAUDE = ["https://claude.ai/oauth/mcp-oauth-client-metadata", "https://claude.ai/api/mcp/auth_callback"];
const CLAUDE_CODE = ["https://claude.ai/oauth/claude-code-client-metadata", "http://localhost:53901/callback"];
const CHATGPT = ["https://chatgpt.com/oauth/client.json", "https://chatgpt.com/connector_platform_oauth_redirect"];
const LONG = "https://notes.example.com/a/very/long/way/to/the/callback/of/this/app?with=a&query=that-does-not-end-soon";

/** Consent pages, by what the app is. */
const consent = {
  web: ({ portal }) => portal.consent("Team Notes", WEB),
  loopback: ({ portal }) => portal.consent("Team Notes", LOOPBACK),
  "app-link": ({ portal }) => portal.consent("Cursor", CURSOR),
  claude: ({ portal }) => portal.authorize(...CLAUDE),
  "claude-code": ({ portal }) => portal.authorize(...CLAUDE_CODE),
  chatgpt: ({ portal }) => portal.authorize(...CHATGPT),
  imitation: ({ portal }) => portal.consent("Claude", "https://evil.example/callback"),
  "read-only": ({ portal }) => portal.consent("Team Notes", WEB, { resource: `${portal.app.mcp}?readonly=1` }),
  // An app that has a key already. The apps of the other pages never get one.
  again: async ({ portal }) => {
    await decided(portal, APP_LINK);
    return portal.consent("Daily Report", APP_LINK);
  },
  idn: ({ portal }) => portal.consent("Team Notes", "https://xn--mnchen-3ya.example/callback"),
  nameless: ({ portal }) => portal.consent("", WEB),
  long: ({ portal }) => portal.consent("Donaudampfschifffahrtsgesellschaftskapitänsmützenverwaltung".repeat(2), LONG),
  cjk: ({ portal }) => portal.consent("株式会社短尺動画分析自動化システム研究所", WEB),
  emoji: ({ portal }) => portal.consent("👩‍👩‍👧‍👦🚀 Post Rocket 🏳️‍🌈", WEB),
  rtl: ({ portal }) => portal.consent("مساعد المحتوى \u202E moc.edualc", WEB),
};

/** The page at the address of the connector. */
const welcome = { welcome: ({ portal }) => portal.open("/") };

/** Pages of an app that asks for a pasted key. */
const pasted = {
  "api-key": ({ pasting }) => pasting.consent("Team Notes", LOOPBACK),
  "api-key-error": async ({ pasting }) =>
    pasting.decide(await pasting.consent("Team Notes", LOOPBACK), LOOPBACK, { key: `sk_${"0".repeat(64)}` }),
};

/** Pages on which a person approves a call. Each of them is about a call of its own. */
const approval = {
  question: ({ portal }) => portal.approval({ title: "Spring launch", auto_finalize_videos: true }),
  long: ({ portal }) => portal.approval({ title: "Donaudampfschifffahrtsgesellschaftskapitän ".repeat(4) }),
  key: async ({ pasting }) => pasting.open(await pasting.approvalLink({ videos_quantity: 3 })),
  "key-error": ({ pasting }) => pasting.approval({ videos_quantity: 4 }, { key: SECOND_KEY }),
  "key-question": ({ pasting }) => pasting.approval({ videos_quantity: 5 }, { key: pasting.app.key }),
  approved: ({ portal }) => answered(portal, "approve"),
  declined: ({ portal }) => answered(portal, "decline"),
  "other-person": ({ portal }) => portal.approval({ videos_quantity: 2 }, { of: SECOND_KEY }),
};

// An answer stays for ten minutes, so each language has a call of its own.
async function answered(visitor, decision) {
  const page = await visitor.approval({ title: `${decision} in ${visitor.locale}` });
  return visitor.answer(page, decision);
}

/** Pages after the decision. */
const after = {
  close: ({ portal }) => decided(portal, APP_LINK),
  "close-cancelled": ({ portal }) => decided(portal, APP_LINK, { decision: "cancel" }),
  "close-failed": async ({ portal }) => {
    const page = await portal.consent("Daily Report", APP_LINK);
    await portal.fault({ operation: "portal.mint", status: 401, code: "UNAUTHORIZED" });
    const { page: last } = await portal.decide(page, APP_LINK);
    assert.ok(last, "the person is not sent on");
    return last;
  },
  "close-pasted": ({ pasting }) => decided(pasting, CURSOR, { key: pasting.app.key }),
};

async function decided(visitor, redirectUri, how) {
  const page = await visitor.consent("Daily Report", redirectUri);
  const { page: last } = await visitor.decide(page, redirectUri, how);
  assert.ok(last, "the person is not sent on");
  return last;
}

/** Error pages, by the name of the problem in `src/pages/texts`. */
const problems = {
  unknown_client: ({ portal }) => portal.authorize("unknown", WEB),
  unregistered_destination: async ({ portal }) =>
    portal.authorize(await portal.register("Team Notes", WEB), "https://elsewhere.example/callback"),
  // The app registered where its links were enabled.
  app_link_not_enabled: async ({ portal, pasting }) =>
    pasting.authorize(await portal.register("Team Notes", APP_LINK), APP_LINK),
  malformed_request: ({ portal }) => portal.open("/connect/switch?request=broken"),
  // The clock of the other app is more than ten minutes ahead.
  expired_request: async ({ portal, late }) => {
    const { pathname, search } = (await portal.consent("Team Notes", WEB)).url;
    return late.open(pathname + search);
  },
  portal_down: ({ portal }) => failedMint(portal, { kind: "503" }),
  key_limit_reached: ({ portal }) => failedMint(portal, { status: 409, code: "KEY_LIMIT_REACHED" }),
  already_connected: ({ portal }) => decidedTwice(portal, "authorize"),
  already_cancelled: ({ portal }) => decidedTwice(portal, "cancel"),
  cookies_blocked: async ({ portal }) => portal.stranger().decide(await portal.consent("Team Notes", WEB), WEB),
  question_closed: ({ portal }) => portal.open("/approve?call=unknown"),
  owner_unknown: async ({ portal }) => {
    await portal.fault({ operation: "portal.list", status: 403, code: "FORBIDDEN" });
    return portal.approval({ videos_quantity: 8 });
  },
  foreign_form: async ({ portal }) =>
    portal.decide(await portal.consent("Team Notes", WEB), WEB, { headers: { Origin: "https://evil.example" } }),
};

// The person goes back after the decision and loads the page again.
async function decidedTwice(visitor, decision) {
  const page = await visitor.consent("Daily Report", WEB);
  const { sentTo } = await visitor.decide(page, WEB, { decision });
  assert.ok(sentTo, "the person is not sent on");
  return visitor.open(page.url);
}

async function failedMint(visitor, fault) {
  const page = await visitor.consent("Team Notes", WEB);
  await visitor.fault({ operation: "portal.mint", ...fault });
  return visitor.decide(page, WEB);
}

/** Pages for people who run the connector. */
const operating = {
  configuration: ({ broken }) => broken.open("/authorize"),
  "not-ready": ({ broken }) => broken.open("/readyz"),
  ready: ({ portal }) => portal.open("/readyz"),
  "portal-check": ({ portal }) => portal.open("/readyz/portal"),
  "portal-check-api-key": ({ pasting }) => pasting.open("/readyz/portal"),
};

/**
 * Problems without a page here: 6,000 requests within a minute lead to `too_many_requests`, and no window is longer; a
 * wrong key is told on the page that asks for it (`api-key-error`, `approval-key-error`); the portal has no button to
 * cancel; documents of clients need an https server; the
 * store of this host neither forgets nor fails; `unexpected` takes a defect or a change of configuration.
 */
export const NOT_REACHED = [
  ...["too_many_requests", "too_many_requests_for_long", "wrong_key"],
  ...["client_document_unavailable", "client_document_invalid", "client_document_forbidden"],
  ...["store_forgets", "store_down", "unexpected", "other_key", "not_signed_in"],
];

/** The names of the problems that have a page here. */
export const PROBLEMS = Object.keys(problems);

/** The name of an error page among the pages. */
export const errorPage = (problem) => `error-${problem.replaceAll("_", "-")}`;

const renamed = (pages, name) => Object.entries(pages).map(([key, open]) => [name(key), open]);

/**
 * Name → what fetches the page. It gets the visitors of four apps: `portal` signs in at the portal and opens demo-app:
 * links, `late` is the same eleven minutes later, `pasting` asks for a pasted key and does not open links, `broken` has a
 * wrong variable.
 */
export const pages = Object.fromEntries([
  ...Object.entries(welcome),
  ...renamed(consent, (name) => `consent-${name}`),
  ...Object.entries(pasted),
  ...renamed(approval, (name) => `approval-${name}`),
  ...Object.entries(after),
  ...Object.entries(operating),
  ...renamed(problems, errorPage),
]);
