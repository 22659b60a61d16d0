//! Everything about the API that no source states and that had to be decided once. The README explains each choice;
//! changing one here changes the emulator.

use crate::error::Code;
use crate::time::{DAY, HOUR, MINUTE};

/// Version of the public contract, in `X-TokPortal-API-Version`. (Stated.)
pub const API_VERSION: &str = "2026-05-25";

/// Scope too small for the method.
pub const SCOPE_CODE: Code = Code::AuthInsufficientScope;
/// Key past its expiry date.
pub const EXPIRED_KEY_CODE: Code = Code::AuthExpiredKey;
/// A parameter or body field breaks the document's rules; `details.fields` names each.
pub const VALIDATION_CODE: Code = Code::ValidationError;
/// Same idempotency key, other request.
pub const IDEMPOTENCY_CONFLICT_CODE: Code = Code::IdempotencyKeyConflict;

/// Header that marks a simulated answer.
pub const DRY_RUN_HEADER: &str = "x-tokportal-dry-run";
/// What `dry_run_notice` says.
pub const DRY_RUN_NOTICE: &str = "Simulated: nothing was stored and no credits were charged. Ids in this answer work in dry runs only.";
/// What every synthetic id starts with. (Stated.)
pub const SYNTHETIC_ID_PREFIX: &str = "00000000-0000-4000-8000-";

/// How long a stored answer is replayed.
pub const IDEMPOTENCY_LIFE_MS: i64 = 24 * HOUR;
/// How many stored answers a workspace keeps; the oldest go first.
pub const IDEMPOTENCY_KEPT: usize = 500;
/// How many bytes of stored answers a workspace keeps; the oldest go first.
pub const IDEMPOTENCY_KEPT_BYTES: usize = 2_000_000;
/// Longest idempotency key. (Stated.)
pub const IDEMPOTENCY_KEY_MAX: usize = 255;

/// Requests a full bucket holds. (Stated.)
pub const BUCKET_SIZE: f64 = 120.0;
/// Requests a second that flow back. (Stated as "about 2".)
pub const BUCKET_REFILL_PER_SECOND: f64 = 2.0;
/// Orders a workspace may place and publish together in a rolling hour before `capacity_cooldown`.
pub const CAPACITY_PER_HOUR: usize = 500;
/// Videos an order can have. (500 is stated for bulk orders.)
pub const VIDEOS_MAX: i64 = 500;
/// Videos of an order that may start on the same day. (Stated.)
pub const VIDEOS_PER_DAY: usize = 3;
/// Days between today and the first posting day while the account is still to be made. (Stated.)
pub const LEAD_DAYS_NEW_ACCOUNT: i64 = 3;
/// Days between today and the first posting day on a delivered account. (Stated.)
pub const LEAD_DAYS_DELIVERED_ACCOUNT: i64 = 1;

/// How long after publishing a manager accepts.
pub const ACCEPT_AFTER_MS: i64 = HOUR;
/// How long after publishing the account is delivered.
pub const DELIVER_AFTER_MS: i64 = 24 * HOUR;
/// When on its first day a video is posted.
pub const POST_AT_MS: i64 = 12 * HOUR;
/// How long a manager takes for corrections.
pub const CORRECT_AFTER_MS: i64 = 12 * HOUR;
/// How long after its delivery a video is approved with `auto_finalize_videos: true`.
pub const AUTO_APPROVE_AFTER_MS: i64 = HOUR;
/// How long after its delivery anything is approved. (Stated as "about 72 h".)
pub const FINALIZE_AFTER_MS: i64 = 72 * HOUR;
/// Top-level domain of media that managers cannot download (RFC 2606, section 2).
pub const UNREACHABLE_DOMAIN: &str = ".invalid";
/// How long a warming session lasts. (Stated: three days.)
pub const WARMING_MS: i64 = 3 * DAY;
/// When warming targets without names are refunded. (Stated.)
pub const WARMING_NAMES_WITHIN_MS: i64 = 14 * DAY;
/// Terms suggested where no count is asked for.
pub const WARMING_SUGGESTIONS: usize = 9;
/// How long after the order an ad code is delivered.
pub const AD_CODE_AFTER_MS: i64 = 24 * HOUR;
/// How long after a price change orders count as prepared before it.
pub const PRICE_CHANGE_MS: i64 = HOUR / 12;
/// Bytes of a CSV file.
pub const CSV_MAX: usize = 1 << 20;

/// Largest JSON body.
pub const JSON_BODY_MAX: usize = 1 << 20;
/// Largest body of any kind (uploads).
pub const BODY_MAX: usize = 32 << 20;
/// Longest echoed `X-Request-ID`. (Stated.)
pub const REQUEST_ID_MAX: usize = 128;
/// Rows of the request log a key keeps.
pub const LOG_ROWS: i64 = 200;

