//! `/bundles/{id}/account`: the profile, its review, corrections.

use serde_json::{Value, json};

use super::flow::{Flow, merged};

#[test]
fn a_profile_is_replaced_as_a_whole() {
    let flow = Flow::new();
    let bundle = flow.order(0, &json!({ "platform": "instagram" }));
    let path = format!("{bundle}/account");
    let empty = flow.get(&path);
    assert_eq!(
        (
            &empty["status"],
            &empty["username"],
            &empty["advanced_warming"]
        ),
        (&json!("pending"), &Value::Null, &Value::Null)
    );
    let full = json!({
        "username": "a_b.c", "visible_name": "A", "biography": "B",
        "profile_picture_url": "p.jpg", "link_in_bio": "https://a.example",
    });
    let shown = flow.call("PUT", &path, Some(full.clone())).data();
    for (name, value) in full.as_object().unwrap() {
        assert_eq!(&shown[name], value);
    }
    let replaced = json!({ "username": "x", "visible_name": "X" });
    let shown = flow.call("PUT", &path, Some(replaced)).data();
    assert_eq!(
        (&shown["biography"], &shown["link_in_bio"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(flow.get(&bundle)["username"], "x");
}

#[test]
fn a_profile_keeps_the_rules() {
    let flow = Flow::new();
    let bundle = flow.order(0, &json!({}));
    let path = format!("{bundle}/account");
    for (extra, code) in [
        (json!({ "username": "a b" }), "VALIDATION_ERROR"),
        (json!({ "username": "a".repeat(25) }), "VALIDATION_ERROR"),
        (json!({ "visible_name": "" }), "VALIDATION_ERROR"),
        (json!({ "biography": "b".repeat(81) }), "VALIDATION_ERROR"),
        (
            json!({ "link_in_bio": "https://a.example" }),
            "VALIDATION_ERROR",
        ),
        (
            json!({ "advanced_warming_terms": ["one pot"] }),
            "VALIDATION_ERROR",
        ),
        (json!({ "handle": "a" }), "UNKNOWN_FIELD"),
    ] {
        let body = merged(json!({ "username": "a", "visible_name": "A" }), &extra);
        let reply = flow.call("PUT", &path, Some(body));
        assert_eq!(reply.refusal(), (400, code.to_owned()), "{extra}");
    }
    let body = json!({ "username": "a", "visible_name": "A" });
    let videos_only = flow.videos_only(1);
    for (method, body) in [("GET", None), ("PUT", Some(body.clone()))] {
        let reply = flow.call(method, &format!("{videos_only}/account"), body);
        assert_eq!(reply.refusal(), (404, "ACCOUNT_NOT_FOUND".into()));
    }
    let published = flow.published(0, &json!({}));
    let reply = flow.call("PUT", &format!("{published}/account"), Some(body));
    assert_eq!(reply.refusal(), (409, "ACCOUNT_INVALID_STATUS".into()));
    assert_eq!(
        reply.json()["error"]["details"]["current_status"],
        "published"
    );
}

#[test]
fn a_delivered_account_is_corrected_and_approved() {
    let flow = Flow::new();
    let bundle = flow.published(0, &json!({}));
    let (path, finalize, corrections) = (
        format!("{bundle}/account"),
        format!("{bundle}/account/finalize"),
        format!("{bundle}/account/corrections"),
    );
    let wish = || {
        Some(
            json!({ "comment": "Another picture", "fields": { "profile_picture_url": "too dark" } }),
        )
    };
    assert_eq!(
        flow.post(&finalize).refusal(),
        (409, "ACCOUNT_INVALID_STATUS".into())
    );
    assert_eq!(
        flow.call("POST", &corrections, wish()).refusal(),
        (409, "ACCOUNT_INVALID_STATUS".into())
    );
    flow.hours(24);
    let first = flow.get(&bundle)["saved_account_id"].clone();
    assert_eq!(
        flow.call("POST", &corrections, Some(json!({ "comment": " " })))
            .refusal(),
        (400, "VALIDATION_ERROR".into())
    );
    assert_eq!(
        flow.call("POST", &corrections, wish()).data()["status"],
        "pending_corrections"
    );
    let event = flow.workspace().events.last().unwrap().clone();
    assert_eq!(
        (event.r#type.as_str(), &event.data["comment"]),
        ("account.pending_corrections", &json!("Another picture"))
    );
    flow.hours(12);
    assert_eq!(flow.status(&path), "in_review");
    assert_eq!(
        flow.get(&bundle)["saved_account_id"],
        first,
        "delivered once"
    );
    assert_eq!(flow.post(&finalize).data()["status"], "finalized");
    assert_eq!(flow.status(&bundle), "completed");
    assert_eq!(
        flow.post(&finalize).refusal(),
        (409, "ACCOUNT_INVALID_STATUS".into())
    );
}
