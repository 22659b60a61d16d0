//! Operations with terms of their own, which the API sends with 428 (Precondition Required).

use super::*;
use std::cell::Cell;
use std::rc::Rc;

/// An API whose terms have this version.
fn terms_of_version(
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
fn consent_to_the_apis_terms_is_sent_with_the_call() {
    for tool in [REVEAL, "tokportal_retrieve_account_verification_code"] {
        let app = app_answering(terms_of_version("v1"));
        let call = || ToolCall::of(tool, json!({"id": BUNDLE}));
        let (message, state) = form(&call().send(&app));
        assert!(
            message.ends_with("@maple.kitchen (TikTok, USA)? It costs 150 credits. Balance: 1,250 credits now, 1,100 afterwards. Final and non-refundable. Support ends."),
            "{message}"
        );
        assert_eq!(
            writes(&app),
            0,
            "the call without consent is not sent either"
        );
        assert!(succeeded(&call().accepting(&state).send(&app)));
        assert!(is_refused(
            &call().accepting(&state).send(&app),
            "used before"
        ));
        let sent = app.host.sent.borrow();
        let keyed = sent
            .iter()
            .any(|request| request.headers().contains_key("idempotency-key"));
        assert!(!keyed, "these operations do not allow an idempotency key");
        assert_eq!(writes(&app), 1);
    }
}

#[test]
fn a_caller_cannot_consent_in_place_of_the_person() {
    let app = app_answering(terms_of_version("v1"));
    let own = json!({"id": BUNDLE, "acknowledge_support_forfeit": true, "policy_version": "v1"});
    let call = || ToolCall::of(REVEAL, own.clone());
    let (message, state) = form(&call().send(&app));
    assert!(
        message.ends_with("@maple.kitchen (TikTok, USA)? It costs 150 credits. Balance: 1,250 credits now, 1,100 afterwards. Final and non-refundable. Support ends."),
        "{message}"
    );
    assert!(succeeded(&call().accepting(&state).send(&app)));
    assert_eq!(writes(&app), 1);
}

#[test]
fn terms_that_appear_after_acceptance_are_confirmed_again() {
    let has_terms = Rc::new(Cell::new(false));
    let current = Rc::clone(&has_terms);
    let app = app_answering(move |request| {
        if current.get() {
            terms_of_version("v1")(request)
        } else {
            json_answer(
                200,
                r#"{"data":{},"dry_run":true,"credits_would_charge":150}"#,
            )
        }
    });
    let call = || ToolCall::of(REVEAL, json!({"id": BUNDLE}));
    let (_, state) = form(&call().send(&app));
    has_terms.set(true);
    let (message, state) = form(&call().accepting(&state).send(&app));
    assert!(message.contains("have changed since you were asked. Reveal the login of @maple"));
    assert!(message.contains("It costs 150 credits. Balance: "));
    assert!(succeeded(&call().accepting(&state).send(&app)));
    assert_eq!(writes(&app), 1);
}

#[test]
fn changed_terms_are_an_error_with_the_hint_to_ask_again() {
    let version = Rc::new(Cell::new("v1"));
    let current = Rc::clone(&version);
    let app = app_answering(move |request| terms_of_version(current.get())(request));
    let call = || ToolCall::of(REVEAL, json!({"id": BUNDLE}));
    let (_, state) = form(&call().send(&app));
    version.set("v2");
    let answer = call().accepting(&state).send(&app);
    assert_eq!(failure(&answer).0, "CREDENTIAL_REVEAL_QUOTE_CHANGED");
    let hint = &answer["result"]["structuredContent"]["error"]["hint"];
    assert!(hint.as_str().is_some_and(|hint| hint.contains("ask again")));
    assert!(
        is_refused(&call().accepting(&state).send(&app), "used before"),
        "the consent is used up"
    );
}
