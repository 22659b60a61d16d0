//! Errors of the REST API: a stable code with its HTTP status, a sentence for people, and facts for programs.

use serde_json::{Map, Value, json};

macro_rules! codes {
    ($($name:ident, $status:literal, $text:literal, $meaning:literal;)+) => {
        /// Every error code of the API.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $(#[doc = $meaning] $name,)+ }

        impl Code {
            /// All codes, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            const fn row(self) -> (&'static str, u16, &'static str) {
                match self { $(Self::$name => ($text, $status, $meaning),)+ }
            }
        }
    };
}

codes! {
    AuthMissingKey, 401, "AUTH_MISSING_KEY", "No key was sent.";
    AuthInvalidKey, 401, "AUTH_INVALID_KEY", "The key is unknown or malformed.";
    AuthRevokedKey, 401, "AUTH_REVOKED_KEY", "The key was withdrawn.";
    AuthExpiredKey, 401, "AUTH_EXPIRED_KEY", "The key's expiry date has passed.";
    AuthInsufficientScope, 403, "AUTH_INSUFFICIENT_SCOPE", "The key's scope does not cover the method.";
    RateLimitExceeded, 429, "RATE_LIMIT_EXCEEDED", "The key's request bucket is empty.";
    CapacityCooldown, 429, "capacity_cooldown", "The workspace's order capacity is used up.";
    InvalidJson, 400, "INVALID_JSON", "The body is not JSON.";
    UnsupportedMediaType, 415, "UNSUPPORTED_MEDIA_TYPE", "The body has another media type than the operation takes.";
    PayloadTooLarge, 413, "PAYLOAD_TOO_LARGE", "The body is too large.";
    ValidationError, 400, "VALIDATION_ERROR", "A parameter or field breaks a rule.";
    UnknownField, 400, "UNKNOWN_FIELD", "A field that the operation does not take.";
    NotFound, 404, "NOT_FOUND", "No such path.";
    MethodNotAllowed, 405, "METHOD_NOT_ALLOWED", "The path does not take this method.";
    IdempotencyKeyInvalid, 400, "IDEMPOTENCY_KEY_INVALID", "The idempotency key is empty, too long or not readable.";
    IdempotencyKeyConflict, 409, "IDEMPOTENCY_KEY_CONFLICT", "The idempotency key belongs to another request.";
    IdempotencyKeyRefused, 400, "IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE", "The answer holds a secret and is never stored.";
    DryRunIdInLiveRequest, 400, "DRY_RUN_ID_IN_LIVE_REQUEST", "A dry run's id in a real call.";
    InsufficientCredits, 402, "INSUFFICIENT_CREDITS", "Not enough credits.";
    BundlePricingChanged, 409, "BUNDLE_PRICING_CHANGED", "The price moved since the order was prepared.";
    BundleNotFound, 404, "BUNDLE_NOT_FOUND", "No such bundle.";
    BundleNotOwned, 403, "BUNDLE_NOT_OWNED", "Another person's bundle.";
    BundleInvalidStatus, 409, "BUNDLE_INVALID_STATUS", "Not possible in the bundle's state.";
    BundleAlreadyPublished, 409, "BUNDLE_ALREADY_PUBLISHED", "Published before.";
    DuplicateAccountBundle, 409, "DUPLICATE_ACCOUNT_BUNDLE", "The same order seems to exist.";
    CountryNotEnabled, 400, "COUNTRY_NOT_ENABLED", "The country is closed for this order.";
    AccountIdNotAllowed, 400, "ACCOUNT_ID_NOT_ALLOWED", "An account id with an order that makes a new account.";
    YoutubeDelayed, 400, "YOUTUBE_DELAYED", "YouTube cannot be ordered.";
    AccountNotFound, 404, "ACCOUNT_NOT_FOUND", "The bundle has no account of its own.";
    AccountInvalidStatus, 409, "ACCOUNT_INVALID_STATUS", "Not possible at the account's step.";
    AccountNotConfigured, 409, "ACCOUNT_NOT_CONFIGURED", "The profile is not configured.";
    AccountMissingFields, 409, "ACCOUNT_MISSING_FIELDS", "Readiness blocker: profile fields are missing.";
    NoVideosConfigured, 409, "NO_VIDEOS_CONFIGURED", "Readiness blocker: no video is configured.";
    AlreadyAccepted, 409, "already_accepted", "A manager has accepted the bundle.";
    SavedAccountNotFound, 404, "SAVED_ACCOUNT_NOT_FOUND", "No such delivered account.";
    SavedAccountNotOwned, 403, "SAVED_ACCOUNT_NOT_OWNED", "Another person's delivered account.";
    VideoNotFound, 404, "VIDEO_NOT_FOUND", "No such slot or video.";
    InvalidStatusTransition, 409, "INVALID_STATUS_TRANSITION", "The slot cannot move that way.";
    InvalidDate, 400, "INVALID_DATE", "The lead time is broken.";
    VideosPerDayExceeded, 400, "VIDEOS_PER_DAY_EXCEEDED", "More than three videos on a day.";
    AnalyticsNotFound, 404, "ANALYTICS_NOT_FOUND", "No analytics for this object.";
    CommentTaskNotFound, 404, "COMMENT_TASK_NOT_FOUND", "No such comment task.";
    CommentTaskNotOwned, 403, "COMMENT_TASK_NOT_OWNED", "Another person's comment task.";
    CommentInvalidStatus, 409, "COMMENT_INVALID_STATUS", "Not possible at the comment task's step.";
    ManagedAccountTaskBlocked, 409, "MANAGED_ACCOUNT_TASK_BLOCKED", "Coverage is not active.";
    RevealConsentRequired, 428, "REVEAL_CONSENT_REQUIRED", "The reveal needs a person's consent.";
    CredentialRevealQuoteChanged, 409, "CREDENTIAL_REVEAL_QUOTE_CHANGED", "The reveal's policy or price changed.";
    CoverageNotFound, 404, "COVERAGE_NOT_FOUND", "The account has no Coverage record.";
    CoverageInvalidStatus, 409, "COVERAGE_INVALID_STATUS", "Coverage cannot be turned on: it is on, or over for good.";
    CoverageQuoteChanged, 409, "COVERAGE_QUOTE_CHANGED", "The reactivation quote is stale.";
    EditRequestAlreadyOpen, 409, "EDIT_REQUEST_ALREADY_OPEN", "The account has an open edit request.";
    AnalyticsRefreshTooSoon, 409, "ANALYTICS_REFRESH_TOO_SOON", "The account was refreshed less than 48 hours ago.";
    AnalyticsRefreshLimit, 409, "ANALYTICS_REFRESH_LIMIT", "The refreshes of the month are used up.";
    AnalyticsPlanRequired, 403, "ANALYTICS_PLAN_REQUIRED", "The plan does not include this view.";
    DeepWarmingDeprecated, 400, "DEEP_WARMING_DEPRECATED", "Withdrawn product.";
    WarmingConflict, 400, "WARMING_CONFLICT", "Warming options contradict each other.";
    AdvancedWarmingFlagRequired, 400, "ADVANCED_WARMING_FLAG_REQUIRED", "Targets without the switch.";
    AdvancedWarmingTermsRejected, 400, "ADVANCED_WARMING_TERMS_REJECTED", "Terms repeat or have a wrong length.";
    AdvancedWarmingCountMismatch, 400, "ADVANCED_WARMING_COUNT_MISMATCH", "List and count disagree.";
    AdvancedWarmingTerms, 400, "ADVANCED_WARMING_TERMS", "Another number of terms than was bought.";
    AdvancedWarmingPlatform, 400, "ADVANCED_WARMING_PLATFORM", "The platform cannot be warmed this way.";
    WarmingTermsAlreadySet, 409, "WARMING_TERMS_ALREADY_SET", "The terms were set before.";
    WarmingSessionNotFound, 404, "WARMING_SESSION_NOT_FOUND", "No such warming session.";
    RewarmNoActiveOrder, 409, "REWARM_NO_ACTIVE_ORDER", "No order allows rewarming.";
    RewarmAlreadyActive, 409, "REWARM_ALREADY_ACTIVE", "A warming run is going on.";
    StateBusy, 503, "STATE_BUSY", "Too many writers at once; nothing happened.";
    InternalError, 500, "INTERNAL_ERROR", "The emulator itself failed.";
}

