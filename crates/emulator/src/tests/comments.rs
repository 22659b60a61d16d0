//! `/comments`: prices and refunds, the way of a comment to its end, and decisions about it. The scripts are those of
//! [`super::accounts`].

use super::accounts::play;
use super::script::scripts;

scripts! { play;
comment_is_posted_checked_and_done: r#"
    $INCLUDED
    $COMMENT "Looks great"} => /data/created/0/target_author_handle chef.lina >> id=/data/created/0/id
    hours 5
    GET /comments/{id} => /data/status pending
    hours 1
    GET /comments/{id} => /data/status submitted
    hours 1
    GET /comments/{id} => /data/status verified_auto
    GET /comments/{id}/verifications => /data/0/matched true
    hours 23
    GET /comments/{id} => /data/status verified_auto
    hours 1
    GET /comments/{id} => /data/status finalized
    $BALANCE 999
"#
confirmed_comment_is_disputed_approved_or_approves_itself: r#"
    $INCLUDED
    $COMMENT "unmatched 1"} >> disputed=/data/created/0/id
    $COMMENT "unmatched 2"} >> approved=/data/created/0/id
    $COMMENT "unmatched 3"} >> left=/data/created/0/id
    POST /comments/{disputed}/dispute {"reason": "Not there"} => COMMENT_INVALID_STATUS
    hours 7
    GET /comments/{left} => /data/client_dispute_deadline_at 2026-11-25T19:00:00.000Z
    POST /comments/{disputed}/dispute {"reason": "Not there"} => /data/correction_required true
    POST /comments/{approved}/approve => /data/status finalized
    hours 13
    GET /comments/{disputed} => /data/status verified_auto
    hours 58
    GET /comments/{left} => /data/status manually_confirmed
    POST :/managed-subscription/cancel
    POST /comments/{left}/approve => $BLOCKED coverage_cancelled
    hours 1
    GET /comments/{left} => /data/status finalized
    $BALANCE 997
"#
correction_waits_for_coverage: r#"
    $INCLUDED
    $COMMENT "unmatched"} >> id=/data/created/0/id
    hours 7
    POST /comments/{id}/dispute {"reason": "Not there"}
    POST :/managed-subscription/cancel
    hours 13
    GET /comments/{id} => /data/status pending_corrections
    $QUOTE
    $REACTIVATE
    hours 1
    GET /comments/{id} => /data/status verified_auto
"#
comment_that_is_not_posted_is_refunded_once: r#"
    $INCLUDED
    $COMMENT "stays unposted"} => /credits_charged 1 >> left=/data/created/0/id
    hours 71
    GET /comments/{left} => /data/status pending
    hours 1
    GET /comments/{left} => /data/status cancelled
    $BALANCE 1000
    $COMMENT "Looks great"} >> deleted=/data/created/0/id
    DELETE /comments/{deleted} => /credits_refunded 1
    DELETE /comments/{deleted} => COMMENT_INVALID_STATUS
    hours 500
    $BALANCE 1000
"#
comment_without_coverage_waits_until_its_deadline: r#"
    $INCLUDED
    $COMMENT "Looks great"} >> id=/data/created/0/id
    POST :/managed-subscription/cancel
    $COMMENT "Another"} => $BLOCKED coverage_cancelled
    hours 71
    GET /comments/{id} => /data/status pending & /data/execution_block_reason coverage_cancelled
    hours 1
    GET /comments/{id} => /data/status cancelled & /data/execution_block_reason null
"#
refused_row_of_a_batch_comes_back: r#"
    $INCLUDED
    control /credits {"balance": 2}
    POST /comments {"tasks": [$ROW "comment_text": "Looks great"}, $ROW "comment_text": " "}]} => /created_count 1 & /credits_charged 1 & /data/rejected/0/index 1 & /data/rejected/0/code VALIDATION_ERROR & /data/rejected/0/details/fields/0/field comment_text
    $BALANCE 1
    POST /comments {"tasks": [$ROW "comment_text": "Looks great"}, $ROW "comment_text": " "}]} => INSUFFICIENT_CREDITS
    $BALANCE 1
"#
comment_that_breaks_a_rule_is_refused: r#"
    $PAID
    $COMMENT "Looks great", "target_type": "comment", "target_comment_url": "https://www.tiktok.com/c"} => VALIDATION_ERROR & /error/details/fields/0/field target_type
    $INCLUDED
    $COMMENT " "} => VALIDATION_ERROR & /error/details/fields/0/field comment_text
    $COMMENT "This text has more than 150 characters, This text has more than 150 characters, This text has more than 150 characters, This text has more than 150 characters, "} => VALIDATION_ERROR & /error/details/fields/0/field comment_text
    $COMMENT "Looks great", "target_type": "comment"} => VALIDATION_ERROR & /error/details/fields/0/field target_comment_url
    POST /comments {"comment_text": "Looks great"} => VALIDATION_ERROR & /error/details/fields/0/field saved_account_id
    GET /comments => /pagination/total 0
"#
}
