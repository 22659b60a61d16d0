//! The next step for every error code that is known: one sentence, written for whoever has to act on it.

/// The hint for a code, if the code is known.
pub fn hint(code: &str) -> Option<&'static str> {
    HINTS
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, hint)| *hint)
}

/// Code and next step. The codes are those of api-facts.md, section 5, and our own.
pub const HINTS: &[(&str, &str)] = &[
    // Our own.
    (
        "INVALID_ARGUMENTS",
        "Correct the named fields and call again; nothing was sent.",
    ),
    (
        "UPSTREAM_TIMEOUT",
        "For a read, call again. For a write, first read the object to see whether it happened, or repeat with the same idempotency_key.",
    ),
    (
        "UPSTREAM_UNREACHABLE",
        "For a read, call again. For a write, first read the object to see whether it happened, or repeat with the same idempotency_key.",
    ),
    (
        "UPSTREAM_NOT_ALLOWED",
        "The operator of this connector has to add the API's address to allowed_outbound_hosts.",
    ),
    (
        "UPSTREAM_ERROR",
        "If it happens again, report the request_id to team@tokportal.com.",
    ),
    (
        "UPSTREAM_MALFORMED",
        "The answer could not be read. For a write, read the object before repeating it.",
    ),
    (
        "READ_ONLY_ADDRESS",
        "Ask the person to connect to the address without readonly=1, if anything is to be changed; signing in again does not help.",
    ),
    (
        "CONFIRMATION_DECLINED",
        "Do not repeat the call; ask the person what they want instead.",
    ),
    (
        "CONFIRMATION_CANCELLED",
        "Ask the person whether they still want it before calling again.",
    ),
    (
        "CONFIRMATION_UNAVAILABLE",
        "Call again in a moment; the person is asked then.",
    ),
    (
        "READ_ONLY_CONNECTION",
        "Ask the person to connect again with full access, if anything is to be changed.",
    ),
    (
        "TOOLSET_NOT_SHOWN",
        "Only the person can change the address of the connection.",
    ),
    (
        "UNKNOWN_TOOL",
        "Find the tool's name with tokportal_find_tools.",
    ),
    (
        "WRONG_CALL_TOOL",
        "Make the same call with the tool that the message names.",
    ),
    // The API's.
    ("AUTH_MISSING_KEY", "Connect again and sign in."),
    (
        "AUTH_INVALID_KEY",
        "Connect again and sign in; the key is not known.",
    ),
    (
        "AUTH_REVOKED_KEY",
        "Connect again and sign in; the key was revoked in the portal.",
    ),
    (
        "RATE_LIMIT_EXCEEDED",
        "Wait retry_after_seconds, then repeat the call.",
    ),
    (
        "capacity_cooldown",
        "The workspace's order capacity is used up for now: try later, and do not split the order into parallel calls.",
    ),
    (
        "INSUFFICIENT_CREDITS",
        "details says how many credits are missing. The person can buy credits at https://app.tokportal.com/dashboard/credits.",
    ),
    (
        "BUNDLE_PRICING_CHANGED",
        "Read tokportal_get_credit_costs, show the new price to the person, then order again with a new idempotency_key.",
    ),
    (
        "BUNDLE_NOT_FOUND",
        "Find the bundle with tokportal_list_bundles.",
    ),
    (
        "BUNDLE_NOT_OWNED",
        "The bundle belongs to another workspace; use one from tokportal_list_bundles.",
    ),
    (
        "BUNDLE_INVALID_STATUS",
        "details.current_status does not allow this step; read tokportal_get_bundle to see what does.",
    ),
    (
        "BUNDLE_ALREADY_PUBLISHED",
        "Nothing to do: it was published before. tokportal_unpublish_bundle takes it back while nobody has accepted it.",
    ),
    (
        "DUPLICATE_ACCOUNT_BUNDLE",
        "Look at details.existing_bundle_id with tokportal_get_bundle before ordering once more; a different external_ref marks a separate order.",
    ),
    (
        "COUNTRY_NOT_ENABLED",
        "Choose a country from tokportal_list_countries.",
    ),
    (
        "ACCOUNT_ID_NOT_ALLOWED",
        "Leave account_id out, or use bundle_type videos_only.",
    ),
    (
        "YOUTUBE_DELAYED",
        "YouTube cannot be ordered; choose tiktok or instagram.",
    ),
    (
        "ACCOUNT_NOT_FOUND",
        "The bundle has no account of its own; read tokportal_get_bundle.",
    ),
    (
        "ACCOUNT_INVALID_STATUS",
        "The account's step does not allow this; read tokportal_get_bundle_account.",
    ),
    (
        "ACCOUNT_NOT_CONFIGURED",
        "Configure the profile with tokportal_configure_bundle_account first.",
    ),
    (
        "SAVED_ACCOUNT_NOT_FOUND",
        "Find the delivered account with tokportal_list_accounts; its id changes when it is remade.",
    ),
    (
        "SAVED_ACCOUNT_NOT_OWNED",
        "The account belongs to another workspace; use one from tokportal_list_accounts.",
    ),
    (
        "VIDEO_NOT_FOUND",
        "List the slots with tokportal_list_bundle_videos.",
    ),
    (
        "INVALID_STATUS_TRANSITION",
        "details.allowed_statuses names the statuses in which this works.",
    ),
    (
        "INVALID_DATE",
        "Choose details.earliest_allowed or a later day.",
    ),
    (
        "VIDEOS_PER_DAY_EXCEEDED",
        "Three videos a day a bundle: move this one to another day than details.date.",
    ),
    (
        "UNKNOWN_FIELD",
        "Leave the named field out; this operation does not take it.",
    ),
    (
        "ANALYTICS_NOT_FOUND",
        "No figures yet: a refresh can collect them, if tokportal_can_refresh_account_analytics allows it.",
    ),
    (
        "COMMENT_TASK_NOT_FOUND",
        "Find the task with tokportal_list_comment_tasks.",
    ),
    (
        "COMMENT_TASK_NOT_OWNED",
        "The task belongs to another workspace; use one from tokportal_list_comment_tasks.",
    ),
    (
        "COMMENT_INVALID_STATUS",
        "details.current_status does not allow this; approve and dispute work on manually_confirmed tasks only.",
    ),
    (
        "MANAGED_ACCOUNT_TASK_BLOCKED",
        "Coverage is not active: tokportal_get_account_managed_subscription shows what reactivation costs.",
    ),
    (
        "CREDENTIAL_REVEAL_QUOTE_CHANGED",
        "Nothing was charged or shown. Show the new terms in details to the person and ask again before repeating.",
    ),
    (
        "REVEAL_CONSENT_REQUIRED",
        "Show price and consequences in details to the person; only after they agree, repeat with acknowledge_support_forfeit true and the same policy_version.",
    ),
    (
        "IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE",
        "Repeat without idempotency_key: this answer holds a secret and is never stored.",
    ),
    (
        "DRY_RUN_ID_IN_LIVE_REQUEST",
        "The id came from a dry run; do the earlier step for real and use its id.",
    ),
    (
        "DEEP_WARMING_DEPRECATED",
        "Leave wants_deep_warming out; advanced warming replaces it.",
    ),
    ("WARMING_CONFLICT", "Choose one kind of warming."),
    (
        "ADVANCED_WARMING_FLAG_REQUIRED",
        "Add wants_advanced_warming true, or leave the terms and their count out.",
    ),
    (
        "ADVANCED_WARMING_TERMS_REJECTED",
        "Use distinct terms of 2 to 50 characters; tokportal_generate_warming_terms suggests some.",
    ),
    (
        "ADVANCED_WARMING_COUNT_MISMATCH",
        "Send as many terms as the count says, or only one of the two.",
    ),
    (
        "ADVANCED_WARMING_TERMS",
        "Send exactly details.purchased_terms_count terms.",
    ),
    (
        "ADVANCED_WARMING_PLATFORM",
        "This platform cannot be warmed this way; leave warming out.",
    ),
    (
        "WARMING_TERMS_ALREADY_SET",
        "The terms can be set once only and stand; read tokportal_get_bundle.",
    ),
    (
        "WARMING_SESSION_NOT_FOUND",
        "List the sessions with tokportal_list_account_warming_sessions.",
    ),
    (
        "REWARM_NO_ACTIVE_ORDER",
        "The account has no order that allows another warming.",
    ),
    (
        "REWARM_ALREADY_ACTIVE",
        "A warming run is going on; follow it with tokportal_list_account_warming_sessions.",
    ),
    (
        "ACCOUNT_MISSING_FIELDS",
        "Fill the missing profile fields with tokportal_configure_bundle_account.",
    ),
    (
        "NO_VIDEOS_CONFIGURED",
        "Configure at least one video slot with tokportal_configure_bundle_video.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_has_one_hint() {
        let codes: HashSet<_> = HINTS.iter().map(|(code, _)| code).collect();
        assert_eq!(codes.len(), HINTS.len());
        assert!(hint("INSUFFICIENT_CREDITS").is_some());
        assert_eq!(hint("NEVER_HEARD_OF"), None);
    }

    #[test]
    fn hints_name_only_tools_that_exist() {
        for (code, hint) in HINTS {
            for word in hint.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
                if word.starts_with("tokportal_") {
                    let exists = crate::catalog::find(word).is_some()
                        || crate::mcp::compact::find(word).is_some();
                    assert!(exists, "{code}: {word}");
                }
            }
        }
    }
}
