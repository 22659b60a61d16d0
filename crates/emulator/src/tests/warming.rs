//! Warming targets, runs and suggestions.

use serde_json::{Value, json};

use super::flow::Flow;
use crate::resources::bundles::BundleStatus;

const TERMS: [&str; 3] = ["one pot", "meal prep", "easy dinner"];

fn bought_by_count(flow: &Flow) -> String {
    let extra = json!({ "wants_advanced_warming": true, "advanced_warming_terms_count": 3 });
    let bundle = flow.order(0, &extra);
    flow.name_account(&bundle, "a.b");
    bundle
}

#[test]
fn targets_are_named_once() {
    let flow = Flow::new();
    let bundle = bought_by_count(&flow);
    let account = format!("{bundle}/account");
    assert_eq!(
        flow.get(&account)["advanced_warming"],
        json!({ "status": "pending_terms", "terms_total": 3, "terms_verified": 0, "terms_configured": false, "started_at": null, "completed_at": null })
    );
    let path = format!("{bundle}/warming-terms");
    let name = |terms: Value| {
        flow.call(
            "PUT",
            &path,
            Some(json!({ "advanced_warming_terms": terms })),
        )
    };
    for terms in [
        json!(["a1", "b1", "c1", "d1", "e1", "f1"]),
        json!(["same", "SAME", "other"]),
    ] {
        let reply = name(terms);
        assert_eq!(reply.refusal(), (400, "ADVANCED_WARMING_TERMS".into()));
        assert_eq!(reply.json()["error"]["details"]["purchased_terms_count"], 3);
    }
    assert_eq!(
        name(json!(["a1", "b1"])).refusal(),
        (400, "VALIDATION_ERROR".into())
    );
    let named = name(json!(TERMS)).data();
    assert_eq!(
        (&named["status"], &named["terms_configured"]),
        (&json!("scheduled"), &json!(true))
    );
    assert_eq!(
        name(json!(TERMS)).refusal(),
        (409, "WARMING_TERMS_ALREADY_SET".into())
    );
    let unwarmed = format!("{}/warming-terms", flow.order(0, &json!({})));
    let reply = flow.call(
        "PUT",
        &unwarmed,
        Some(json!({ "advanced_warming_terms": TERMS })),
    );
    assert_eq!(reply.refusal(), (400, "ADVANCED_WARMING_TERMS".into()));
    assert_eq!(reply.json()["error"]["details"]["purchased_terms_count"], 0);
}

