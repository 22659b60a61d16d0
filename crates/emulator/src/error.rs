//! Errors of the REST API: a stable code with its HTTP status, a sentence for people, and facts for programs.
//!
//! Codes come from the API's documentation; those that had to be made up are marked in the README's table of decided
//! facts and are named in `decisions.rs` where one had to be picked.

use http::StatusCode;
use serde_json::{Map, Value, json};

macro_rules! codes {
    ($(#[doc = $meaning:literal] $name:ident = $text:literal, $status:literal;)+) => {
        /// Every error code the emulator can answer.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $(#[doc = $meaning] $name,)+ }

        impl Code {
            /// All codes, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// The HTTP status it comes with.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ }
            }

            /// What it means, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning.trim_ascii_start(),)+ }
            }
        }
    };
}

codes! {
    /// No key was sent.
    AuthMissingKey = "AUTH_MISSING_KEY", 401;
    /// The key is unknown or malformed.
    AuthInvalidKey = "AUTH_INVALID_KEY", 401;
    /// The key was withdrawn.
    AuthRevokedKey = "AUTH_REVOKED_KEY", 401;
    /// The key's expiry date has passed.
    AuthExpiredKey = "AUTH_EXPIRED_KEY", 401;
    /// The key's scope does not cover the method.
    AuthInsufficientScope = "AUTH_INSUFFICIENT_SCOPE", 403;
    /// The key's request bucket is empty.
    RateLimitExceeded = "RATE_LIMIT_EXCEEDED", 429;
    /// The workspace's order capacity is used up.
    CapacityCooldown = "capacity_cooldown", 429;
    /// The body is not JSON.
    InvalidJson = "INVALID_JSON", 400;
    /// The body has another media type than the operation takes.
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE", 415;
    /// The body is too large.
    PayloadTooLarge = "PAYLOAD_TOO_LARGE", 413;
    /// A parameter or field breaks a rule.
    ValidationError = "VALIDATION_ERROR", 400;
    /// A field that the operation does not take.
    UnknownField = "UNKNOWN_FIELD", 400;
    /// No such path.
    NotFound = "NOT_FOUND", 404;
    /// The path does not take this method.
    MethodNotAllowed = "METHOD_NOT_ALLOWED", 405;
    /// The idempotency key is empty or too long.
    IdempotencyKeyInvalid = "IDEMPOTENCY_KEY_INVALID", 400;
    /// The idempotency key belongs to another request.
    IdempotencyKeyConflict = "IDEMPOTENCY_KEY_CONFLICT", 409;
    /// The answer holds a secret and is never stored.
    IdempotencyKeyRefused = "IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE", 400;
    /// A dry run's id in a real call.
    DryRunIdInLiveRequest = "DRY_RUN_ID_IN_LIVE_REQUEST", 400;
    /// Not enough credits.
    InsufficientCredits = "INSUFFICIENT_CREDITS", 402;
    /// The price moved since the order was prepared.
    BundlePricingChanged = "BUNDLE_PRICING_CHANGED", 409;
    /// No such bundle.
    BundleNotFound = "BUNDLE_NOT_FOUND", 404;
    /// Somebody else's bundle.
    BundleNotOwned = "BUNDLE_NOT_OWNED", 403;
    /// Not possible in the bundle's state.
    BundleInvalidStatus = "BUNDLE_INVALID_STATUS", 409;
    /// Published before.
    BundleAlreadyPublished = "BUNDLE_ALREADY_PUBLISHED", 409;
    /// The same order seems to exist.
    DuplicateAccountBundle = "DUPLICATE_ACCOUNT_BUNDLE", 409;
    /// The country is closed for this order.
    CountryNotEnabled = "COUNTRY_NOT_ENABLED", 400;
    /// An account id with an order that makes a new account.
    AccountIdNotAllowed = "ACCOUNT_ID_NOT_ALLOWED", 400;
    /// YouTube cannot be ordered.
    YoutubeDelayed = "YOUTUBE_DELAYED", 400;
    /// The bundle has no account of its own.
    AccountNotFound = "ACCOUNT_NOT_FOUND", 404;
    /// Not possible at the account's step.
    AccountInvalidStatus = "ACCOUNT_INVALID_STATUS", 409;
    /// The profile is not configured.
    AccountNotConfigured = "ACCOUNT_NOT_CONFIGURED", 409;
    /// Readiness blocker: profile fields are missing.
    AccountMissingFields = "ACCOUNT_MISSING_FIELDS", 409;
    /// Readiness blocker: no video is configured.
    NoVideosConfigured = "NO_VIDEOS_CONFIGURED", 409;
    /// A manager has accepted the bundle.
    AlreadyAccepted = "already_accepted", 409;
    /// No such delivered account.
    SavedAccountNotFound = "SAVED_ACCOUNT_NOT_FOUND", 404;
    /// Somebody else's delivered account.
    SavedAccountNotOwned = "SAVED_ACCOUNT_NOT_OWNED", 403;
    /// No such slot or video.
    VideoNotFound = "VIDEO_NOT_FOUND", 404;
    /// The slot cannot move that way.
    InvalidStatusTransition = "INVALID_STATUS_TRANSITION", 409;
    /// The lead time is broken.
    InvalidDate = "INVALID_DATE", 400;
    /// More than three videos on a day.
    VideosPerDayExceeded = "VIDEOS_PER_DAY_EXCEEDED", 400;
    /// No analytics for this object.
    AnalyticsNotFound = "ANALYTICS_NOT_FOUND", 404;
    /// No such comment task.
    CommentTaskNotFound = "COMMENT_TASK_NOT_FOUND", 404;
    /// Somebody else's comment task.
    CommentTaskNotOwned = "COMMENT_TASK_NOT_OWNED", 403;
    /// Not possible at the comment task's step.
    CommentInvalidStatus = "COMMENT_INVALID_STATUS", 409;
    /// Coverage is not active.
    ManagedAccountTaskBlocked = "MANAGED_ACCOUNT_TASK_BLOCKED", 409;
    /// The reveal needs a person's consent.
    RevealConsentRequired = "REVEAL_CONSENT_REQUIRED", 428;
    /// The reveal's policy or price changed.
    CredentialRevealQuoteChanged = "CREDENTIAL_REVEAL_QUOTE_CHANGED", 409;
    /// The account has no Coverage record.
    CoverageNotFound = "COVERAGE_NOT_FOUND", 404;
    /// Coverage cannot be turned on: it is on, or over for good.
    CoverageInvalidStatus = "COVERAGE_INVALID_STATUS", 409;
    /// The reactivation quote is stale.
    CoverageQuoteChanged = "COVERAGE_QUOTE_CHANGED", 409;
    /// The account has an open edit request.
    EditRequestAlreadyOpen = "EDIT_REQUEST_ALREADY_OPEN", 409;
    /// The account was refreshed less than 48 hours ago.
    AnalyticsRefreshTooSoon = "ANALYTICS_REFRESH_TOO_SOON", 409;
    /// The refreshes of the month are used up.
    AnalyticsRefreshLimit = "ANALYTICS_REFRESH_LIMIT", 409;
    /// The plan does not include this view.
    AnalyticsPlanRequired = "ANALYTICS_PLAN_REQUIRED", 403;
    /// Withdrawn product.
    DeepWarmingDeprecated = "DEEP_WARMING_DEPRECATED", 400;
    /// Warming options contradict each other.
    WarmingConflict = "WARMING_CONFLICT", 400;
    /// Targets without the switch.
    AdvancedWarmingFlagRequired = "ADVANCED_WARMING_FLAG_REQUIRED", 400;
    /// Terms repeat or have a wrong length.
    AdvancedWarmingTermsRejected = "ADVANCED_WARMING_TERMS_REJECTED", 400;
    /// List and count disagree.
    AdvancedWarmingCountMismatch = "ADVANCED_WARMING_COUNT_MISMATCH", 400;
    /// Another number of terms than was bought.
    AdvancedWarmingTerms = "ADVANCED_WARMING_TERMS", 400;
    /// The platform cannot be warmed this way.
    AdvancedWarmingPlatform = "ADVANCED_WARMING_PLATFORM", 400;
    /// The terms were set before.
    WarmingTermsAlreadySet = "WARMING_TERMS_ALREADY_SET", 409;
    /// No such warming session.
    WarmingSessionNotFound = "WARMING_SESSION_NOT_FOUND", 404;
    /// No order allows rewarming.
    RewarmNoActiveOrder = "REWARM_NO_ACTIVE_ORDER", 409;
    /// A warming run is going on.
    RewarmAlreadyActive = "REWARM_ALREADY_ACTIVE", 409;
    /// Too many writers at once; nothing happened.
    StateBusy = "STATE_BUSY", 503;
    /// The emulator itself failed.
    InternalError = "INTERNAL_ERROR", 500;
}

