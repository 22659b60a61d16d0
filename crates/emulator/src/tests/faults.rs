//! Faults and scenarios on demand.

use http::Request;
use serde_json::json;

use super::world::{Reply, World};

fn order(world: &World, key: &str) -> Reply {
    let body = json!({ "bundle_type": "account_only", "country": "FR" });
    world.call_with("POST", "/bundles", Some(body), &[("idempotency-key", key)])
}

fn fault(world: &World, operation: &str, kind: &str, times: i64) {
    let fault = json!({ "operation": operation, "kind": kind, "times": times });
    world.control("/faults", fault);
}

#[test]
fn errors_come_in_place_of_the_operation_so_many_times() {
    let world = World::new();
    let before = world.balance();
    fault(&world, "createBundle", "500", 1);
    fault(&world, "*", "503", 1);
    fault(&world, "createBundle", "429", 1);
    assert_eq!(order(&world, "a").refusal(), (500, "INTERNAL_ERROR".into()));
    let busy = world.call("GET", "/me", None);
    assert_eq!(busy.refusal(), (503, "STATE_BUSY".into()));
    assert_eq!(busy.header("retry-after"), Some("1"));
    assert_eq!(world.call("GET", "/me", None).status(), 200);
    assert_eq!(
        order(&world, "a").refusal(),
        (429, "RATE_LIMIT_EXCEEDED".into())
    );
    assert_eq!(world.balance(), before);
    assert_eq!(order(&world, "a").header("idempotent-replayed"), None);
    assert_eq!(world.balance(), before - 32);
}

#[test]
fn an_answer_that_is_lost_can_be_asked_for_again() {
    let world = World::new();
    let before = world.balance();
    for kind in ["malformed", "truncated", "dropped"] {
        fault(&world, "createBundle", kind, 1);
        let lost = order(&world, kind);
        let body = lost.0.body();
        assert!(
            serde_json::from_slice::<serde_json::Value>(body).is_err(),
            "{kind}"
        );
        let length: Option<usize> = lost.header("content-length").map(|n| n.parse().unwrap());
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
fn faults_can_be_seen_and_cleared() {
    let world = World::new();
    fault(&world, "getCurrentUser", "delay", 3);
    assert_eq!(world.call("GET", "/me", None).status(), 200);
    let send = |method: &str| {
        let request = Request::builder().method(method);
        let request = request.uri("http://localhost:3000/emulator/faults");
        Reply(world.send(request.body(bytes::Bytes::new()).unwrap())).json()
    };
    let expected =
        json!([{ "operation": "getCurrentUser", "kind": "delay", "times": 2, "delay_ms": 1000 }]);
    assert_eq!(send("GET")["faults"], expected);
    assert_eq!(send("DELETE")["faults"], json!([]));
    fault(&world, "*", "500", 1);
    world.control("/reset", json!({}));
    assert_eq!(world.call("GET", "/me", None).status(), 200);
}

/// The codes that api-facts lists with a status; every other one of the emulator's is its own.
const FROM_THE_SOURCES: [(&str, u16); 20] = [
    ("AUTH_MISSING_KEY", 401),
    ("AUTH_INVALID_KEY", 401),
    ("AUTH_REVOKED_KEY", 401),
    ("RATE_LIMIT_EXCEEDED", 429),
    ("capacity_cooldown", 429),
    ("INSUFFICIENT_CREDITS", 402),
    ("BUNDLE_PRICING_CHANGED", 409),
    ("BUNDLE_NOT_OWNED", 403),
    ("BUNDLE_ALREADY_PUBLISHED", 409),
    ("ACCOUNT_NOT_CONFIGURED", 409),
    ("SAVED_ACCOUNT_NOT_FOUND", 404),
    ("VIDEO_NOT_FOUND", 404),
    ("UNKNOWN_FIELD", 400),
    ("COMMENT_INVALID_STATUS", 409),
    ("CREDENTIAL_REVEAL_QUOTE_CHANGED", 409),
    ("IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE", 400),
    ("account_not_configured", 400),
    ("no_videos_configured", 400),
    ("invalid_status", 409),
    ("already_accepted", 409),
];

#[test]
fn every_code_comes_on_demand_with_its_status_and_details() {
    let world = World::new();
    let request = Request::get("http://localhost:3000/emulator/errors");
    let known = Reply(world.send(request.body(bytes::Bytes::new()).unwrap())).json();
    let known = known["errors"].as_array().unwrap();
    for (code, status) in FROM_THE_SOURCES {
        let found = known.iter().find(|known| known["code"] == code);
        assert_eq!(found.unwrap()["status"], status, "{code}");
    }
    for expected in known {
        let code = expected["code"].as_str().unwrap();
        world.control(
            "/faults",
            json!({ "operation": "createBundle", "code": code }),
        );
        let reply = order(&world, code);
        assert_eq!(reply.status(), expected["status"].as_u64().unwrap() as u16);
        let error = &reply.json()["error"];
        assert_eq!(
            (&error["code"], &error["message"]),
            (&expected["code"], &expected["message"])
        );
        let none = expected["details"].as_object().unwrap().is_empty();
        assert_eq!(
            error.get("details"),
            Some(&expected["details"]).filter(|_| !none)
        );
        let wait = &error["details"]["retry_after_seconds"];
        assert_eq!(
            reply.header("retry-after"),
            wait.as_u64().map(|s| s.to_string()).as_deref()
        );
        assert_eq!(wait.is_u64(), matches!(reply.status(), 429 | 503), "{code}");
    }
    assert!(known.len() > FROM_THE_SOURCES.len());
}

#[test]
fn an_error_can_be_made_up() {
    let world = World::new();
    let made_up = json!({
        "code": "SOMETHING_NEW", "status": 422, "message": "Not today.", "details": { "until": "tomorrow" },
    });
    world.control("/faults", made_up);
    let reply = order(&world, "a");
    assert_eq!(reply.refusal(), (422, "SOMETHING_NEW".into()));
    assert_eq!(
        reply.json()["error"]["details"],
        json!({ "until": "tomorrow" })
    );
    world.control("/faults", json!({ "code": "INVALID_DATE", "details": {} }));
    assert_eq!(order(&world, "b").json()["error"].get("details"), None);
}

#[test]
fn a_fault_that_makes_no_sense_is_refused() {
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
        let request = Request::post("http://localhost:3000/emulator/faults")
            .header("content-type", "application/json")
            .body(body.to_string().into())
            .unwrap();
        assert_eq!(world.send(request).status(), 400, "{body}");
    }
}

#[test]
fn a_workspace_can_be_put_into_a_scenario() {
    let world = World::new();
    let seed = |scenario: &str| world.control("/seed", json!({ "scenario": scenario }));
    assert_eq!(seed("empty")["bundles"], 0);
    assert_eq!(world.call("GET", "/accounts", None).data(), json!([]));
    assert_eq!(seed("first_day")["accounts"], 3);
    seed("poor");
    assert_eq!(world.balance(), 3);
    assert_eq!(order(&world, "a").refusal().1, "INSUFFICIENT_CREDITS");
    seed("lapsed");
    let id = world.call("GET", "/accounts", None).data()[0]["id"].clone();
    let path = format!("/accounts/{}/managed-subscription", id.as_str().unwrap());
    assert_eq!(world.call("GET", &path, None).data()["status"], "lapsed");
    seed("banned");
    let bans = world.call("GET", "/account-bans", None).data();
    assert!(bans.as_array().unwrap().len() >= 3, "{bans}");
}