/// Live keys a workspace may have.
pub const KEYS_MAX: i64 = 50;
/// Revoked keys a workspace remembers, to tell `AUTH_REVOKED_KEY` from `AUTH_INVALID_KEY`.
pub const REVOKED_KEYS_KEPT: i64 = 200;
/// Longest key name, in characters.
pub const KEY_NAME_MAX: usize = 100;

/// Credits for a new TikTok or Instagram account. (Stated; older pages say 25.)
pub const PRICE_ACCOUNT: i64 = 32;
/// Credits for a video slot. (Stated.)
pub const PRICE_VIDEO_SLOT: i64 = 2;
/// Credits for an edit slot. (Stated.)
pub const PRICE_EDIT_SLOT: i64 = 3;
/// Credits for an advanced warming target. (Stated.)
pub const PRICE_WARMING_TARGET: i64 = 5;
/// Credits for the older review-based warming. (Stated.)
pub const PRICE_NICHE_WARMING: i64 = 7;
/// Credits for an ad code. (Stated.)
pub const PRICE_AD_CODE: i64 = 7;
/// Credits for each paid option of a video. (Stated.)
pub const PRICE_VIDEO_OPTION: i64 = 1;

/// How long before their expiry credits count as `expiring_within_7_days`. (Stated.)
pub const EXPIRING_SOON_MS: i64 = 7 * DAY;

/// How long a portal session lasts.
pub const SESSION_LIFE_MS: i64 = 12 * HOUR;
/// How long a sign-in code of the portal lasts.
pub const SIGN_IN_CODE_LIFE_MS: i64 = 120_000;
/// How long a portal access token lasts: long enough to decide on the consent page.
pub const PORTAL_TOKEN_LIFE_MS: i64 = 900_000;

/// Countries a new account can be ordered for: code, name. (Some codes are stated, the rest is filled up to "16+".)
pub const COUNTRIES: [(&str, &str); 16] = [
    ("USA", "United States"),
    ("UK", "United Kingdom"),
    ("FR", "France"),
    ("DE", "Germany"),
    ("IT", "Italy"),
    ("ES", "Spain"),
    ("NL", "Netherlands"),
    ("BE", "Belgium"),
    ("CH", "Switzerland"),
    ("PT", "Portugal"),
    ("PL", "Poland"),
    ("CA", "Canada"),
    ("AU", "Australia"),
    ("BR", "Brazil"),
    ("MX", "Mexico"),
    ("PH", "Philippines"),
];
/// Countries that take `videos_only` orders only.
pub const VIDEOS_ONLY_COUNTRIES: [(&str, &str); 2] = [("JP", "Japan"), ("KR", "South Korea")];
/// Accepted aliases of country codes. (US and GB are stated.)
pub const COUNTRY_ALIASES: [(&str, &str); 2] = [("US", "USA"), ("GB", "UK")];

/// Credits for 30 days of Coverage. (Stated.)
pub const PRICE_COVERAGE: i64 = 25;
/// A period of Coverage; the first one is included. (Stated.)
pub const COVERAGE_PERIOD_MS: i64 = 30 * DAY;
/// How long after its period Coverage still renews by itself with the next work; then it lapses.
pub const COVERAGE_RENEWAL_WINDOW_MS: i64 = 7 * DAY;
/// How far `recorded_status` lags behind `status` when Coverage lapses. (Stated as "a few minutes".)
pub const COVERAGE_RECORD_LAG_MS: i64 = 5 * MINUTE;
/// Credits for disclosing a login. (Stated as "normally".)
pub const PRICE_REVEAL: i64 = 150;
/// Version of the terms of a reveal at the standard price. (Seen in a client's tests.)
pub const REVEAL_POLICY: &str = "managed-credential-reveal-v1";
/// Version of the terms of a reveal at an approved Account Owning rate.
pub const REVEAL_POLICY_OWNING: &str = "managed-credential-reveal-owning-v1";
/// `details.consequences` of the 428. (What they say is stated, the wording is not.)
pub const REVEAL_CONSEQUENCES: [&str; 4] = [
    "Final and non-refundable.",
    "The account is detached from TokPortal and becomes read-only here.",
    "Coverage, scheduled tasks and analytics updates end.",
    "Support, ban protection, replacement and refunds end.",
];
/// How long a login code is the latest one.
pub const VERIFICATION_CODE_LIFE_MS: i64 = 10 * MINUTE;
/// Credits for a profile edit request. (Stated.)
pub const PRICE_EDIT_REQUEST: i64 = 8;
/// How long a manager takes for a profile edit.
pub const EDIT_REQUEST_TAKES_MS: i64 = DAY;
/// A delivered account whose handle contains this word is reported as banned some days later, so that a ban can be tried
/// through the API alone.
pub const BAN_WORD: &str = "banned";
/// How long after delivery that is.
pub const BAN_AFTER_MS: i64 = 5 * DAY;
/// How long the platform takes to decide on an appeal.
pub const BAN_APPEAL_TAKES_MS: i64 = 3 * DAY;
/// How long TokPortal takes to settle a validated ban.
pub const BAN_SETTLEMENT_TAKES_MS: i64 = 2 * DAY;
/// How long after the ban it has to be reported to be compensated. (Stated.)
pub const BAN_CLAIM_MS: i64 = 15 * DAY;
/// How long restored credits last. (Stated.)
pub const RESTORED_CREDITS_LIFE_MS: i64 = 60 * DAY;
/// How long the links to a ban's evidence work. (Stated.)
pub const SCREENSHOT_LIFE_MS: i64 = 7 * DAY;

