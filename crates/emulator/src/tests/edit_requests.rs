//! `/accounts/{id}/edit-request`.

use serde_json::{Value, json};

use super::document::assert_documented;
use super::flow::merged;
use super::saved_accounts::{DAYS, account, call, pass};
use super::world::World;

fn edit(extra: Value) -> Option<Value> {
    let body = json!({ "requested_username": "maple.uk", "requested_visible_name": "Maple" });
    Some(merged(body, &extra))
}

#[test]
fn a_change_is_paid_at_once_and_made_a_day_later() {
    let world = World::new();
    let id = account(&world, "maple.kitchen.uk");
    assert_eq!(
        call(&world, "GET", &id, "/edit-request", None).data(),
        Value::Null
    );
    let dry = [("x-tokportal-dry-run", "true")];
    let path = format!("/accounts/{id}/edit-request");
    let simulated = world.call_with("POST", &path, edit(json!({})), &dry);
    assert_documented("/accounts/{id}/edit-request", "POST", &simulated);
    assert_eq!(simulated.json()["credits_would_charge"], 8);
    let link = json!({ "requested_link_in_bio": "https://maple.example/" });
    let reply = call(&world, "POST", &id, "/edit-request", edit(link));
    assert_eq!(
        (reply.status(), &reply.json()["credits_charged"]),
        (201, &json!(8))
    );
    assert_eq!(reply.data()["status"], "pending");
    assert_eq!(world.balance(), 1242);
    let open = call(&world, "GET", &id, "/edit-request", None).data();
    assert_eq!(open, reply.data());
    let second = call(&world, "POST", &id, "/edit-request", edit(json!({})));
    assert_eq!(second.refusal(), (409, "EDIT_REQUEST_ALREADY_OPEN".into()));
    assert_eq!(
        second.json()["error"]["details"]["edit_request_id"],
        open["edit_request_id"]
    );

    pass(&world, DAYS + 60);
    assert_eq!(
        call(&world, "GET", &id, "/edit-request", None).data(),
        Value::Null
    );
    let account = call(&world, "GET", &id, "", None).data();
    assert_eq!(
        (
            &account["username"],
            &account["link_in_bio"],
            &account["biography"]
        ),
        (
            &json!("maple.uk"),
            &json!("https://maple.example/"),
            &json!("Weeknight dinners, British larder")
        )
    );
}

#[test]
fn its_rules_have_codes() {
    let world = World::new();
    let tiktok = account(&world, "cuisine.maple");
    for (body, field) in [
        (
            json!({ "requested_link_in_bio": "https://maple.example/" }),
            "requested_link_in_bio",
        ),
        (
            json!({ "requested_username": "no spaces" }),
            "requested_username",
        ),
        (json!({ "requested_username": "" }), "requested_username"),
        (
            json!({ "requested_biography": "b".repeat(81) }),
            "requested_biography",
        ),
    ] {
        let reply = call(&world, "POST", &tiktok, "/edit-request", edit(body));
        assert_eq!(reply.refusal(), (400, "VALIDATION_ERROR".into()));
        assert_eq!(
            reply.json()["error"]["details"]["fields"][0]["field"],
            field
        );
    }
    let unknown = call(
        &world,
        "POST",
        &tiktok,
        "/edit-request",
        edit(json!({ "bio": "b" })),
    );
    assert_eq!(unknown.refusal(), (400, "UNKNOWN_FIELD".into()));
    world.control("/credits", json!({ "balance": 7 }));
    let poor = call(&world, "POST", &tiktok, "/edit-request", edit(json!({})));
    assert_eq!(poor.refusal(), (402, "INSUFFICIENT_CREDITS".into()));
    call(
        &world,
        "POST",
        &tiktok,
        "/managed-subscription/cancel",
        None,
    )
    .data();
    let blocked = call(&world, "POST", &tiktok, "/edit-request", edit(json!({})));
    assert_eq!(
        blocked.refusal(),
        (409, "MANAGED_ACCOUNT_TASK_BLOCKED".into())
    );
}

#[test]
fn without_coverage_a_paid_change_waits() {
    let world = World::new();
    let id = account(&world, "cuisine.maple");
    call(&world, "POST", &id, "/edit-request", edit(json!({}))).data();
    let paused = call(&world, "POST", &id, "/managed-subscription/cancel", None).data();
    pass(&world, 3 * DAYS);
    assert_eq!(
        call(&world, "GET", &id, "/edit-request", None).data()["status"],
        "pending"
    );
    let quote = &paused["reactivation_quote"];
    let body = json!({
        "expected_credits": quote["credits"],
        "expected_current_period_end": quote["current_period_end"],
        "expected_lock_version": quote["lock_version"],
    });
    call(
        &world,
        "POST",
        &id,
        "/managed-subscription/reactivate",
        Some(body),
    )
    .data();
    assert_eq!(
        call(&world, "GET", &id, "/edit-request", None).data(),
        Value::Null
    );
}
