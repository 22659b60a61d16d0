//! `/account-bans`: reports, appeals, settlements.

use serde_json::{Value, json};

use super::document::assert_documented;
use super::saved_accounts::{DAYS, account, call, events, free_work, pass};
use super::world::World;
use crate::store::workspaces;

fn bans(world: &World, query: &str) -> Vec<Value> {
    let reply = world.call("GET", &format!("/account-bans{query}"), None);
    assert_documented("/account-bans", "GET", &reply);
    reply.data().as_array().unwrap().clone()
}

fn report(world: &World, id: &str, course: Value) {
    world.control("/accounts", json!({ "account_id": id, "ban": course }));
}

#[test]
fn a_ban_goes_through_appeal_and_refund() {
    let world = World::new();
    let id = account(&world, "cuisine.maple");
    report(&world, &id, json!({}));
    let of_account = format!("?account_id={id}");
    let open = bans(&world, &of_account);
    assert_eq!(
        (&open[0]["status"], &open[0]["resolution"]),
        (&json!("appeal_pending"), &Value::Null)
    );
    // Detected, but not a ban yet: work goes on.
    assert_eq!(call(&world, "GET", &id, "", None).data()["banned"], true);
    let coverage = call(&world, "GET", &id, "/managed-subscription", None).data();
    assert_eq!(coverage["status"], "included");

    report(&world, &id, json!({}));
    assert_eq!(
        bans(&world, &of_account).len(),
        1,
        "it is under appeal already"
    );

    pass(&world, 3 * DAYS);
    let refused = bans(&world, &of_account);
    assert_eq!(
        (
            &refused[0]["status"],
            &refused[0]["resolution"]["resolution"]
        ),
        (&json!("appeal_refused"), &json!("pending"))
    );
    let work = free_work(&world, &id);
    assert_eq!(work.json()["error"]["details"]["reason"], "account_banned");
    let before = world.balance();
    pass(&world, 2 * DAYS);
    let settled = bans(&world, "?resolution=refund");
    assert_eq!(settled[0]["resolution"]["refund_credits"], 32);
    let credits = world.call("GET", "/credits/balance", None).data();
    // The welcome promotion has expired meanwhile.
    assert_eq!(credits["total_credits"], before + 32 - 50);
    let restored = &credits["upcoming_expirations"][0];
    assert_eq!(
        (&restored["amount"], &restored["expires_at"]),
        (&json!(32), &json!("2027-01-26T12:00:00.000Z"))
    );
    let seen = events(&world);
    for event in [
        "account.ban_appeal.submitted",
        "account.ban_appeal.resolved",
        "account.banned",
        "subscription.ended",
        "account.ban_resolution.decided",
        "credits.restored",
    ] {
        assert!(seen.contains(&event.to_owned()), "{event} in {seen:?}");
    }
}

#[test]
fn an_appeal_that_succeeds_keeps_the_account() {
    let world = World::new();
    let id = account(&world, "cuisine.maple");
    report(&world, &id, json!({ "appeal_succeeds": true }));
    pass(&world, 10 * DAYS);
    assert_eq!(bans(&world, "?status=appeal_accepted").len(), 2);
    assert_eq!(call(&world, "GET", &id, "", None).data()["banned"], false);
    let work = free_work(&world, &id);
    assert_eq!(work.status(), 200);
}