impl Code {
    /// The code on the wire.
    pub const fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The HTTP status it comes with.
    pub const fn status(self) -> u16 {
        self.row().1
    }

    /// What it means, in a sentence.
    pub const fn meaning(self) -> &'static str {
        self.row().2
    }
}

/// A refused or failed request.
#[derive(Debug, Clone)]
pub struct ApiError {
    /// The code, which programs branch on.
    pub code: Code,
    /// A sentence for people.
    pub message: String,
    /// Facts that belong to the code.
    pub details: Map<String, Value>,
}

impl ApiError {
    /// An error without details.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            details: Map::new(),
        }
    }

    /// Adds a detail.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// A field that breaks a rule which the API document cannot express; `message` is the rest of a sentence.
    pub fn field(field: &str, message: &str) -> Self {
        Self::new(Code::ValidationError, format!("{field} {message}."))
            .with("fields", json!([{ "field": field, "message": message }]))
    }

    /// A JSON value that a type cannot hold.
    pub fn misfit(error: &serde_json::Error) -> Self {
        let message = format!("The body does not fit: {error}.");
        Self::new(Code::ValidationError, message)
    }

    /// States how many credits something needs, how many there are, and how many are missing.
    #[must_use]
    pub fn short_of(self, required: i64, available: i64) -> Self {
        self.with("required", required)
            .with("available", available)
            .with("missing", required - available)
    }

    /// Asks the caller to wait; the response gets a `Retry-After`, too.
    #[must_use]
    pub fn retry_after(self, seconds: i64) -> Self {
        self.with("retry_after_seconds", seconds)
    }

    /// `{"error": {code, message, details?}}`.
    pub fn envelope(&self) -> Value {
        envelope(self.code.as_str(), &self.message, &self.details).into()
    }
}

/// Refuses the first field that breaks a rule: whether it does, its name, and the rest of a sentence.
pub(crate) fn check(rules: &[(bool, &str, &str)]) -> Result<(), ApiError> {
    let broken = rules.iter().find(|(is_broken, ..)| *is_broken);
    let refuse = |(_, field, message): &(bool, &str, &str)| Err(ApiError::field(field, message));
    broken.map_or(Ok(()), refuse)
}

/// Refuses with the first code whose rule is broken: whether it is, the code, and its message.
pub(crate) fn deny(rules: &[(bool, Code, &str)]) -> Result<(), ApiError> {
    let broken = rules.iter().find(|(is_broken, ..)| *is_broken);
    let refuse = |(_, code, message): &(bool, Code, &str)| Err(ApiError::new(*code, *message));
    broken.map_or(Ok(()), refuse)
}

/// `{"error": {code, message, details?}}`, without details if there are none.
pub(crate) fn envelope(
    code: &str,
    message: &str,
    details: &Map<String, Value>,
) -> Map<String, Value> {
    let mut error = json!({ "code": code, "message": message });
    if !details.is_empty() {
        error["details"] = Value::Object(details.clone());
    }
    Map::from_iter([("error".to_owned(), error)])
}