/// Workspaces on the smallest plan, which limits analytics; the others are on one that shows everything.
pub const STARTER_WORKSPACES: [&str; 1] = ["person-sam"];
/// Value of `X-TokPortal-Analytics-Contract`.
pub const ANALYTICS_CONTRACT: &str = "analytics-v2";
/// When on each day (UTC) the figures of covered accounts are collected.
pub const ANALYTICS_DAILY_AT_MS: i64 = 6 * HOUR;
/// How long a new account waits for its first collection.
pub const ANALYTICS_FIRST_AFTER_MS: i64 = DAY;
/// How long a refresh takes.
pub const ANALYTICS_REFRESH_TAKES_MS: i64 = 2 * MINUTE;
/// Pause between two refreshes of an account. (Stated by older documentation.)
pub const ANALYTICS_REFRESH_PAUSE_MS: i64 = 48 * HOUR;
/// Refreshes of a workspace in a calendar month. (Stated by older documentation.)
pub const ANALYTICS_REFRESHES_A_MONTH: u32 = 500;
/// Most points of a series; a longer period keeps its end.
pub const ANALYTICS_POINTS_MAX: usize = 400;
/// Reports with a link that a workspace keeps; the oldest go first.
pub const REPORTS_KEPT: usize = 50;

/// Credits for a comment. (Stated.)
pub const PRICE_COMMENT: i64 = 1;
/// What a manager earns with a comment.
pub const COMMENT_PAYOUT: f64 = 0.5;
/// Longest comment on TikTok, in characters. (Stated.)
pub const COMMENT_TEXT_MAX_TIKTOK: usize = 150;
/// How long after the order a comment is posted.
pub const COMMENT_POST_AFTER_MS: i64 = 6 * HOUR;
/// When a comment that was not posted is given up. (Stated.)
pub const COMMENT_DEADLINE_MS: i64 = 72 * HOUR;
/// How long after its posting a comment is checked.
pub const COMMENT_CHECK_AFTER_MS: i64 = HOUR;
/// How long after the check found it a comment is done.
pub const COMMENT_SETTLE_AFTER_MS: i64 = DAY;
/// How long a comment that a person confirmed can be disputed. (Stated.)
pub const COMMENT_DISPUTE_MS: i64 = 72 * HOUR;
/// A comment with this word is not found by the automatic check, and is confirmed by a person.
pub const COMMENT_UNMATCHED_WORD: &str = "unmatched";
/// A comment with this word is never posted.
pub const COMMENT_UNPOSTED_WORD: &str = "unposted";

/// Webhook endpoints a workspace may have.
pub const WEBHOOKS_MAX: usize = 20;
/// Deliveries a workspace keeps; the oldest go first.
pub const DELIVERIES_KEPT: usize = 500;
/// Deliveries that are sent after one request; the others follow after the next.
pub const DELIVERIES_AT_ONCE: usize = 20;
/// How long, in real time, sending goes on after a request.
pub const DELIVERIES_TAKE_MS: i64 = 3_000;
/// After how long a delivery that failed is sent again, once for each pause.
pub const DELIVERY_RETRY_AFTER_MS: [i64; 5] =
    [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 12 * HOUR];
/// How long, in real time, a receiver may take to answer.
pub const DELIVERY_TIMEOUT_MS: u64 = 2_000;
/// How long, in real time, a delivery whose sender vanished is left alone.
pub const DELIVERY_CLAIM_MS: i64 = MINUTE;
/// How far a receiver's clock may be off. (Seen in clients.)
pub const SIGNATURE_TOLERANCE_SECONDS: i64 = 300;

/// Bytes of an uploaded file.
pub const UPLOAD_MAX: usize = 20 << 20;
/// Bytes of all uploaded files; the oldest go first.
pub const UPLOADS_KEPT_BYTES: i64 = 200 << 20;
/// How long a signed upload link works.
pub const UPLOAD_LINK_LIFE_MS: i64 = 15 * MINUTE;