#[test]
fn a_remake_gives_the_order_another_account() {
    let world = World::new();
    let id = account(&world, "cuisine.maple");
    report(&world, &id, json!({ "appeal": false, "remake": true }));
    assert_eq!(
        bans(&world, "?status=no_appeal_banned")[0]["account_id"],
        id.as_str()
    );
    let posts = |id: &str| {
        let reply = world.call("GET", &format!("/accounts/{id}/analytics/videos"), None);
        reply.json()["pagination"]["total"].clone()
    };
    let tracked = posts(&id);
    pass(&world, 2 * DAYS);
    assert_eq!(bans(&world, "?resolution=remake").len(), 1);
    let bundle = call(&world, "GET", &id, "/bundles", None).data()[0].clone();
    let new = bundle["saved_account_id"].as_str().unwrap();
    assert_ne!(new, id);
    let made = call(&world, "GET", new, "", None).data();
    assert_eq!(
        (&made["username"], &made["banned"]),
        (&json!("cuisine.maple_2"), &json!(false))
    );
    assert_eq!((posts(&id), posts(new)), (tracked, json!(0)));
    assert_eq!(
        world.call("GET", "/accounts?banned=true", None).json()["pagination"]["total"],
        1
    );
    assert!(events(&world).contains(&"account.remade".to_owned()));
}

#[test]
fn what_is_not_covered_is_not_compensated() {
    for (prepare, course, reason) in [
        ("cancel", json!({}), "coverage_not_active"),
        ("reveal", json!({}), "credentials_revealed"),
        (
            "",
            json!({ "reported_late_by_ms": 16 * 86_400_000_i64 }),
            "claim_too_late",
        ),
    ] {
        let world = World::new();
        let id = account(&world, "maple.kitchen.uk");
        match prepare {
            "cancel" => {
                call(&world, "POST", &id, "/managed-subscription/cancel", None).data();
            }
            "reveal" => {
                let version = "managed-credential-reveal-v1";
                let body =
                    json!({ "acknowledge_support_forfeit": true, "policy_version": version });
                call(&world, "POST", &id, "/reveal-credentials", Some(body)).data();
            }
            _ => {}
        }
        let before = world.balance();
        report(&world, &id, course);
        pass(&world, 5 * DAYS - 1);
        let ban = bans(&world, "?resolution=pending").len();
        assert_eq!((ban, world.balance()), (1, before), "{reason}");
        pass(&world, 1);
        let settled = bans(&world, "?resolution=no_remake");
        assert_eq!(settled[0]["resolution"]["reason_code"], reason);
    }
}

#[test]
fn the_list_filters_and_shows_evidence_on_request() {
    let world = World::new();
    let first_day = bans(&world, "");
    assert_eq!(first_day[0]["status"], "appeal_accepted");
    assert_eq!(first_day[0]["screenshots"], Value::Null);
    let shown = bans(&world, "?include_screenshots=true");
    let link = shown[0]["screenshots"][0].as_str().unwrap();
    assert!(link.contains("expires=1795953600&signature="), "{link}");
    assert_eq!(bans(&world, "?since=2026-11-01").len(), 1);
    assert!(bans(&world, "?since=2026-11-20").is_empty());
    let reply = world.call("GET", "/account-bans?since=yesterday", None);
    assert_documented("/account-bans", "GET", &reply);
    assert_eq!(reply.refusal(), (400, "VALIDATION_ERROR".into()));
    let unknown = "b6a1c2d3-0000-4000-9000-000000000000";
    assert!(bans(&world, &format!("?account_id={unknown}")).is_empty());
}

#[test]
fn the_outcome_does_not_depend_on_how_often_somebody_looks() {
    let outcome = |steps: i64| {
        let world = World::new();
        let id = account(&world, "cuisine.maple");
        let edit = json!({ "requested_username": "soon.banned", "requested_visible_name": "M" });
        call(&world, "POST", &id, "/edit-request", Some(edit)).data();
        for _ in 0..steps {
            pass(&world, 60 * DAYS / steps);
            world.call("GET", "/me", None);
            world
                .call("PATCH", "/me", Some(json!({ "niche": "food" })))
                .data();
        }
        let workspace = pollster::block_on(workspaces::load(&world, "person-alex"))
            .unwrap()
            .workspace;
        let mut events: Vec<(String, i64)> = workspace
            .events
            .iter()
            .map(|event| (event.r#type.clone(), event.created_at))
            .collect();
        events.sort();
        (events, workspace.bans.len(), workspace.credits.balance())
    };
    assert_eq!(outcome(1), outcome(60));
}
