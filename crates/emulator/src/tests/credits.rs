//! `/credits`: the balance, its expiry, and the history.

use serde_json::json;

use super::world::World;

#[test]
fn expired_credits_leave_the_balance_with_an_entry() {
    let world = World::new();
    let lot = world.get("/credits/balance").data()["upcoming_expirations"][0].clone();
    assert_eq!(lot["expires_at"], "2026-11-27T12:00:00.000Z");
    world.control("/clock", json!({ "advance_seconds": 6 * 86_400 }));
    let later = world.get("/credits/balance").data();
    assert_eq!(later["total_credits"], 1200);
    assert_eq!(later["upcoming_expirations"], json!([]));
    let last = &world.get("/credits/history?per_page=1").data()[0];
    assert_eq!(last["amount"], -50);
    assert_eq!(last["created_at"], lot["expires_at"]);
}

#[test]
fn order_spends_the_credits_that_expire_first() {
    let world = World::new();
    world.order(&[]).data();
    let balance = || world.get("/credits/balance").data();
    assert_eq!(balance()["total_credits"], 1218);
    assert_eq!(balance()["expiring_within_7_days"], 18);
    let rows = world.get("/credits/history?per_page=100").data();
    let rows = rows.as_array().unwrap().iter();
    let sum: i64 = rows.filter_map(|row| row["amount"].as_i64()).sum();
    assert_eq!(sum, 1218);
    let today = "/credits/history?date_from=2026-11-22&date_to=2026-11-22";
    assert_eq!(world.get(today).data().as_array().unwrap().len(), 1);
    // Of two comments the second one is refused: its credit keeps its expiry.
    let account = world.get("/accounts").data()[0]["id"].take();
    let task = |text: &str| json!({ "saved_account_id": account, "comment_text": text, "target_video_url": "https://www.tiktok.com/@a/video/1" });
    let tasks = json!({ "tasks": [task("A"), task(" ")] });
    world.call("POST", "/comments", Some(tasks)).data();
    assert_eq!(balance()["total_credits"], 1217);
    assert_eq!(balance()["expiring_within_7_days"], 17);
    assert_eq!(world.get(today).data().as_array().unwrap().len(), 4);
}
