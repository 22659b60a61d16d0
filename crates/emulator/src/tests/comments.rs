//! Comment tasks: prices and refusals, the way to their end, and decisions.

use serde_json::{Value, json};

use super::flow::Flow;
use crate::people::second_key;

const TARGET: &str = "https://www.tiktok.com/@chef.lina/video/7400000000000000000";

fn account(flow: &Flow, platform: &str) -> String {
    let rows = flow.get(&format!("/accounts?platform={platform}"));
    rows[0]["id"].as_str().unwrap().to_owned()
}

fn wanted(flow: &Flow, text: &str) -> Value {
    json!({
        "saved_account_id": account(flow, "tiktok"),
        "target_video_url": TARGET,
        "comment_text": text,
    })
}

/// Orders a comment and answers its path.
fn ordered(flow: &Flow, text: &str) -> String {
    let reply = flow.call("POST", "/comments", Some(wanted(flow, text)));
    assert_eq!(reply.status(), 201);
    let id = reply.data()["created"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    format!("/comments/{id}")
}

#[test]
fn a_comment_goes_its_way_and_is_checked() {
    let flow = Flow::new();
    let before = flow.world.balance();
    let path = ordered(&flow, "Looks great");
    assert_eq!(flow.world.balance(), before - 1);
    let task = flow.get(&path);
    assert_eq!(task["target_author_handle"], "chef.lina");
    assert_eq!(
        (&task["status"], &task["deadline_at"]),
        (&json!("pending"), &json!("2026-11-25T12:00:00.000Z"))
    );
    assert_eq!(flow.get(&format!("{path}/verifications")), json!([]));
    flow.hours(6);
    assert_eq!(flow.status(&path), "submitted");
    flow.hours(1);
    assert_eq!(flow.status(&path), "verified_auto");
    let checks = flow.get(&format!("{path}/verifications"));
    assert_eq!(
        (&checks[0]["matched"], &checks[0]["comments_checked"]),
        (&json!(true), &json!(100))
    );
    flow.hours(24);
    assert_eq!(flow.status(&path), "finalized");
    assert_eq!(flow.get(&path)["finalized_at"], "2026-11-23T19:00:00.000Z");
    assert_eq!(flow.world.balance(), before - 1);
}

#[test]
fn a_comment_that_is_not_found_can_be_disputed_once_more() {
    let flow = Flow::new();
    let path = ordered(&flow, "An unmatched one");
    let dispute = json!({ "reason": "Not there" });
    let dispute = || flow.call("POST", &format!("{path}/dispute"), Some(dispute.clone()));
    let early = dispute();
    assert_eq!(early.refusal(), (409, "COMMENT_INVALID_STATUS".into()));
    assert_eq!(
        early.json()["error"]["details"]["current_status"],
        "pending"
    );
    flow.hours(7);
    let task = flow.get(&path);
    assert_eq!(task["status"], "manually_confirmed");
    assert_eq!(
        task["client_dispute_deadline_at"],
        "2026-11-25T19:00:00.000Z"
    );
    assert_eq!(
        flow.get(&format!("{path}/verifications"))[0]["matched"],
        false
    );
    let disputed = dispute().data();
    assert_eq!(
        (&disputed["status"], &disputed["correction_required"]),
        (&json!("pending_corrections"), &json!(true))
    );
    flow.hours(13);
    assert_eq!(flow.status(&path), "verified_auto");
    let late = flow.post(&format!("{path}/approve"));
    assert_eq!(late.refusal(), (409, "COMMENT_INVALID_STATUS".into()));
}

#[test]
fn a_confirmed_comment_is_approved_or_approves_itself() {
    let flow = Flow::new();
    let (one, other) = (ordered(&flow, "unmatched"), ordered(&flow, "unmatched"));
    flow.hours(7);
    let approved = flow.post(&format!("{one}/approve")).data();
    assert_eq!(approved["status"], "finalized");
    flow.hours(71);
    assert_eq!(flow.status(&other), "manually_confirmed");
    flow.hours(1);
    assert_eq!(flow.status(&other), "finalized");
}

#[test]
fn what_is_not_posted_in_time_is_refunded() {
    let flow = Flow::new();
    let before = flow.world.balance();
    let path = ordered(&flow, "stays unposted");
    flow.hours(71);
    assert_eq!(flow.status(&path), "pending");
    flow.hours(1);
    assert_eq!(flow.status(&path), "cancelled");
    assert_eq!(flow.world.balance(), before);
    flow.hours(500);
    assert_eq!(
        flow.get("/comments?status=cancelled")[0]["id"],
        flow.get(&path)["id"]
    );
    let history = flow.get("/credits/history");
    let refunds = |row: &&Value| row["description"] == "Comment task refunded";
    let refunds = history.as_array().unwrap().iter().filter(refunds);
    assert_eq!(refunds.count(), 1, "{history}");
}

#[test]
fn cancelling_a_pending_comment_gives_its_credit_back() {
    let flow = Flow::new();
    let before = flow.world.balance();
    let path = ordered(&flow, "Looks great");
    let cancelled = flow.call("DELETE", &path, None);
    assert_eq!(cancelled.data()["status"], "cancelled");
    assert_eq!(cancelled.json()["credits_refunded"], 1);
    assert_eq!(flow.world.balance(), before);
    let again = flow.call("DELETE", &path, None);
    assert_eq!(again.refusal(), (409, "COMMENT_INVALID_STATUS".into()));
    assert_eq!(flow.world.balance(), before);
}

#[test]
fn faulty_rows_of_a_batch_are_refused_and_refunded() {
    let flow = Flow::new();
    let before = flow.world.balance();
    let good = wanted(&flow, "Looks great");
    let with = |name: &str, value: Value| {
        let mut row = good.clone();
        row[name] = value;
        row
    };
    let long = with("comment_text", json!("a".repeat(151)));
    let nobody = with(
        "saved_account_id",
        json!("3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b"),
    );
    let elsewhere = with(
        "target_video_url",
        json!("https://www.youtube.com/watch?v=1"),
    );
    let lookalike = with(
        "target_video_url",
        json!("https://nottiktok.com/@a/video/1"),
    );
    let reply = with("target_type", json!("comment"));
    let rows = json!([good, long, nobody, elsewhere, lookalike, reply, good]);
    let answer = flow.call("POST", "/comments", Some(json!({ "tasks": rows })));
    let json = answer.json();
    assert_eq!(
        (
            &json["created_count"],
            &json["rejected_count"],
            &json["credits_charged"]
        ),
        (&json!(2), &json!(5), &json!(2))
    );
    let codes: Vec<(i64, &str)> = json["data"]["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["index"].as_i64().unwrap(),
                row["code"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        codes,
        [
            (1, "VALIDATION_ERROR"),
            (2, "SAVED_ACCOUNT_NOT_FOUND"),
            (3, "VALIDATION_ERROR"),
            (4, "VALIDATION_ERROR"),
            (5, "VALIDATION_ERROR")
        ]
    );
    assert_eq!(flow.world.balance(), before - 2);

    flow.world.control("/credits", json!({ "balance": 6 }));
    let poor = flow.call("POST", "/comments", Some(json!({ "tasks": rows })));
    assert_eq!(poor.refusal(), (402, "INSUFFICIENT_CREDITS".into()));
    assert_eq!(flow.world.balance(), 6);
}

#[test]
fn a_single_comment_fails_with_its_own_error() {
    let flow = Flow::new();
    let refused = |body: Value| flow.call("POST", "/comments", Some(body)).refusal();
    let good = wanted(&flow, "Looks great");
    let mut both = good.clone();
    both["tasks"] = json!([good]);
    for body in [
        json!({}),
        json!({ "tasks": [] }),
        both,
        wanted(&flow, " "),
        wanted(&flow, &"a".repeat(151)),
    ] {
        assert_eq!(refused(body), (400, "VALIDATION_ERROR".into()));
    }
    let foreign = flow.call_with(
        "POST",
        "/comments",
        Some(good),
        &[("x-api-key", &second_key())],
    );
    assert_eq!(foreign.refusal(), (403, "SAVED_ACCOUNT_NOT_OWNED".into()));
    let instagram = json!({
        "saved_account_id": account(&flow, "instagram"),
        "target_type": "comment",
        "target_comment_url": "https://www.instagram.com/p/1/c/2",
        "comment_text": "Thanks",
    });
    assert_eq!(refused(instagram), (400, "VALIDATION_ERROR".into()));
    assert_eq!(flow.get("/comments"), json!([]));
}

#[test]
fn somebody_elses_task_is_told_from_one_that_never_was() {
    let flow = Flow::new();
    let path = ordered(&flow, "Looks great");
    let foreign = [("x-api-key", &*second_key())];
    assert_eq!(
        flow.call_with("GET", &path, None, &foreign).refusal(),
        (403, "COMMENT_TASK_NOT_OWNED".into())
    );
    let unknown = "/comments/3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b";
    assert_eq!(
        flow.call("GET", unknown, None).refusal(),
        (404, "COMMENT_TASK_NOT_FOUND".into())
    );
}

#[test]
fn without_coverage_nothing_is_ordered_and_nothing_is_posted() {
    let flow = Flow::new();
    let id = account(&flow, "tiktok");
    let path = ordered(&flow, "Looks great");
    flow.post(&format!("/accounts/{id}/managed-subscription/cancel"))
        .data();
    let refused = flow.call("POST", "/comments", Some(wanted(&flow, "Another")));
    assert_eq!(
        refused.refusal(),
        (409, "MANAGED_ACCOUNT_TASK_BLOCKED".into())
    );
    flow.hours(10);
    let task = flow.get(&path);
    assert_eq!(
        (
            &task["status"],
            &task["execution_blocked"],
            &task["execution_block_reason"]
        ),
        (
            &json!("pending"),
            &json!(true),
            &json!("coverage_cancelled")
        )
    );
    flow.hours(62);
    assert_eq!(flow.status(&path), "cancelled");
}