/// A refused or failed request.
#[derive(Debug, Clone)]
pub struct ApiError {
    /// What programs branch on.
    pub code: Code,
    /// A sentence for people.
    pub message: String,
    /// Facts that belong to the code.
    pub details: Map<String, Value>,
    /// Seconds for `Retry-After`, where waiting helps.
    pub retry_after: Option<u64>,
}

impl ApiError {
    /// An error without details.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            details: Map::new(),
            retry_after: None,
        }
    }

    /// Adds one detail.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// Says how long to wait, in the header and in `details.retry_after_seconds`.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self.with("retry_after_seconds", seconds)
    }

    /// A rule about one field that the document cannot express.
    pub fn field(field: &str, message: &str) -> Self {
        Self::new(
            crate::decisions::VALIDATION_CODE,
            format!("{field} {message}."),
        )
        .with("fields", json!([{ "field": field, "message": message }]))
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// `{"error": {code, message, details?}}`.
    pub fn envelope(&self) -> Value {
        envelope(self.code.as_str(), &self.message, &self.details)
    }
}

/// `{"error": {code, message, details?}}`, the last one only if there are any.
pub fn envelope(code: &str, message: &str, details: &Map<String, Value>) -> Value {
    let mut error = json!({ "code": code, "message": message });
    if !details.is_empty() {
        error["details"] = Value::Object(details.clone());
    }
    json!({ "error": error })
}
