//! Attack family 16: bodies and headers that abuse a parser.

use crate::support::Running;
use crate::support::mcp::{answer, code, message};

#[tokio::test]
async fn body_not_json_is_400_with_parse_error() {
    let app = Running::start().await;
    for body in ["", "{", "hello", "{\"jsonrpc\":\"2.0\",}"] {
        assert_eq!(
            code(&answer(app.mcp().body(body)).await),
            (400, -32700),
            "{body:?}"
        );
    }
}

#[tokio::test]
async fn body_of_10_mb_is_413() {
    let app = Running::start().await;
    let body = format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{}\"}}",
        "x".repeat(10 << 20)
    );
    assert_eq!(answer(app.mcp().body(body)).await.0, 413);
}

#[tokio::test]
async fn json_10_000_deep_is_400() {
    let app = Running::start().await;
    let body = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(code(&answer(app.mcp().body(body)).await), (400, -32700));
    let body = format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{}1{}}}",
        "{\"a\":".repeat(10_000),
        "}".repeat(10_000)
    );
    assert_eq!(code(&answer(app.mcp().body(body)).await), (400, -32700));
    assert_eq!(
        answer(app.mcp().body(message("ping"))).await.0,
        200,
        "the app still answers"
    );
}

#[tokio::test]
async fn duplicate_keys_are_400() {
    let app = Running::start().await;
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}"#;
    let answer = answer(app.mcp().body(body)).await;
    assert_eq!(code(&answer), (400, -32700));
    assert!(
        answer.1["error"]["message"]
            .as_str()
            .is_some_and(|text| text.contains("duplicate")),
        "{answer:?}"
    );
}

#[tokio::test]
async fn invalid_utf8_is_400_and_nul_is_an_unknown_method() {
    let app = Running::start().await;
    let body = b"{\"jsonrpc\":\"2.0\",\"id\":\"\xff\",\"method\":\"ping\"}".to_vec();
    assert_eq!(code(&answer(app.mcp().body(body)).await), (400, -32700));
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"\u0000"}"#;
    assert_eq!(code(&answer(app.mcp().body(body)).await), (200, -32601));
}
