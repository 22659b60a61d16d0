//! Faults and scenarios on demand.

use serde_json::{Value, json};

use super::world::{Reply, World};

fn order(world: &World, key: &str) -> Reply {
    world.order(&[("idempotency-key", key)])
}

#[test]
fn error_comes_in_place_of_the_operation_so_many_times() {
    let world = World::new();
    world.fault(json!({ "operation": "createBundle", "kind": "500" }));
    world.fault(json!({ "kind": "503" }));
    world.fault(json!({ "operation": "createBundle", "kind": "429" }));
    order(&world, "a").assert_refused(500, "INTERNAL_ERROR");
    let busy = world.get("/me");
    busy.assert_refused(503, "STATE_BUSY");
    assert_eq!(busy.header("retry-after"), Some("1"));
    assert_eq!(world.get("/me").status(), 200);
    order(&world, "a").assert_refused(429, "RATE_LIMIT_EXCEEDED");
    assert_eq!(world.balance(), 1250);
    assert_eq!(order(&world, "a").header("idempotent-replayed"), None);
    assert_eq!(world.balance(), 1250 - 32);
}

#[test]
fn lost_answer_is_replayed_by_its_key() {
    let world = World::new();
    let before = world.balance();
    for kind in ["malformed", "truncated", "dropped"] {
        world.fault(json!({ "operation": "createBundle", "kind": kind }));
        let lost = order(&world, kind);
        let body = lost.0.body();
        assert!(serde_json::from_slice::<Value>(body).is_err(), "{kind}");
        let length = lost.header("content-length");
        let length = length.map(|text| text.parse::<usize>().unwrap());
        match kind {
            "malformed" => assert_eq!(length, None),
            "truncated" => assert!(!body.is_empty() && length > Some(body.len())),
            _ => assert!(body.is_empty() && length > Some(0)),
        }
        let again = order(&world, kind);
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert!(again.data()["id"].is_string());
    }
    assert_eq!(world.balance(), before - 3 * 32);
}

#[test]
fn fault_is_listed_and_cleared() {
    let world = World::new();
    world.fault(json!({ "operation": "getCurrentUser", "kind": "delay", "times": 3 }));
    assert_eq!(world.get("/me").status(), 200);
    let send = |method: &str| world.ask_control(method, "/faults", &json!({})).json();
    let expected = json!([{
        "operation": "getCurrentUser", "kind": "delay", "when": "before", "times": 2, "delay_ms": 1000,
    }]);
    assert_eq!(send("GET")["faults"], expected);
    assert_eq!(send("DELETE")["faults"], json!([]));
    world.fault(json!({ "kind": "500" }));
    world.control("/reset", json!({}));
    assert_eq!(world.get("/me").status(), 200);
}

#[test]
fn every_code_comes_with_its_status_and_details() {
    let world = World::new();
    let known = world.ask_control("GET", "/errors", &json!({})).json();
    let known = known["errors"].as_array().unwrap();
    for expected in known {
        let code = expected["code"].as_str().unwrap();
        world.fault(json!({ "operation": "createBundle", "code": code }));
        let reply = order(&world, code);
        let mut answered = reply.json()["error"].clone();
        answered["status"] = json!(reply.status());
        if answered.get("details").is_none() {
            answered["details"] = json!({});
        }
        assert_eq!(answered, *expected);
        let wait = answered["details"]["retry_after_seconds"].as_u64();
        let header = reply.header("retry-after");
        assert_eq!(header.map(|text| text.parse().unwrap()), wait, "{code}");
        let is_temporary = matches!(reply.status(), 429 | 503);
        assert_eq!(wait.is_some(), is_temporary, "{code}");
    }
    assert!(known.len() >= 70, "{}", known.len());
}

#[test]
fn unknown_code_with_a_status_is_answered() {
    let world = World::new();
    let made_up = json!({
        "code": "SOMETHING_NEW", "status": 422, "message": "Not today.", "details": { "until": "tomorrow" },
    });
    world.fault(made_up);
    let reply = order(&world, "a");
    reply.assert_refused(422, "SOMETHING_NEW");
    assert_eq!(reply.json()["error"]["details"]["until"], "tomorrow");
    world.fault(json!({ "code": "INVALID_DATE", "details": {} }));
    assert_eq!(order(&world, "b").json()["error"].get("details"), None);
}

#[test]
fn fault_that_makes_no_sense_is_refused() {
    let world = World::new();
    for body in [
        json!({ "operation": "nothing", "kind": "500" }),
        json!({ "kind": "418" }),
        json!({}),
        json!({ "code": "SOMETHING_NEW" }),
        json!({ "code": "" , "status": 400 }),
        json!({ "code": "BUNDLE_NOT_FOUND", "status": 200 }),
        json!({ "code": "BUNDLE_NOT_FOUND", "kind": "delay" }),
        json!({ "kind": "500", "times": 0 }),
    ] {
        let refused = world.ask_control("POST", "/faults", &body);
        assert_eq!(refused.status(), 400, "{body}");
    }
}

#[test]
fn scenario_replaces_the_workspace() {
    let world = World::new();
    let seed = |scenario: &str| world.control("/seed", json!({ "scenario": scenario }));
    assert_eq!(seed("empty")["people"][0]["bundles"], 0);
    assert_eq!(world.get("/accounts").data(), json!([]));
    assert_eq!(seed("first_day")["people"][0]["accounts"], 3);
    seed("poor");
    assert_eq!(world.balance(), 3);
    assert_eq!(order(&world, "a").refusal().1, "INSUFFICIENT_CREDITS");
    seed("lapsed");
    let id = world.get("/accounts").data()[0]["id"].clone();
    let path = format!("/accounts/{}/managed-subscription", id.as_str().unwrap());
    assert_eq!(world.get(&path).data()["status"], "lapsed");
    seed("banned");
    let bans = world.get("/account-bans").data();
    assert!(bans.as_array().unwrap().len() >= 3, "{bans}");
}

#[test]
fn error_after_the_operation_hides_what_was_done() {
    let world = World::new();
    world.fault(json!({ "operation": "createBundle", "kind": "503", "when": "after" }));
    order(&world, "a").assert_refused(503, "STATE_BUSY");
    assert_eq!(world.balance(), 1250 - 32);
    let again = order(&world, "a");
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
}

#[test]
fn connection_cut_before_the_operation_does_nothing() {
    let world = World::new();
    world.fault(json!({ "operation": "createBundle", "kind": "dropped", "when": "before" }));
    assert!(order(&world, "a").0.body().is_empty());
    assert_eq!(world.balance(), 1250);
}
