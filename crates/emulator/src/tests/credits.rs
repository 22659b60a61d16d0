//! `/credits`: the balance, its expiry, and the history.

use serde_json::json;

use super::world::{Reply, World};

fn order_account(world: &World) -> Reply {
    let order = json!({ "bundle_type": "account_only", "country": "FR" });
    world.call("POST", "/bundles", Some(order))
}

#[test]
fn the_demo_balance_names_what_expires() {
    let world = World::new();
    let balance = world.call("GET", "/credits/balance", None).data();
    assert_eq!(
        (
            &balance["total_credits"],
            &balance["expiring_within_7_days"]
        ),
        (&json!(1250), &json!(50))
    );
    assert_eq!(
        balance["upcoming_expirations"][0]["expires_at"],
        "2026-11-27T12:00:00.000Z"
    );
    world.control("/clock", json!({ "advance_seconds": 6 * 86_400 }));
    let later = world.call("GET", "/credits/balance", None).data();
    assert_eq!(
        (&later["total_credits"], &later["upcoming_expirations"]),
        (&json!(1200), &json!([]))
    );
    let last = world
        .call("GET", "/credits/history?per_page=1", None)
        .data()[0]
        .clone();
    assert_eq!(
        (&last["type"], &last["amount"]),
        (&json!("expiration"), &json!(-50))
    );
    assert_eq!(last["created_at"], "2026-11-27T12:00:00.000Z");
}

#[test]
fn credits_that_expire_first_are_spent_first() {
    let world = World::new();
    order_account(&world).data();
    let balance = world.call("GET", "/credits/balance", None).data();
    assert_eq!(
        (
            &balance["total_credits"],
            &balance["expiring_within_7_days"]
        ),
        (&json!(1218), &json!(18))
    );
}

#[test]
fn the_history_adds_up_to_the_balance() {
    let world = World::new();
    order_account(&world).data();
    let rows = world
        .call("GET", "/credits/history?per_page=100", None)
        .data();
    let sum: i64 = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["amount"].as_i64().unwrap())
        .sum();
    assert_eq!(sum, world.balance());
    let today = world
        .call(
            "GET",
            "/credits/history?date_from=2026-11-22&date_to=2026-11-22",
            None,
        )
        .data();
    assert_eq!(today.as_array().unwrap().len(), 1);
    assert_eq!(
        world
            .call("GET", "/credits/history?date_from=yesterday", None)
            .refusal()
            .0,
        400
    );
}

#[test]
fn too_few_credits_say_how_many_are_missing() {
    let world = World::new();
    world.control("/credits", json!({ "balance": 30 }));
    let reply = order_account(&world);
    assert_eq!(reply.refusal(), (402, "INSUFFICIENT_CREDITS".into()));
    let details = &reply.json()["error"]["details"];
    assert_eq!(
        (
            &details["required"],
            &details["available"],
            &details["missing"],
            &details["breakdown"]["account_creation"]
        ),
        (&json!(32), &json!(30), &json!(2), &json!(32))
    );
    assert_eq!(world.balance(), 30);
}
