//! The next step for every error code of the API that is known: one sentence for the model or person that has to act.

macro_rules! hints {
    ($($code:literal => $hint:literal,)+) => {
        /// The hint for a code, if the code is known.
        pub(crate) fn hint(code: &str) -> Option<&'static str> {
            Some(match code {
                $($code => $hint,)+
                _ => return None,
            })
        }

        /// Every code and its hint, for readers.
        pub(crate) const HINTS: &[(&str, &str)] = &[$(($code, $hint),)+];
    };
}

// The codes of the API's public documentation (docs/UPSTREAM.md, section 5) and of the OpenAPI document, and those that
// the emulator answers where no source names a code.
hints! {
    "AUTH_MISSING_KEY" => "Connect again and sign in.",
    "AUTH_INVALID_KEY" => "Connect again and sign in; the key is not known.",
    "AUTH_REVOKED_KEY" => "Connect again and sign in; the key was revoked in the portal.",
    "AUTH_EXPIRED_KEY" => "Connect again and sign in; the key's expiry date has passed.",
    "AUTH_INSUFFICIENT_SCOPE" =>
        "This connection may not do it: the person can connect again and choose Full, or make a key with the scope.",
    "RATE_LIMIT_EXCEEDED" => "Wait retry_after_seconds, then repeat the call.",
    "capacity_cooldown" =>
        "The workspace's order capacity is used up for now: try later, and do not split the order into parallel calls.",
    "INVALID_JSON" => "Report the request_id to team@tokportal.com: the connector sent a body that is no JSON.",
    "UNSUPPORTED_MEDIA_TYPE" =>
        "Report the request_id to team@tokportal.com: the connector sent another media type than the operation takes.",
    "PAYLOAD_TOO_LARGE" =>
        "Send less: split the list, or use an upload link for a file (tokportal_upload_video, tokportal_upload_image).",
    "VALIDATION_ERROR" => "Correct the fields that details names and call again; nothing was done.",
    "UNKNOWN_FIELD" => "Leave the named field out; this operation does not take it.",
    "NOT_FOUND" => "The API has no such thing: check the ids, which the list tools return.",
    "METHOD_NOT_ALLOWED" =>
        "The API no longer has this operation in this form: report the request_id to team@tokportal.com.",
    "IDEMPOTENCY_KEY_INVALID" => "Use an idempotency_key of 1 to 255 characters.",
    "IDEMPOTENCY_KEY_CONFLICT" =>
        "The idempotency_key belongs to another request: use a new one for this request, or repeat the first request unchanged.",
    "IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE" =>
        "Repeat without idempotency_key: this answer holds a secret and is never stored.",
    "DRY_RUN_ID_IN_LIVE_REQUEST" => "The id came from a dry run; do the earlier step for real and use its id.",
    "INSUFFICIENT_CREDITS" =>
        "details says how many credits are missing. The person can buy credits at https://app.tokportal.com/dashboard/credits.",
    "BUNDLE_PRICING_CHANGED" =>
        "Read tokportal_get_credit_costs, show the new price to the person, then order again with a new idempotency_key.",
    "BUNDLE_NOT_FOUND" => "Find the bundle with tokportal_list_bundles.",
    "BUNDLE_NOT_OWNED" => "The bundle belongs to another workspace; use one from tokportal_list_bundles.",
    "BUNDLE_INVALID_STATUS" =>
        "details.current_status does not allow this step; read tokportal_get_bundle to see what does.",
    "BUNDLE_ALREADY_PUBLISHED" =>
        "Nothing to do: it was published before. tokportal_unpublish_bundle takes it back while nobody has accepted it.",
    "DUPLICATE_ACCOUNT_BUNDLE" =>
        "Look at details.existing_bundle_id with tokportal_get_bundle before ordering once more; a different external_ref marks a separate order.",
    "COUNTRY_NOT_ENABLED" => "Choose a country from tokportal_list_countries.",
    "ACCOUNT_ID_NOT_ALLOWED" => "Leave account_id out, or use bundle_type videos_only.",
    "YOUTUBE_DELAYED" => "YouTube cannot be ordered; choose tiktok or instagram.",
    "ACCOUNT_NOT_FOUND" => "The bundle has no account of its own; read tokportal_get_bundle.",
    "ACCOUNT_INVALID_STATUS" => "The account's step does not allow this; read tokportal_get_bundle_account.",
    "ACCOUNT_NOT_CONFIGURED" => "Configure the profile with tokportal_configure_bundle_account first.",
    "ACCOUNT_MISSING_FIELDS" => "Fill the missing profile fields with tokportal_configure_bundle_account.",
    "NO_VIDEOS_CONFIGURED" => "Configure at least one video slot with tokportal_configure_bundle_video.",
    "already_accepted" => "A manager has accepted the bundle, so it cannot be taken back; read tokportal_get_bundle.",
    "SAVED_ACCOUNT_NOT_FOUND" =>
        "Find the delivered account with tokportal_list_accounts; its id changes when it is remade.",
    "SAVED_ACCOUNT_NOT_OWNED" => "The account belongs to another workspace; use one from tokportal_list_accounts.",
    "VIDEO_NOT_FOUND" => "List the slots with tokportal_list_bundle_videos.",
    "INVALID_STATUS_TRANSITION" => "details.allowed_statuses names the statuses in which this works.",
    "INVALID_DATE" => "Choose details.earliest_allowed or a later day.",
    "VIDEOS_PER_DAY_EXCEEDED" => "Three videos a day a bundle: move this one to another day than details.date.",
    "ANALYTICS_NOT_FOUND" =>
        "No figures yet: a refresh can collect them, if tokportal_can_refresh_account_analytics allows it.",
    "COMMENT_TASK_NOT_FOUND" => "Find the task with tokportal_list_comment_tasks.",
    "COMMENT_TASK_NOT_OWNED" => "The task belongs to another workspace; use one from tokportal_list_comment_tasks.",
    "COMMENT_INVALID_STATUS" =>
        "details.current_status does not allow this; approve and dispute work on manually_confirmed tasks only.",
    "MANAGED_ACCOUNT_TASK_BLOCKED" =>
        "Coverage is not active: tokportal_get_account_managed_subscription shows what reactivation costs.",
    "REVEAL_CONSENT_REQUIRED" =>
        "Show price and consequences in details to the person; only after they agree, repeat with acknowledge_support_forfeit true and the same policy_version.",
    "CREDENTIAL_REVEAL_QUOTE_CHANGED" =>
        "Nothing was charged or shown. Show the new terms in details to the person and ask again before repeating.",
    "COVERAGE_NOT_FOUND" =>
        "The account has no Coverage record, as accounts from before Coverage do; there is nothing to turn on or off.",
    "COVERAGE_INVALID_STATUS" =>
        "Coverage is on already, or over for good: tokportal_get_account_managed_subscription shows which.",
    "COVERAGE_QUOTE_CHANGED" =>
        "Read the new quote with tokportal_get_account_managed_subscription, show it to the person, and send its values.",
    "EDIT_REQUEST_ALREADY_OPEN" => "Wait until the open request is done: tokportal_get_account_edit_request shows it.",
    "ANALYTICS_REFRESH_TOO_SOON" =>
        "Read the figures that are there; tokportal_can_refresh_account_analytics says when a refresh is possible.",
    "ANALYTICS_REFRESH_LIMIT" => "The refreshes of this month are used up: read the figures that are there.",
    "ANALYTICS_PLAN_REQUIRED" =>
        "The workspace's plan does not include this view; the person can change the plan in the portal.",
    "DEEP_WARMING_DEPRECATED" => "Leave wants_deep_warming out; advanced warming replaces it.",
    "WARMING_CONFLICT" => "Choose one kind of warming.",
    "ADVANCED_WARMING_FLAG_REQUIRED" => "Add wants_advanced_warming true, or leave the terms and their count out.",
    "ADVANCED_WARMING_TERMS_REJECTED" =>
        "Use distinct terms of 2 to 50 characters; tokportal_generate_warming_terms suggests some.",
    "ADVANCED_WARMING_COUNT_MISMATCH" => "Send as many terms as the count says, or only one of the two.",
    "ADVANCED_WARMING_TERMS" => "Send exactly details.purchased_terms_count terms.",
    "ADVANCED_WARMING_PLATFORM" => "This platform cannot be warmed this way; leave warming out.",
    "WARMING_TERMS_ALREADY_SET" => "The terms can be set once only and stand; read tokportal_get_bundle.",
    "WARMING_SESSION_NOT_FOUND" => "List the sessions with tokportal_list_account_warming_sessions.",
    "REWARM_NO_ACTIVE_ORDER" => "The account has no order that allows another warming.",
    "REWARM_ALREADY_ACTIVE" => "A warming run is going on; follow it with tokportal_list_account_warming_sessions.",
    "STATE_BUSY" => "Nothing happened. Repeat the call after retry_after_seconds.",
    "INTERNAL_ERROR" =>
        "For a write, read the object first to see whether it happened. If it happens again, report the request_id to team@tokportal.com.",
    "account_not_configured" => "Configure the profile with tokportal_configure_bundle_account first.",
    "no_videos_configured" => "Configure at least one video slot with tokportal_configure_bundle_video.",
    "invalid_status" => "The bundle's status does not allow this step; read tokportal_get_bundle to see what does.",
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn every_code_of_the_document_has_a_hint() {
        for tool in &catalog::TOOLS {
            for code in tool.facts.error_codes {
                assert!(hint(code).is_some(), "{}: {code}", tool.name);
            }
        }
        assert_eq!(hint("NEVER_HEARD_OF"), None);
    }

    #[test]
    fn hints_are_sentences_that_name_only_tools_that_exist() {
        let compact = |word| catalog::COMPACT.iter().any(|tool| tool.name == word);
        for (code, hint) in HINTS {
            assert!(hint.ends_with('.') && hint.len() < 220, "{code}: {hint}");
            for word in hint.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
                if word.starts_with("tokportal_") {
                    let exists = catalog::find(word).is_some() || compact(word);
                    assert!(exists, "{code}: {word}");
                }
            }
        }
    }
}
