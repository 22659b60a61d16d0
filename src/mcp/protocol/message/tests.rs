//! Messages as clients send them.

use super::*;
use serde_json::json;

#[test]
fn requests_notifications_and_responses_are_told_apart() {
    let request = message(json!({"jsonrpc":"2.0","id":1,"method":"ping"}));
    assert!(matches!(request, Ok(Message::Request(r)) if r.id == 1 && r.params.is_empty()));
    let notification = message(json!({"jsonrpc":"2.0","method":"notifications/initialized"}));
    assert!(matches!(notification, Ok(Message::Notification)));
    let response = message(json!({"jsonrpc":"2.0","id":1,"result":{}}));
    assert_eq!(response, Ok(Message::Response));
}

#[test]
fn null_and_empty_list_count_as_no_parameters() {
    for nothing in [json!(null), json!([])] {
        let request = message(json!({"jsonrpc":"2.0","id":1,"method":"ping","params":nothing}));
        assert!(matches!(request, Ok(Message::Request(r)) if r.params.is_empty()));
        let notification =
            message(json!({"jsonrpc":"2.0","id":null,"method":"notifications/x","params":nothing}));
        assert_eq!(notification, Ok(Message::Notification));
    }
}

#[test]
fn arguments_as_text_or_empty_list_become_an_object() {
    let arguments = |value: Value| {
        let params = json!({"name": "x", "arguments": value});
        match message(json!({"jsonrpc":"2.0","id":1,"method":"tools/call","params":params})) {
            Ok(Message::Request(request)) => request.params["arguments"].clone(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(arguments(json!("{\"page\":1}")), json!({"page": 1}));
    assert_eq!(arguments(json!([])), json!({}));
    for unreadable in [
        json!("page=1"),
        json!("[1]"),
        json!("{\"a\":1,\"a\":2}"),
        json!([1]),
    ] {
        assert_eq!(arguments(unreadable.clone()), unreadable);
    }
    let params = json!({"name": "x", "arguments": "{\"a\":\"\\ud83d\"}"});
    let error = message(json!({"jsonrpc":"2.0","id":"r","method":"tools/call","params":params}))
        .expect_err("must be refused");
    assert_eq!(
        (error.code, &error.id),
        (ErrorCode::InvalidParams, &Some(json!("r")))
    );
    assert!(error.to_json().to_string().contains("not valid Unicode"));
}

#[test]
fn an_invalid_message_is_refused_with_its_id_if_readable() {
    for (value, id) in [
        (json!([]), None),
        (json!({"id":7,"method":"ping"}), Some(json!(7))),
        (json!({"jsonrpc":"2.0","id":"a"}), Some(json!("a"))),
        (
            json!({"jsonrpc":"2.0","id":"a","method":1}),
            Some(json!("a")),
        ),
        (
            json!({"jsonrpc":"2.0","id":"a","method":"x","params":[1]}),
            Some(json!("a")),
        ),
        (json!({"jsonrpc":"2.0","id":null,"method":"ping"}), None),
        (json!({"jsonrpc":"2.0","id":{},"method":"ping"}), None),
        (json!({"jsonrpc":"2.0","id":1e30,"method":"ping"}), None),
    ] {
        let error = message(value.clone()).expect_err("must be refused");
        assert_eq!(
            (error.code, error.id),
            (ErrorCode::InvalidRequest, id),
            "{value}"
        );
    }
}

#[test]
fn requests_with_half_an_emoji_are_answered_by_their_ids() {
    let answer = |body: &str| {
        let reply = unreadable(&json::parse(body.as_bytes()).expect_err("not Unicode"));
        let value: Value = serde_json::from_slice(reply.body()).expect("JSON");
        (reply.status().as_u16(), value)
    };
    let (status, error) =
        answer(r#"{"jsonrpc":"2.0","id":"r-1","method":"tools/call","params":{"a":"\ud83d"}}"#);
    assert_eq!((status, &error["id"]), (200, &json!("r-1")));
    assert_eq!(error["error"]["code"], -32700);
    let (status, errors) = answer(
        r#"[{"id":1,"method":"a"},{"method":"notifications/x"},{"id":2,"method":"\udc00"},{"id":3,"result":0}]"#,
    );
    let ids: Vec<_> = errors
        .as_array()
        .expect("a batch")
        .iter()
        .map(|e| &e["id"])
        .collect();
    assert_eq!((status, ids), (200, vec![&json!(1), &json!(2)]));
    for without_id in [
        r#"{"method":"notifications/x","params":{"a":"\ud83d"}}"#,
        r#"{"id":"\ud83d","method":"ping"}"#,
        r#"["\ud83d"]"#,
        r#""\ud83d""#,
    ] {
        let (status, error) = answer(without_id);
        assert_eq!((status, &error["id"]), (400, &Value::Null), "{without_id}");
    }
}
