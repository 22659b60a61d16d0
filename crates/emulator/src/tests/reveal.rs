//! Revealing credentials and the verification code.

use serde_json::{Value, json};

use super::document::assert_documented;
use super::saved_accounts::{account, call, events, free_work};
use super::world::World;

fn consent(version: &str) -> Option<Value> {
    Some(json!({ "acknowledge_support_forfeit": true, "policy_version": version }))
}

const STANDARD: &str = "managed-credential-reveal-v1";

#[test]
fn a_person_agrees_first_then_it_is_charged_once_and_for_good() {
    let world = World::new();
    let id = account(&world, "cuisine.maple");
    for body in [
        None,
        Some(json!({})),
        Some(json!({ "acknowledge_support_forfeit": true })),
        Some(json!({ "policy_version": STANDARD })),
    ] {
        let asked = call(&world, "POST", &id, "/reveal-credentials", body);
        assert_eq!(asked.refusal(), (428, "REVEAL_CONSENT_REQUIRED".into()));
        let details = asked.json()["error"]["details"].clone();
        assert_eq!(
            (&details["policy_version"], &details["price"]),
            (&json!(STANDARD), &json!(150))
        );
        assert!(!details["consequences"].as_array().unwrap().is_empty());
    }
    assert_eq!(world.balance(), 1250);

    let dry = [("x-tokportal-dry-run", "true")];
    let path = format!("/accounts/{id}/reveal-credentials");
    let simulated = world.call_with("POST", &path, consent(STANDARD), &dry);
    assert_documented("/accounts/{id}/reveal-credentials", "POST", &simulated);
    assert_eq!(simulated.json()["credits_would_charge"], 150);
    assert_eq!(simulated.data()["password"], Value::Null);

    let reply = call(
        &world,
        "POST",
        &id,
        "/reveal-credentials",
        consent(STANDARD),
    );
    assert_eq!(reply.json()["credits_charged"], 150);
    let login = reply.data();
    assert!(login["password"].as_str().unwrap().len() == 16);
    assert_eq!(world.balance(), 1100);
    let again = call(&world, "POST", &id, "/reveal-credentials", None);
    assert_eq!(
        (again.data(), &again.json()["credits_charged"]),
        (login, &json!(0))
    );
    assert_eq!(world.balance(), 1100);

    let coverage = call(&world, "GET", &id, "/managed-subscription", None).data();
    assert_eq!(
        (
            &coverage["status"],
            &coverage["task_access"],
            &coverage["reactivation_quote"]
        ),
        (&json!("ended"), &json!(false), &Value::Null)
    );
    let work = free_work(&world, &id);
    assert_eq!(
        work.json()["error"]["details"]["reason"],
        "credentials_revealed"
    );
    let refresh = call(&world, "GET", &id, "/analytics/can-refresh", None).data();
    assert_eq!(refresh["reason"], "credentials_revealed");
    let events = events(&world);
    assert_eq!(
        events
            .iter()
            .filter(|event| *event == "account.revealed")
            .count(),
        1
    );
    assert!(events.contains(&"subscription.ended".to_owned()));
}

#[test]
fn other_terms_than_those_agreed_to_change_nothing() {
    let world = World::new();
    let id = account(&world, "cuisine.maple");
    let wrong = call(&world, "POST", &id, "/reveal-credentials", consent("v0"));
    assert_eq!(
        wrong.refusal(),
        (409, "CREDENTIAL_REVEAL_QUOTE_CHANGED".into())
    );
    assert_eq!(
        wrong.json()["error"]["details"],
        json!({ "policy_version": STANDARD, "expected_credit_cost": 150 })
    );
    // Another price comes under another version, so an old consent does not buy at the new price.
    world.control("/accounts", json!({ "account_id": id, "owning_rate": 15 }));
    let moved = call(
        &world,
        "POST",
        &id,
        "/reveal-credentials",
        consent(STANDARD),
    );
    assert_eq!(moved.json()["error"]["details"]["expected_credit_cost"], 15);
    assert_eq!(world.balance(), 1250);
    let version = moved.json()["error"]["details"]["policy_version"].clone();
    let version = version.as_str().unwrap();
    let reply = call(&world, "POST", &id, "/reveal-credentials", consent(version));
    assert_eq!(reply.json()["credits_charged"], 15);
    let no = call(
        &world,
        "POST",
        &id,
        "/verification-code",
        Some(json!({ "acknowledge_support_forfeit": false })),
    );
    assert_eq!(no.refusal(), (400, "VALIDATION_ERROR".into()));
}

#[test]
fn the_first_verification_code_is_a_reveal() {
    let world = World::new();
    let id = account(&world, "cuisine.maple");
    let asked = call(&world, "POST", &id, "/verification-code", None);
    assert_eq!(asked.refusal(), (428, "REVEAL_CONSENT_REQUIRED".into()));
    world.control("/credits", json!({ "balance": 149 }));
    let poor = call(&world, "POST", &id, "/verification-code", consent(STANDARD));
    assert_eq!(poor.refusal(), (402, "INSUFFICIENT_CREDITS".into()));
    world.control("/credits", json!({ "balance": 150 }));
    let reply = call(&world, "POST", &id, "/verification-code", consent(STANDARD));
    assert_eq!(reply.data()["code"].as_str().unwrap().len(), 6);
    assert_eq!(world.balance(), 0);
    let login = call(&world, "POST", &id, "/reveal-credentials", None);
    assert_eq!(login.status(), 200);
}

#[test]
fn an_account_from_before_the_cutoff_reveals_at_once_and_stays() {
    let world = World::new();
    let id = account(&world, "maple.kitchen");
    let reply = call(&world, "POST", &id, "/reveal-credentials", None);
    assert_eq!(reply.json()["credits_charged"], 0);
    assert!(reply.data()["password"].is_string());
    let work = free_work(&world, &id);
    assert_eq!(work.status(), 200);
    assert_eq!(world.balance(), 1250);
}

#[test]
fn the_answer_is_never_stored() {
    let world = World::new();
    let id = account(&world, "maple.kitchen");
    for rest in ["reveal-credentials", "verification-code"] {
        let path = format!("/accounts/{id}/{rest}");
        let reply = world.call_with("POST", &path, None, &[("idempotency-key", "k")]);
        assert_documented(&format!("/accounts/{{id}}/{rest}"), "POST", &reply);
        assert_eq!(
            reply.refusal(),
            (
                400,
                "IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE".into()
            )
        );
    }
}
