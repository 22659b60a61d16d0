//! Everything about the API that no source states and that had to be decided once. The README explains each choice;
//! changing one here changes the emulator.

use crate::error::Code;
use crate::time::{DAY, HOUR};

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
/// Orders a workspace may place in a rolling hour before `capacity_cooldown`.
pub const CAPACITY_ORDERS_PER_HOUR: usize = 500;

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
