//! Operations with terms of their own, which the API shows with 428.

use super::*;
use std::cell::Cell;
use std::rc::Rc;

/// An API whose terms are of this version.
fn revealing(
    version: &'static str,
) -> impl Fn(&Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    move |request| {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let sent = body["policy_version"].as_str();
        if body["acknowledge_support_forfeit"] != true || sent.is_none() {
            let details = json!({"policy_version": version, "price": 150, "consequences": ["Final and non-refundable.", "Support ends."]});
            let error = json!({"error": {"code": "REVEAL_CONSENT_REQUIRED", "message": "Consent first.", "details": details}});
            json_answer(428, &error.to_string())
        } else if sent != Some(version) {
            let error = json!({"error": {"code": "CREDENTIAL_REVEAL_QUOTE_CHANGED", "message": "Other terms.", "details": {"expected_credit_cost": 200}}});
            json_answer(409, &error.to_string())
        } else {
            json_answer(
                200,
                r#"{"data":{"username":"u","password":"p"},"credits_charged":150}"#,
            )
        }
    }
}

#[test]
fn a_reveal_is_asked_about_in_the_apis_own_terms_and_the_consent_goes_with_the_call() {
    for tool in [REVEAL, "tokportal_retrieve_account_verification_code"] {
        let world = world(revealing("v1"));
        let leg = || Leg::of(tool, json!({"id": BUNDLE}));
        let (message, state) = question(&leg().send(&world));
        assert!(
            message.contains("It costs 150 credits. Final and non-refundable. Support ends."),
            "{message}"
        );
        assert_eq!(writes(&world), 0, "not even the call that would be refused");
        assert!(succeeded(&leg().accepting(&state).send(&world)));
        assert!(is_refused(
            &leg().accepting(&state).send(&world),
            "used before"
        ));
        let sent = world.host.sent.borrow();
        let keyed = sent
            .iter()
            .any(|request| request.headers().contains_key("idempotency-key"));
        assert!(!keyed, "these operations refuse a key");
        assert_eq!(writes(&world), 1);
    }
}

#[test]
fn a_caller_that_consents_by_itself_does_not_keep_the_terms_from_the_person() {
    let world = world(revealing("v1"));
    let own = json!({"id": BUNDLE, "acknowledge_support_forfeit": true, "policy_version": "v1"});
    let leg = || Leg::of(REVEAL, own.clone());
    let (message, state) = question(&leg().send(&world));
    assert!(
        message.contains("It costs 150 credits. Final and non-refundable. Support ends."),
        "{message}"
    );
    assert!(succeeded(&leg().accepting(&state).send(&world)));
    assert_eq!(writes(&world), 1);
}

#[test]
fn terms_that_were_not_there_when_the_person_was_asked_are_asked_about() {
    let has_terms = Rc::new(Cell::new(false));
    let today = Rc::clone(&has_terms);
    let world = world(move |request| {
        if today.get() {
            revealing("v1")(request)
        } else {
            json_answer(
                200,
                r#"{"data":{},"dry_run":true,"credits_would_charge":150}"#,
            )
        }
    });
    let leg = || Leg::of(REVEAL, json!({"id": BUNDLE}));
    let (_, state) = question(&leg().send(&world));
    has_terms.set(true);
    let (message, state) = question(&leg().accepting(&state).send(&world));
    assert!(message.contains("have changed since you were asked. It costs 150 credits. Final"));
    assert!(succeeded(&leg().accepting(&state).send(&world)));
    assert_eq!(writes(&world), 1);
}

#[test]
fn terms_that_changed_are_passed_on_with_the_hint_to_ask_again() {
    let version = Rc::new(Cell::new("v1"));
    let today = Rc::clone(&version);
    let world = world(move |request| revealing(today.get())(request));
    let leg = || Leg::of(REVEAL, json!({"id": BUNDLE}));
    let (_, state) = question(&leg().send(&world));
    version.set("v2");
    let answer = leg().accepting(&state).send(&world);
    assert_eq!(failure(&answer).0, "CREDENTIAL_REVEAL_QUOTE_CHANGED");
    let hint = &answer["result"]["structuredContent"]["error"]["hint"];
    assert!(hint.as_str().is_some_and(|hint| hint.contains("ask again")));
    assert!(
        is_refused(&leg().accepting(&state).send(&world), "used before"),
        "the consent is void"
    );
}
