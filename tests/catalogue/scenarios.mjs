// The calls of each tool, in an order in which every call finds the objects it needs.
//
// A step: {tool, args, hours, finds, fails}. `args` builds the arguments from values of earlier answers; `finds` names
// the values to keep (name → path into the answer). The clock advances by `hours` first. `fails` has the arguments and
// the code of the failing call; without it the failing call has an unknown id or, if no argument is an id, exceeds the
// rate limit.

const POLICY = "managed-credential-reveal-v1";
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const MP4 = Buffer.from("a video").toString("base64");
const TERMS = ["one pot", "meal prep", "easy dinner"];

const video = (date) => ({
  video_type: "video",
  target_publish_date: date,
  description: "A caption",
  video_url: "https://media.example.com/a.mp4",
});

const bundle = (rest = {}) => (known) => ({ id: known.bundle, ...rest });
const slot = (position, rest = {}) => (known) => ({ id: known.bundle, position, ...rest });
const account = (rest = {}) => (known) => ({ id: known.account, ...rest });
const instagram = (rest = {}) => (known) => ({ id: known.instagram, ...rest });
const consent = { acknowledge_support_forfeit: true, policy_version: POLICY };

const workspace = [
  { tool: "get_current_user" },
  { tool: "update_current_user_settings", args: () => ({ niche: "food" }), fails: { args: {}, code: "VALIDATION_ERROR" } },
  { tool: "list_countries" },
  { tool: "list_platforms" },
  { tool: "get_credit_costs" },
  { tool: "get_credit_balance" },
  { tool: "list_credit_transactions", args: () => ({ per_page: 2 }) },
];

const order = (day) => [
  {
    tool: "create_bundle",
    args: () => ({
      bundle_type: "account_and_videos",
      country: "FR",
      videos_quantity: 2,
      wants_advanced_warming: true,
      advanced_warming_terms_count: 3,
      auto_finalize_videos: false,
    }),
    finds: { bundle: "data.id" },
    fails: { args: { bundle_type: "account_only", country: "ZZ" }, code: "COUNTRY_NOT_ENABLED" },
  },
  {
    tool: "create_bundles_bulk",
    args: () => ({ platforms: ["tiktok"], country: "FR", accounts_count: 1 }),
    fails: { args: { platforms: ["tiktok"], country: "FR", accounts_count: 100 }, code: "INSUFFICIENT_CREDITS" },
  },
  { tool: "list_bundles", args: () => ({ status: "pending_setup" }) },
  { tool: "get_bundle", args: bundle() },
  { tool: "update_bundle", args: bundle({ title: "T" }) },
  { tool: "add_video_slots", args: bundle({ quantity: 2 }) },
  { tool: "add_edit_slots", args: bundle({ quantity: 1 }) },
  { tool: "get_bundle_account", args: bundle() },
  {
    tool: "configure_bundle_account",
    args: bundle({ username: "a.b", visible_name: "A", biography: "B", profile_picture_url: "p.jpg" }),
  },
  { tool: "configure_bundle_warming_terms", args: bundle({ advanced_warming_terms: TERMS }) },
  { tool: "list_bundle_videos", args: bundle() },
  {
    tool: "batch_configure_bundle_videos",
    args: bundle({ videos: [{ position: 1, ...video(day(4)) }] }),
  },
  { tool: "get_bundle_video", args: slot(1) },
  { tool: "reset_bundle_video", args: slot(1) },
  { tool: "configure_bundle_video", args: slot(1, video(day(4))) },
  {
    tool: "patch_bundle_video",
    args: slot(1, { target_publish_start_date: day(5), target_publish_end_date: day(6) }),
  },
  { tool: "configure_bundle_video", args: slot(2, video(day(4))) },
  {
    tool: "import_bundle_videos_csv",
    args: bundle({
      file_name: "slots.csv",
      file: Buffer.from(
        "position,video_type,target_publish_date,description,video_url\n" +
          `4,video,${day(7)},A caption,https://media.example.com/a.mp4\n`,
      ).toString("base64"),
    }),
  },
  { tool: "get_bundle_publish_readiness", args: bundle() },
  { tool: "publish_bundle", args: bundle() },
  { tool: "unpublish_bundle", args: bundle() },
  { tool: "publish_bundle", args: bundle() },
  { hours: 1, tool: "configure_bundle_video", args: slot(3, video(day(4))) },
  { tool: "publish_bundle_video", args: slot(3) },
  { tool: "publish_all_bundle_videos", args: bundle() },
  { tool: "unschedule_bundle_video", args: slot(3) },
  { tool: "fix_bundle_video_download", args: slot(1, { video_url: "https://media.example.com/b.mp4" }) },
  { hours: 24, tool: "request_bundle_account_corrections", args: bundle({ comment: "Once more" }) },
  { hours: 12, tool: "finalize_bundle_account", args: bundle() },
  { hours: 72, tool: "request_bundle_video_corrections", args: slot(2, { comment: "Once more" }) },
  { hours: 12, tool: "finalize_bundle_video", args: slot(2) },
];

const upload = (args) => (known) => ({ bundle_id: known.bundle, ...args });

const uploads = [
  { tool: "upload_video", args: upload({ filename: "a.mp4" }) },
  { tool: "upload_image", args: upload({ filename: "a.png", content_type: "image/png" }) },
  { tool: "upload_image_from_url", args: upload({ url: "https://a.example/b.png" }) },
  { tool: "upload_video_direct", args: upload({ file: MP4, file_name: "a.mp4" }) },
  { tool: "upload_image_direct", args: upload({ file: PNG, file_name: "a.png" }) },
];

