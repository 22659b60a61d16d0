//! The trace of a message: from `_meta`, or else from the headers.

use super::*;
use http::HeaderValue;

const OF_HEADER: &str = "11111111111111111111111111111111";
const OF_META: &str = "22222222222222222222222222222222";

fn parent(trace: &str) -> String {
    format!("00-{trace}-00f067aa0ba902b7-01")
}

/// Calls a tool, and returns `traceparent` and `tracestate` of the call of the API, and the line of the log.
fn called(header: Option<&str>, meta: Value) -> (Option<HeaderValue>, Option<HeaderValue>, Value) {
    let host = FakeHost::answering(|_| json_answer(200, r#"{"data":{}}"#));
    let mut builder = post().header("mcp-protocol-version", "2025-11-25");
    if let Some(header) = header {
        builder = builder
            .header("traceparent", header)
            .header("tracestate", "of=header");
    }
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "tokportal_get_credit_balance", "arguments": {}, "_meta": meta,
    }});
    let (reply, host) = handle(host, body(builder, &message));
    assert_eq!(reply.status(), StatusCode::OK);
    let headers = host.sent.borrow()[0].headers().clone();
    let log = host.log.borrow();
    let line = log.last().expect("a line");
    (
        headers.get("traceparent").cloned(),
        headers.get("tracestate").cloned(),
        serde_json::from_str(line).expect("JSON"),
    )
}

#[test]
fn header_goes_to_the_api_and_into_the_log() {
    let (sent, state, line) = called(Some(&parent(OF_HEADER)), json!({}));
    let sent = sent.expect("a trace");
    let sent = sent.to_str().expect("ASCII");
    assert!(sent.starts_with(&format!("00-{OF_HEADER}-")), "{sent}");
    assert_ne!(
        sent,
        parent(OF_HEADER),
        "the call has a parent id of its own"
    );
    assert_eq!(state.expect("a state"), "of=header");
    assert_eq!(line["trace_id"], OF_HEADER);
}

#[test]
fn meta_wins_over_the_header_with_its_own_state() {
    for (meta, trace, state) in [
        (
            json!({"traceparent": parent(OF_META), "tracestate": "of=meta"}),
            OF_META,
            Some("of=meta"),
        ),
        (json!({"traceparent": parent(OF_META)}), OF_META, None),
        (
            json!({"traceparent": "00-broken"}),
            OF_HEADER,
            Some("of=header"),
        ),
        (
            json!({"traceparent": 7, "baggage": "user=dana"}),
            OF_HEADER,
            Some("of=header"),
        ),
    ] {
        let (sent, sent_state, line) = called(Some(&parent(OF_HEADER)), meta.clone());
        let sent = sent.expect("a trace");
        assert!(sent.to_str().expect("ASCII").contains(trace), "{meta}");
        assert_eq!(
            sent_state.as_ref().map(HeaderValue::as_bytes),
            state.map(str::as_bytes),
            "{meta}"
        );
        assert_eq!(line["trace_id"], trace, "{meta}");
    }
}

#[test]
fn without_a_valid_trace_none_is_made_up() {
    for header in [None, Some("00-broken")] {
        let (sent, state, line) = called(header, json!({}));
        assert_eq!((sent, state), (None, None));
        assert_eq!(line.get("trace_id"), None);
    }
}
