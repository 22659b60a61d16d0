//! The trace of a caller on the wire to the API (W3C Trace Context).

use crate::support::Running;
use crate::support::canned::{Canned, response};
use serde_json::{Value, json};

const OF_HEADER: &str = "11111111111111111111111111111111";
const OF_META: &str = "22222222222222222222222222222222";

fn parent(trace: &str) -> String {
    format!("00-{trace}-00f067aa0ba902b7-01")
}

/// Calls a tool in revision 2026-07-28, and returns the header lines of the trace that the API saw.
async fn called(
    app: &Running,
    api: &mut Canned,
    header: Option<&str>,
    mut meta: Value,
) -> Vec<String> {
    let name = "tokportal_get_credit_balance";
    meta["io.modelcontextprotocol/protocolVersion"] = "2026-07-28".into();
    meta["io.modelcontextprotocol/clientCapabilities"] = json!({});
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": name, "arguments": {}, "_meta": meta}});
    let mut request = app
        .mcp()
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", "tools/call")
        .header("mcp-name", name);
    if let Some(header) = header {
        request = request
            .header("traceparent", header)
            .header("tracestate", "of=header");
    }
    let answer = request
        .body(message.to_string())
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    let seen = api.seen();
    let [request] = &seen[..] else {
        panic!("{seen:?}")
    };
    let lines = request.lines().map(str::to_ascii_lowercase);
    lines.filter(|line| line.starts_with("trace")).collect()
}

#[tokio::test]
async fn trace_of_header_or_meta_goes_on_with_a_new_parent() {
    let ok = response(
        "200 OK\r\ncontent-type: application/json",
        br#"{"data":{}}"#,
    );
    let mut api = Canned::answering(ok).await;
    let app = Running::in_front_of(&api.url).await;
    for (meta, trace, state) in [
        (json!({}), OF_HEADER, Some("tracestate: of=header")),
        (
            json!({"traceparent": parent(OF_META), "tracestate": "of=meta"}),
            OF_META,
            Some("tracestate: of=meta"),
        ),
        (json!({"traceparent": parent(OF_META)}), OF_META, None),
    ] {
        let lines = called(&app, &mut api, Some(&parent(OF_HEADER)), meta.clone()).await;
        let sent = lines.iter().find(|line| line.starts_with("traceparent: "));
        let sent = sent.unwrap_or_else(|| panic!("{meta}: {lines:?}"));
        assert!(
            sent.starts_with(&format!("traceparent: 00-{trace}-")),
            "{sent}"
        );
        assert!(
            !sent.contains("00f067aa0ba902b7") && sent.ends_with("-01"),
            "{sent}"
        );
        let sent_state = lines.iter().find(|line| line.starts_with("tracestate: "));
        assert_eq!(sent_state.map(String::as_str), state, "{meta}");
        assert!(app.log.contains(&format!("\"trace_id\":\"{trace}\"")));
    }
}

#[tokio::test]
async fn without_a_valid_trace_the_api_sees_none() {
    let ok = response(
        "200 OK\r\ncontent-type: application/json",
        br#"{"data":{}}"#,
    );
    let mut api = Canned::answering(ok).await;
    let app = Running::in_front_of(&api.url).await;
    for header in [
        None,
        Some("00-00000000000000000000000000000000-00f067aa0ba902b7-01"),
    ] {
        let lines = called(&app, &mut api, header, json!({"traceparent": "broken"})).await;
        assert!(lines.is_empty(), "{lines:?}");
    }
    assert!(!app.log.contains("trace_id"));
}
