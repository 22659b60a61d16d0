//! The next step for every known error code of the API: one or two sentences for the model or person that has to act.

/// The hint for a code; `None` if the code is not known.
pub(crate) fn hint(code: &str) -> Option<&'static str> {
    let (_, hint) = HINTS.iter().find(|(known, _)| *known == code)?;
    Some(hint)
}

/// Every code with its hint, for the resource `tokportal://errors`. These are the codes of the API's public
/// documentation (docs/UPSTREAM.md, section 5), those of the OpenAPI document, and those that the emulator uses where no
/// source names a code.
pub(crate) const HINTS: &[(&str, &str)] = &[
    ("AUTH_MISSING_KEY", "Connect again and sign in."),
    (
        "AUTH_INVALID_KEY",
        "Connect again and sign in; the key is unknown.",
    ),
    (
        "AUTH_REVOKED_KEY",
        "Connect again and sign in; the key was revoked in the portal.",
    ),
    (
        "AUTH_EXPIRED_KEY",
        "Connect again and sign in; the key's expiry date has passed.",
    ),
    (
        "AUTH_INSUFFICIENT_SCOPE",
        "The key's scope does not allow this call. The person can connect again and choose Full, or create a key with the required scope.",
    ),
    (
        "RATE_LIMIT_EXCEEDED",
        "Wait retry_after_seconds, then repeat the call.",
    ),
    (
        "capacity_cooldown",
        "The workspace's order capacity is used up for now. Try later; do not split the order into parallel calls.",
    ),
    (
        "INVALID_JSON",
        "The connector sent a body that is not JSON. Report the request_id to team@tokportal.com.",
    ),
    (
        "UNSUPPORTED_MEDIA_TYPE",
        "The connector sent a media type that the operation does not accept. Report the request_id to team@tokportal.com.",
    ),
    (
        "PAYLOAD_TOO_LARGE",
        "Send less: split the list, or use an upload link for a file (tokportal_upload_video, tokportal_upload_image).",
    ),
    (
        "VALIDATION_ERROR",
        "Correct the fields named in details and call again. Nothing was changed.",
    ),
    (
        "UNKNOWN_FIELD",
        "Remove the named field; this operation does not accept it.",
    ),
    (
        "NOT_FOUND",
        "The API has no such object. Check the ids; the list tools return them.",
    ),
    (
        "METHOD_NOT_ALLOWED",
        "The API no longer has this operation in this form. Report the request_id to team@tokportal.com.",
    ),
    (
        "IDEMPOTENCY_KEY_INVALID",
        "Use an idempotency_key of 1 to 255 characters.",
    ),
    (
        "IDEMPOTENCY_KEY_CONFLICT",
        "The idempotency_key belongs to another request: use a new one for this request, or repeat the first request unchanged.",
    ),
    (
        "IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE",
        "Repeat the call without idempotency_key: the answer contains a secret and is never stored.",
    ),
    (
        "DRY_RUN_ID_IN_LIVE_REQUEST",
        "The id came from a dry run. Make the earlier call without dry_run and use the id it returns.",
    ),
    (
        "INSUFFICIENT_CREDITS",
        "details says how many credits are missing. The person can buy credits at https://app.tokportal.com/dashboard/credits.",
    ),
    (
        "BUNDLE_PRICING_CHANGED",
        "Read the new price with tokportal_get_credit_costs, show it to the person, then order again with a new idempotency_key.",
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
        "By details.current_status: pending_setup: configure, then tokportal_publish_bundle. published: tokportal_unpublish_bundle, until a manager accepts. completed: order again with tokportal_create_bundle.",
    ),
    (
        "BUNDLE_ALREADY_PUBLISHED",
        "The bundle is already published; there is nothing to do. tokportal_unpublish_bundle works until a manager accepts it. Slots configured since: tokportal_publish_all_bundle_videos.",
    ),
    (
        "DUPLICATE_ACCOUNT_BUNDLE",
        "Check details.existing_bundle_id with tokportal_get_bundle before ordering again; a different external_ref marks a separate order.",
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
        "The order has no account of its own, as with videos_only. tokportal_get_bundle has its saved_account_id, which tokportal_get_account takes.",
    ),
    (
        "ACCOUNT_INVALID_STATUS",
        "By details.current_status: published: tokportal_unpublish_bundle (until a manager accepts), then configure and publish again. in_review: tokportal_request_bundle_account_corrections. finalized: tokportal_create_account_edit_request, 8 credits.",
    ),
    (
        "ACCOUNT_NOT_CONFIGURED",
        "Configure the profile with tokportal_configure_bundle_account first.",
    ),
    (
        "ACCOUNT_MISSING_FIELDS",
        "Fill the missing profile fields with tokportal_configure_bundle_account.",
    ),
    (
        "NO_VIDEOS_CONFIGURED",
        "Configure at least one video slot with tokportal_configure_bundle_video.",
    ),
    (
        "already_accepted",
        "A manager works on the order, so it cannot come back. After delivery (in_review) ask for corrections, free: tokportal_request_bundle_account_corrections, tokportal_request_bundle_video_corrections. Later an edit request costs 8 credits.",
    ),
    (
        "SAVED_ACCOUNT_NOT_FOUND",
        "Find the delivered account with tokportal_list_accounts; its id changes with each remake.",
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
        "details.allowed_statuses lists the statuses in which this call works; tokportal_get_bundle_video shows the slot. configured: publish it. in_review: accept it or request corrections.",
    ),
    (
        "INVALID_DATE",
        "Choose details.earliest_allowed or a later date.",
    ),
    (
        "VIDEOS_PER_DAY_EXCEEDED",
        "A bundle can have three videos per day. Choose a day other than details.date.",
    ),
    (
        "ANALYTICS_NOT_FOUND",
        "No figures were collected yet. Start a refresh if tokportal_can_refresh_account_analytics allows it.",
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
        "By details.current_status: pending: tokportal_delete_comment_task cancels it. manually_confirmed: approve or dispute it. submitted: wait for the check. finalized, cancelled: nothing can be changed.",
    ),
    (
        "MANAGED_ACCOUNT_TASK_BLOCKED",
        "Coverage is not active: tokportal_get_account_managed_subscription shows what reactivation costs.",
    ),
    (
        "REVEAL_CONSENT_REQUIRED",
        "Show the person the price and consequences in details. Only after they agree, repeat with acknowledge_support_forfeit true and the same policy_version.",
    ),
    (
        "CREDENTIAL_REVEAL_QUOTE_CHANGED",
        "Nothing was charged or revealed. Show the person the new terms in details and ask again before repeating.",
    ),
    (
        "COVERAGE_NOT_FOUND",
        "The account has no Coverage record, for example because it is older than Coverage. There is nothing to reactivate or cancel.",
    ),
    (
        "COVERAGE_INVALID_STATUS",
        "Coverage is already active or has ended permanently; tokportal_get_account_managed_subscription shows which.",
    ),
    (
        "COVERAGE_QUOTE_CHANGED",
        "Read the new quote with tokportal_get_account_managed_subscription, show it to the person, then repeat with its values.",
    ),
    (
        "EDIT_REQUEST_ALREADY_OPEN",
        "Wait until the open request is completed; tokportal_get_account_edit_request shows it.",
    ),
    (
        "ANALYTICS_REFRESH_TOO_SOON",
        "Use the existing figures; tokportal_can_refresh_account_analytics says when the next refresh is possible.",
    ),
    (
        "ANALYTICS_REFRESH_LIMIT",
        "This month's refreshes are used up. Use the existing figures.",
    ),
    (
        "ANALYTICS_PLAN_REQUIRED",
        "The workspace's plan does not include this view; the person can change the plan at https://app.tokportal.com. tokportal_get_analytics_dashboard works with every plan.",
    ),
    (
        "DEEP_WARMING_DEPRECATED",
        "Remove wants_deep_warming; advanced warming replaces it.",
    ),
    ("WARMING_CONFLICT", "Request only one kind of warming."),
    (
        "ADVANCED_WARMING_FLAG_REQUIRED",
        "Add wants_advanced_warming true, or remove the warming terms and their count.",
    ),
    (
        "ADVANCED_WARMING_TERMS_REJECTED",
        "Use distinct terms of 2 to 50 characters; tokportal_generate_warming_terms suggests some.",
    ),
    (
        "ADVANCED_WARMING_COUNT_MISMATCH",
        "Send as many terms as the count says, or send only the terms or only the count.",
    ),
    (
        "ADVANCED_WARMING_TERMS",
        "Send exactly details.purchased_terms_count terms.",
    ),
    (
        "ADVANCED_WARMING_PLATFORM",
        "This platform does not support advanced warming; order without it.",
    ),
    (
        "WARMING_TERMS_ALREADY_SET",
        "The terms are set and cannot be changed; tokportal_get_bundle_account shows the progress. After delivery, tokportal_rewarm_account buys another run.",
    ),
    (
        "WARMING_SESSION_NOT_FOUND",
        "List the sessions with tokportal_list_account_warming_sessions.",
    ),
    (
        "REWARM_NO_ACTIVE_ORDER",
        "No order of the account allows another warming now. tokportal_list_account_bundles lists its orders; tokportal_create_bundle with videos_only orders new work.",
    ),
    (
        "REWARM_ALREADY_ACTIVE",
        "A warming run is in progress; follow it with tokportal_list_account_warming_sessions.",
    ),
    (
        "STATE_BUSY",
        "Nothing was changed. Repeat the call after retry_after_seconds.",
    ),
    (
        "INTERNAL_ERROR",
        "For a write, first read the object to check whether the write happened. If the error repeats, report the request_id to team@tokportal.com.",
    ),
    (
        "account_not_configured",
        "Configure the profile with tokportal_configure_bundle_account first.",
    ),
    (
        "no_videos_configured",
        "Configure at least one video slot with tokportal_configure_bundle_video.",
    ),
    (
        "invalid_status",
        "By the order's status (tokportal_get_bundle): pending_setup: configure, then tokportal_publish_bundle. published: tokportal_unpublish_bundle, until a manager accepts. completed: order again with tokportal_create_bundle.",
    ),
];

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
            assert!(hint.ends_with('.') && hint.len() < 300, "{code}: {hint}");
            for word in hint.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
                if word.starts_with("tokportal_") {
                    let exists = catalog::find(word).is_some() || compact(word);
                    assert!(exists, "{code}: {word}");
                }
            }
        }
    }
}