#[test]
fn a_run_begins_with_the_account_and_takes_three_days() {
    let flow = Flow::new();
    let bundle = bought_by_count(&flow);
    let path = format!("{bundle}/warming-terms");
    flow.call(
        "PUT",
        &path,
        Some(json!({ "advanced_warming_terms": TERMS })),
    )
    .data();
    flow.post(&format!("{bundle}/publish")).data();
    flow.hours(24 + 25);
    let account = flow.get(&bundle)["saved_account_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let runs = flow.get(&format!("/accounts/{account}/warming-sessions"));
    assert_eq!(
        (
            &runs[0]["status"],
            &runs[0]["terms_verified"],
            &runs[0]["started_at"]
        ),
        (
            &json!("in_progress"),
            &json!(1),
            &json!("2026-11-23T12:00:00.000Z")
        )
    );
    flow.hours(47);
    let id = runs[0]["id"].as_str().unwrap();
    let run = flow.get(&format!("/warming-sessions/{id}"));
    assert_eq!(
        (&run["status"], &run["terms_verified"], &run["completed_at"]),
        (
            &json!("completed"),
            &json!(3),
            &json!("2026-11-26T12:00:00.000Z")
        )
    );
    assert_eq!(
        flow.get(&format!("{bundle}/account"))["advanced_warming"]["status"],
        "completed"
    );
    flow.call("PATCH", "/me", Some(json!({ "niche": "n" })))
        .data();
    let told: Vec<String> = flow
        .events()
        .into_iter()
        .filter(|kind| kind.starts_with("warming."))
        .collect();
    assert_eq!(
        told,
        [
            "warming.session_started",
            "warming.term_verified",
            "warming.term_verified",
            "warming.term_verified",
            "warming.session_completed"
        ]
    );
    let reply = flow.call("GET", "/warming-sessions/none", None);
    assert_eq!(reply.refusal(), (404, "WARMING_SESSION_NOT_FOUND".into()));
}

#[test]
fn targets_without_names_are_refunded() {
    let flow = Flow::new();
    let bundle = bought_by_count(&flow);
    flow.hours(13 * 24);
    let before = flow.world.balance();
    flow.hours(24);
    assert_eq!(flow.world.balance(), before + 15);
    assert_eq!(
        flow.get(&format!("{bundle}/account"))["advanced_warming"],
        Value::Null
    );
    let history = flow.get("/credits/history?per_page=1");
    assert_eq!(history[0]["amount"], 15);
}

#[test]
fn targets_without_names_bring_back_what_was_paid_for_them() {
    let flow = Flow::new();
    let bundle = bought_by_count(&flow);
    flow.world
        .control("/prices", json!({ "warming_target": 9 }));
    flow.hours(1);
    let batch = json!({
        "platforms": ["tiktok"], "country": "FR", "accounts_count": 1,
        "wants_advanced_warming": true, "advanced_warming_terms_count": 3,
    });
    flow.call("POST", "/bundles/bulk", Some(batch)).data();
    flow.world
        .control("/prices", json!({ "warming_target": 0 }));
    let before = flow.world.balance();
    flow.hours(14 * 24 - 1);
    assert_eq!(flow.world.balance(), before + 15, "{bundle}");
    flow.hours(1);
    assert_eq!(flow.world.balance(), before + 15 + 27);
}

#[test]
fn an_account_is_warmed_again() {
    let flow = Flow::new();
    let account = flow.get("/accounts")[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/accounts/{account}/rewarm");
    let order = |terms: Value| flow.call("POST", &path, Some(json!({ "search_terms": terms })));
    for terms in [
        json!(["a1", "b1", "c1", "d1"]),
        json!(["same", "SAME", "other"]),
        json!(["a", "b1", "c1"]),
    ] {
        assert_eq!(
            order(terms).refusal(),
            (400, "ADVANCED_WARMING_TERMS".into())
        );
    }
    let dry = [("x-tokportal-dry-run", "true")];
    let body = Some(json!({ "search_terms": TERMS }));
    let simulated = flow.call_with("POST", &path, body, &dry).json();
    assert_eq!(simulated["credits_would_charge"], 15);
    let reply = order(json!(TERMS)).json();
    assert_eq!(
        (&reply["credits_charged"], &reply["data"]["status"]),
        (&json!(15), &json!("in_progress"))
    );
    assert_eq!(
        order(json!(TERMS)).refusal(),
        (409, "REWARM_ALREADY_ACTIVE".into())
    );
    flow.hours(72);
    flow.world.control("/credits", json!({ "balance": 14 }));
    assert_eq!(
        order(json!(TERMS)).refusal(),
        (402, "INSUFFICIENT_CREDITS".into())
    );
    let runs = flow.get(&format!("/accounts/{account}/warming-sessions"));
    assert_eq!(runs.as_array().unwrap().len(), 1);
    let reply = flow.call(
        "POST",
        "/accounts/nobody/rewarm",
        Some(json!({ "search_terms": TERMS })),
    );
    assert_eq!(reply.refusal(), (404, "SAVED_ACCOUNT_NOT_FOUND".into()));
}

#[test]
fn an_account_without_an_order_is_not_warmed_again() {
    let flow = Flow::new();
    let account = flow.get("/accounts")[0]["id"].as_str().unwrap().to_owned();
    pollster::block_on(async {
        use crate::store::workspaces::{load, replace};
        let mut loaded = load(&flow.world, "person-alex").await.unwrap();
        for bundle in &mut loaded.workspace.bundles {
            bundle.status = BundleStatus::Archived;
        }
        assert!(
            replace(&flow.world, loaded.version, &loaded.workspace)
                .await
                .unwrap()
        );
    });
    let body = Some(json!({ "search_terms": TERMS }));
    let reply = flow.call("POST", &format!("/accounts/{account}/rewarm"), body);
    assert_eq!(reply.refusal(), (409, "REWARM_NO_ACTIVE_ORDER".into()));
}

#[test]
fn suggestions_are_free_distinct_and_fit_to_be_bought() {
    let flow = Flow::new();
    let before = flow.world.balance();
    for (text, count) in [
        ("Weeknight dinners for busy parents who love pasta", 30),
        ("!!", 3),
        ("été", 12),
    ] {
        let body = json!({ "text": text, "count": count, "platform": "tiktok" });
        let terms = flow
            .call("POST", "/warming/generate-terms", Some(body))
            .data()["terms"]
            .clone();
        let terms: Vec<&str> = terms
            .as_array()
            .unwrap()
            .iter()
            .map(|t| t.as_str().unwrap())
            .collect();
        assert_eq!(terms.len(), count, "{terms:?}");
        let mut distinct = terms.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), count);
        assert!(
            terms
                .iter()
                .all(|term| (2..=50).contains(&term.chars().count()))
        );
    }
    assert_eq!(flow.world.balance(), before);
    for body in [
        json!({ "text": " " }),
        json!({ "text": "a", "count": 4 }),
        json!({}),
    ] {
        let reply = flow.call("POST", "/warming/generate-terms", Some(body));
        assert_eq!(reply.refusal(), (400, "VALIDATION_ERROR".into()));
    }
}
