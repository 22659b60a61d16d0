//! `/accounts` and `/account-bans`: Coverage, reveals, profile edits and ban reports. `:` is the path of the account. Its
//! owner has 1,000 credits.

use super::script::{Script, scripts};

#[rustfmt::skip]
const WORDS: [(&str, &str); 16] = [
    // Delivered accounts of the first day; the included period ends in 264 hours.
    ("$INCLUDED", "GET /accounts?platform=tiktok >> account=/data/0/id"),
    ("$PAID", "GET /accounts?platform=instagram >> account=/data/0/id"),
    ("$GRANDFATHERED", "GET /accounts?platform=tiktok >> account=/data/1/id"),
    // Work that is free but for a renewal of Coverage.
    ("$WORK", r#"PATCH :/commenting-profile {"goal": "g"}"#),
    ("$BLOCKED", "MANAGED_ACCOUNT_TASK_BLOCKED & /error/details/reason"),
    ("$COVERAGE", "GET :/managed-subscription"),
    ("$QUOTE", "GET :/managed-subscription >> price=/data/reactivation_quote/credits end=/data/reactivation_quote/current_period_end lock=/data/reactivation_quote/lock_version"),
    ("$REACTIVATE", r#"POST :/managed-subscription/reactivate {"expected_credits": {price}, "expected_current_period_end": "{end}", "expected_lock_version": {lock}}"#),
    ("$EDIT", r#"POST :/edit-request {"requested_username": "new", "requested_visible_name": "New"}"#),
    ("$CONSENT", r#"{"acknowledge_support_forfeit": true, "policy_version": "managed-credential-reveal-v1"}"#),
    ("$CHANGE", r#"control /accounts {"account_id": "{account}","#),
    ("$BALANCE", "GET /credits/balance => /data/total_credits"),
    ("$COMMENT", r#"POST /comments $ROW "comment_text":"#),
    ("$ROW", r#"{"saved_account_id": "{account}", "target_video_url": "https://www.tiktok.com/@chef.lina/video/1","#),
    ("$LISTEN", r#"POST /webhooks {"url": "http://localhost:9900/", "events": "#),
    (" :", " /accounts/{account}"),
];

pub(super) fn play(script: &str) {
    let mut run = Script::new(&WORDS);
    run.run("control /credits {\"balance\": 1000}");
    run.run(script);
}

scripts! { play;
list_selects_by_country_alias_and_ban: r#"
    GET /accounts?country=GB => /pagination/total 1
    GET /accounts?country=us => /pagination/total 1
    GET /accounts?banned=true => /pagination/total 0
"#
ended_period_renews_with_the_next_work: r#"
    $INCLUDED
    $LISTEN ["subscription.renewed"]}
    hours 266
    $COVERAGE => /data/status included & /data/unpaid_periods 1
    $WORK => /credits_charged 25 & /cost_breakdown/coverage_renewal 25
    $COVERAGE => /data/status active & /data/unpaid_periods 0
    $WORK => /credits_charged null
    $BALANCE 975
    sent => /types ["subscription.renewed"]
"#
lapse_is_recorded_after_it_happened: r#"
    $INCLUDED
    $LISTEN ["subscription.lapsed"]}
    hours 431
    $COVERAGE => /data/status included & /data/recorded_status included
    hours 1
    $COVERAGE => /data/status lapsed & /data/recorded_status included
    sent => /types []
    hours 1
    $COVERAGE => /data/recorded_status lapsed & /data/unpaid_periods 1
    sent => /types ["subscription.lapsed"]
    $WORK => $BLOCKED coverage_lapsed
    hours 720
    POST :/managed-subscription/cancel => /data/status lapsed & /data/reactivation_quote/credits 50
"#
renewal_that_credits_do_not_cover_starts_nothing: r#"
    $INCLUDED
    hours 360
    control /credits {"balance": 24}
    $WORK => $BLOCKED renewal_not_paid & /error/details/missing 1
    control /credits {"balance": 26}
    $EDIT => INSUFFICIENT_CREDITS & /error/details/missing 7
    $COVERAGE => /data/status included & /data/unpaid_periods 1
    $BALANCE 26
"#
pause_is_free_to_undo_until_the_period_ends: r#"
    $PAID
    POST :/managed-subscription/cancel => /data/task_access false
    POST :/managed-subscription/cancel => /data/task_access false
    $WORK => $BLOCKED coverage_cancelled
    $QUOTE
    $REACTIVATE => /credits_charged 0 & /data/status active
    POST :/managed-subscription/cancel
    hours 1920
    $QUOTE
    $REACTIVATE => /credits_charged 25
    hours 696
    $COVERAGE => /data/status active & /data/unpaid_periods 0
"#
stale_quote_charges_nothing: r#"
    $INCLUDED
    hours 720
    $QUOTE
    POST :/managed-subscription/reactivate {"expected_credits": 24, "expected_current_period_end": "{end}", "expected_lock_version": {lock}} => COVERAGE_QUOTE_CHANGED & /error/details/reactivation_quote/credits 25
    POST :/managed-subscription/reactivate {"expected_credits": 25, "expected_current_period_end": "2026-01-01T00:00:00Z", "expected_lock_version": {lock}} => COVERAGE_QUOTE_CHANGED
    $REACTIVATE => /credits_charged 25
    $REACTIVATE => COVERAGE_INVALID_STATUS
    $BALANCE 975
"#
reveal_needs_consent_and_is_charged_once: r#"
    $INCLUDED
    $EDIT => /credits_charged 8
    $LISTEN ["account.revealed", "subscription.ended"]}
    POST :/verification-code => REVEAL_CONSENT_REQUIRED & /error/details/price 150 & /error/details/policy_version managed-credential-reveal-v1
    POST :/reveal-credentials $CONSENT => /credits_charged 150 >> password=/data/password
    POST :/reveal-credentials => /credits_charged 0 & /data/password {password}
    $BALANCE 842
    $COVERAGE => /data/status ended & /data/unpaid_periods 0
    GET :/edit-request => /data null
    $WORK => $BLOCKED credentials_revealed
    sent => /types ["subscription.ended","account.revealed"]
"#
consent_does_not_buy_at_another_price: r#"
    $INCLUDED
    $CHANGE "owning_rate": 15}
    POST :/reveal-credentials $CONSENT => CREDENTIAL_REVEAL_QUOTE_CHANGED & /error/details/expected_credit_cost 15 >> policy=/error/details/policy_version
    POST :/reveal-credentials {"acknowledge_support_forfeit": true, "policy_version": "{policy}"} => /credits_charged 15
"#
grandfathered_account_reveals_for_nothing_and_works_on: r#"
    $GRANDFATHERED
    $COVERAGE => /data/status grandfathered & /data/unpaid_periods null
    $EDIT => /credits_charged 8
    POST :/reveal-credentials => /credits_charged 0
    $WORK
    hours 24
    GET : => /data/username new
    POST :/managed-subscription/cancel => COVERAGE_NOT_FOUND
"#
edit_without_coverage_waits: r#"
    $INCLUDED
    $EDIT
    POST :/managed-subscription/cancel
    hours 30
    GET :/edit-request => /data/status pending
    $QUOTE
    $REACTIVATE
    hours 1
    GET : => /data/username new & /data/updated_at 2026-11-23T18:00:00.000Z
"#
paid_edit_is_made_a_day_later: r#"
    $INCLUDED
    POST :/edit-request {"requested_username": "a b", "requested_visible_name": "New"} => VALIDATION_ERROR
    $EDIT => /credits_charged 8
    $EDIT => EDIT_REQUEST_ALREADY_OPEN
    hours 23
    GET :/edit-request => /data/status pending
    hours 1
    GET :/edit-request => /data null
    GET : => /data/username new & /data/biography Le repas du soir en 15 minutes
"#
ban_stops_work_once_it_is_validated_and_is_refunded_once: r#"
    $INCLUDED
    $LISTEN ["account.ban_appeal.submitted", "account.banned", "credits.restored"]}
    $CHANGE "ban": {}}
    GET /account-bans?account_id={account} => /data/0/resolution null
    GET : => /data/banned true
    $WORK
    $CHANGE "ban": {"status": "appeal_refused"}}
    GET /account-bans?account_id={account}&resolution=pending => /data/0/status appeal_refused
    $WORK => $BLOCKED account_banned
    $COVERAGE => /data/status ended
    $CHANGE "ban": {"resolution": "refund"}}
    $CHANGE "ban": {"resolution": "no_remake"}}
    $CHANGE "ban": {"resolution": "refund"}}
    GET /account-bans?resolution=refund => /data/0/resolution/refund_credits 32
    $BALANCE 1032
    hours 1440
    $BALANCE 1000
    sent => /types ["account.ban_appeal.submitted","account.banned","credits.restored"]
"#
revealed_account_has_no_compensation: r#"
    $INCLUDED
    POST :/reveal-credentials $CONSENT
    $CHANGE "ban": {"status": "appeal_refused", "resolution": "refund"}}
    $BALANCE 850
"#
accepted_appeal_keeps_the_account: r#"
    $INCLUDED
    $CHANGE "ban": {}}
    $CHANGE "ban": {"status": "appeal_accepted"}}
    GET : => /data/banned false
    $WORK
    GET /account-bans?since=2026-11-22 => /data/0/account_id {account} & /data/0/screenshots null >> ban=/data/0/id
    GET /account-bans?include_screenshots=true => /data/0/screenshots/0 https://storage.tokportal.example/ban-reports/{ban}.png?expires=1795953600&signature=…
    GET /account-bans?since=2026-11-23 => /pagination/total 0
"#
}
