//! Work on a delivered account and its Coverage.

use serde_json::{Value, json};

use super::flow::{Flow, video};

/// A delivered account, and an order for a video on it.
fn delivered(flow: &Flow) -> (String, String) {
    let made = flow.published(0, &json!({}));
    flow.hours(24);
    let account = flow.get(&made)["saved_account_id"].clone();
    let body = json!({ "bundle_type": "videos_only", "account_id": account, "videos_quantity": 1 });
    let bundle = flow.call("POST", "/bundles", Some(body)).data();
    (
        account.as_str().unwrap().to_owned(),
        format!("/bundles/{}/videos/1", bundle["id"].as_str().unwrap()),
    )
}

#[test]
fn a_paused_account_takes_no_work() {
    let flow = Flow::new();
    let (account, path) = delivered(&flow);
    flow.post(&format!("/accounts/{account}/managed-subscription/cancel"))
        .data();
    for (method, path, body) in [
        ("PUT", path.clone(), Some(video(4))),
        (
            "POST",
            format!("/accounts/{account}/rewarm"),
            Some(json!({ "search_terms": ["a1", "b1", "c1"] })),
        ),
    ] {
        let reply = flow.call(method, &path, body);
        assert_eq!(
            reply.refusal(),
            (409, "MANAGED_ACCOUNT_TASK_BLOCKED".into()),
            "{path}"
        );
    }
    assert_eq!(flow.status(&path), "pending");
}

#[test]
fn work_renews_coverage_that_is_due() {
    let flow = Flow::new();
    let (_, path) = delivered(&flow);
    flow.hours(30 * 24);
    let before = flow.world.balance();
    let reply = flow.call("PUT", &path, Some(video(40))).json();
    assert_eq!(
        (
            &reply["credits_charged"],
            &reply["cost_breakdown"]["coverage_renewal"]
        ),
        (&json!(25), &json!(25))
    );
    assert_eq!(flow.world.balance(), before - 25);
    let again = flow.call("PUT", &path, Some(video(40))).json();
    assert_eq!(again.get("credits_charged"), None);
}

#[test]
fn nothing_starts_where_the_credits_do_not_cover_the_renewal() {
    let flow = Flow::new();
    let (_, path) = delivered(&flow);
    flow.hours(30 * 24);
    flow.world.control("/credits", json!({ "balance": 24 }));
    let reply = flow.call("PUT", &path, Some(video(40)));
    assert_eq!(
        reply.refusal(),
        (409, "MANAGED_ACCOUNT_TASK_BLOCKED".into())
    );
    assert_eq!(reply.json()["error"]["details"]["missing"], 1);
    let slot = flow.get(&path);
    assert_eq!(
        (&slot["status"], &slot["video_type"]),
        (&json!("pending"), &Value::Null)
    );
}