const hook = (known) => ({ id: known.hook });

const webhooks = [
  { tool: "list_webhook_events" },
  {
    tool: "create_webhook_endpoint",
    args: () => ({ url: "https://receiver.example/hook", events: ["bundle.created"] }),
    finds: { hook: "data.id" },
  },
  { tool: "list_webhook_endpoints" },
  { tool: "get_webhook_endpoint", args: hook },
  { tool: "update_webhook_endpoint", args: (known) => ({ id: known.hook, enabled: true }) },
  { tool: "test_webhook_endpoint", args: hook },
  { tool: "list_webhook_deliveries", args: hook, finds: { delivery: "data.0.id" } },
  { tool: "retry_webhook_delivery", args: (known) => ({ id: known.hook, delivery_id: known.delivery }) },
  { tool: "delete_webhook_endpoint", args: hook },
];

const comment = (text) => (known) => ({
  saved_account_id: known.account,
  target_video_url: "https://www.tiktok.com/@chef.lina/video/7400000000000000000",
  comment_text: text,
});
const task = (rest = {}) => (known) => ({ id: known.task, ...rest });

const comments = [
  { tool: "create_comment_tasks", args: comment("One"), finds: { task: "data.created.0.id" } },
  { tool: "list_comment_tasks", args: () => ({ per_page: 2 }) },
  { tool: "get_comment_task", args: task() },
  { tool: "delete_comment_task", args: task() },
  { tool: "create_comment_tasks", args: comment("unmatched"), finds: { task: "data.created.0.id" } },
  { hours: 7, tool: "list_comment_task_verifications", args: task() },
  { tool: "dispute_comment_task", args: task({ reason: "Not there" }) },
  { tool: "create_comment_tasks", args: comment("unmatched too"), finds: { task: "data.created.0.id" } },
  { hours: 7, tool: "approve_comment_task", args: task() },
];

const accounts = [
  { tool: "list_accounts", args: () => ({ platform: "instagram" }), finds: { instagram: "data.0.id" } },
  { tool: "list_account_bans" },
  { tool: "get_account", args: account() },
  { tool: "list_account_bundles", args: account() },
  { tool: "update_account_commenting_profile", args: account({ goal: "Answer questions" }) },
  { tool: "cancel_account_managed_subscription", args: instagram() },
  { tool: "get_account_managed_subscription", args: instagram(), finds: { quote: "data.reactivation_quote" } },
  {
    tool: "reactivate_account_coverage",
    args: (known) => ({
      id: known.instagram,
      expected_credits: known.quote.credits,
      expected_current_period_end: known.quote.current_period_end,
      expected_lock_version: known.quote.lock_version,
    }),
  },
  {
    tool: "create_account_edit_request",
    args: instagram({ requested_username: "new.name", requested_visible_name: "New" }),
  },
  { tool: "get_account_edit_request", args: instagram() },
  { tool: "rewarm_account", args: account({ search_terms: TERMS }) },
  { tool: "list_account_warming_sessions", args: account(), finds: { session: "data.0.id" } },
  { tool: "get_warming_session", args: (known) => ({ id: known.session }) },
  { tool: "generate_warming_terms", args: () => ({ text: "pasta for two" }) },
];

const analytics = [
  { tool: "can_refresh_account_analytics", args: account() },
  { tool: "refresh_account_analytics", args: account() },
  { tool: "refresh_analytics_account", args: instagram() },
  { tool: "get_analytics_dashboard" },
  { tool: "get_analytics_contract" },
  { tool: "export_analytics_videos" },
  { tool: "create_analytics_report", fails: { args: { from: "yesterday" }, code: "VALIDATION_ERROR" } },
  { tool: "export_analytics_report_html", fails: { args: { from: "yesterday" }, code: "VALIDATION_ERROR" } },
  { tool: "get_analytics_series", args: () => ({ metric: "views" }) },
  { tool: "get_analytics_account", args: account(), finds: { post: "data.posts.0.tracked_post_id" } },
  { tool: "list_analytics_account_raw_snapshots", args: account() },
  { tool: "get_account_analytics", args: account() },
  { tool: "list_account_video_analytics", args: account() },
  { tool: "get_video_analytics", args: (known) => ({ id: known.live }) },
  { tool: "create_video_ad_code_request", args: (known) => ({ id: known.live }) },
  { tool: "get_video_ad_code_request", args: (known) => ({ id: known.live }) },
  { tool: "get_comment_pulse" },
  { tool: "list_analytics_account_comments", args: account() },
  { tool: "list_analytics_post_raw_snapshots", args: (known) => ({ id: known.post }) },
];

// These end all work on the account, so they come last.
const secrets = [
  { tool: "retrieve_account_verification_code", args: instagram(consent) },
  { tool: "reveal_account_credentials", args: instagram(consent) },
];

/** What exists before the first step: a finished order with its delivered account and a live video. */
export const start = [
  {
    tool: "list_bundles",
    args: () => ({ status: "completed", platform: "tiktok" }),
    finds: { done: "data.0.id", account: "data.0.saved_account_id" },
  },
  { tool: "list_bundle_videos", args: (known) => ({ id: known.done }), finds: { live: "data.0.id" } },
];

/**
 * All steps.
 * @param {(days: number) => string} day the date in so many days by the emulator's clock.
 */
export function scenarios(day) {
  return [
    ...[workspace, order(day), uploads, webhooks, comments].flat(),
    ...[accounts, analytics, secrets].flat(),
  ].map((step) => ({ args: () => ({}), finds: {}, hours: 0, ...step }));
}
