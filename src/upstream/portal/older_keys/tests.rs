use super::*;
use crate::config::SignIn;
use crate::host::HttpError;
use crate::testing::{FakeHost, connector, json_answer};
use http::Response;
use pollster::block_on;
use serde_json::json;

const NAME: &str = "App (MCP connector)";

fn row(id: &str, more: &Value) -> Value {
    let mut row = json!({
        "id": id, "name": NAME, "scopes": ["read"], "environment": "production", "last_four": "12ab",
        "created_at": "2026-11-01T00:00:00.000Z", "last_used_at": null,
    });
    let members = more.as_object().expect("an object").clone();
    row.as_object_mut().expect("an object").extend(members);
    row
}

fn ids(rows: &[Value]) -> Vec<String> {
    let keys = of_name(&json!({ "data": rows }), NAME);
    keys.into_iter().map(|key| key.id).collect()
}

#[test]
fn only_keys_that_the_connector_minted_for_the_app_are_listed() {
    for (more, listed) in [
        (json!({}), true),
        (json!({"scopes": ["*"]}), true),
        (json!({"last_four": null, "created_at": null}), true),
        (json!({"name": "Other (MCP connector)"}), false),
        (json!({"name": "App"}), false),
        (json!({"name": null}), false),
        (json!({"environment": "test"}), false),
        (json!({"scopes": ["read", "write"]}), false),
        (json!({"scopes": []}), false),
        (json!({"scopes": "read"}), false),
        (json!({"id": "a/b"}), false),
        (json!({"id": ".."}), false),
        (json!({"id": "current"}), false),
        (json!({"id": "a?b"}), false),
        (json!({"id": ""}), false),
        (json!({"id": "x".repeat(65)}), false),
        (json!({"id": 5}), false),
    ] {
        assert_eq!(!ids(&[row("k1", &more)]).is_empty(), listed, "{more}");
    }
    for body in [
        json!({}),
        json!([]),
        json!({"data": {}}),
        json!({"data": [1, null]}),
    ] {
        assert_eq!(of_name(&body, NAME), [], "{body}");
    }
}

#[test]
fn least_recently_used_key_comes_first() {
    let rows = [
        row("used", &json!({"last_used_at": "2026-11-20T00:00:00.000Z"})),
        row("new", &json!({"created_at": "2026-11-21T00:00:00.000Z"})),
        row("old", &json!({"created_at": "2026-10-01T00:00:00.000Z"})),
        row(
            "used-long-ago",
            &json!({"last_used_at": "2026-11-02T00:00:00+00:00"}),
        ),
    ];
    assert_eq!(ids(&rows), ["old", "used-long-ago", "used", "new"]);
}

#[test]
fn number_of_keys_is_bounded() {
    let rows: Vec<Value> = (0..1_000)
        .map(|index| row(&format!("k{index}"), &json!({})))
        .collect();
    assert_eq!(ids(&rows).len(), MAX_KEYS);
    let others = row("other", &json!({"name": "Other"}));
    let mut rows = vec![others; MAX_READ];
    rows.push(row("k", &json!({})));
    assert_eq!(ids(&rows).len(), 0);
}

#[test]
fn ending_is_four_letters_or_digits() {
    for (last_four, shown) in [
        (json!("12ab"), "12ab"),
        (json!("<b>1"), ""),
        (json!("12345"), ""),
        (json!(1234), ""),
    ] {
        let body = json!({"data": [row("k", &json!({"last_four": last_four}))]});
        assert_eq!(of_name(&body, NAME)[0].last_four, shown);
    }
}

/// Lists and deletes against a portal that gives this answer.
fn ask(
    answer: impl Fn() -> Result<Response<bytes::Bytes>, HttpError> + 'static,
) -> (usize, Result<(), String>, FakeHost) {
    let host = FakeHost::answering(move |_| answer());
    let app = connector(
        host,
        &[
            ("portal_issuer", "https://portal.example"),
            ("portal_keys_url", "https://portal.example/api/keys"),
        ],
    );
    let SignIn::Portal(portal) = &app.config.sign_in else {
        panic!("expected the portal mode");
    };
    let token = Secret::new("portal-token");
    let (listed, deleted) = {
        let context = app.context();
        let listed = block_on(of_app(&context, portal, &token, NAME)).len();
        (listed, block_on(delete(&context, portal, &token, "k1")))
    };
    (listed, deleted, app.host)
}

#[test]
fn requests_have_the_access_token_and_no_body() {
    let body = json!({"data": [row("k1", &json!({}))]}).to_string();
    let (listed, deleted, host) = ask(move || json_answer(200, &body));
    assert_eq!((listed, deleted), (1, Ok(())));
    assert!(host.log.borrow().is_empty());
    let sent = host.sent.borrow();
    let shown = sent.iter().map(|request| {
        assert_eq!(request.headers()["authorization"], "Bearer portal-token");
        assert!(request.body().is_empty());
        format!("{} {}", request.method(), request.uri().path())
    });
    let expected = ["GET /api/keys", "DELETE /api/keys/k1"];
    assert_eq!(shown.collect::<Vec<_>>(), expected);
}

#[test]
fn portal_without_a_list_is_no_failure_of_the_page() {
    for (status, body, is_deleted) in [
        (404, "", true),
        (405, "", false),
        (401, "{}", false),
        (500, "", false),
        (200, "<html>", true),
    ] {
        let (listed, deleted, host) = ask(move || json_answer(status, body));
        assert_eq!((listed, deleted.is_ok()), (0, is_deleted), "{status}");
        let log = host.log.borrow();
        assert_eq!(log.len(), 1, "{log:?}");
        assert!(log[0].contains("\"event\":\"key_list_failed\""), "{log:?}");
    }
    let (listed, deleted, host) = ask(|| Err(HttpError::Timeout));
    assert_eq!(
        (listed, deleted.is_ok(), host.log.borrow().len()),
        (0, false, 1)
    );
}
