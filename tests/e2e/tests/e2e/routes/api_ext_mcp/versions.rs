//! The header `MCP-Protocol-Version`: repeated, unknown, empty, or of another era than the body.

use crate::support::Running;
use crate::support::mcp::{answer, code, message};
use serde_json::{Value, json};

const VERSION: &str = "mcp-protocol-version";

#[tokio::test]
async fn version_that_is_repeated_means_that_version() {
    let app = Running::start().await;
    for method in ["ping", "tools/list", "prompts/list", "resources/list"] {
        let joined = app.mcp().header(VERSION, "2025-11-25, 2025-11-25");
        let lines = app
            .mcp()
            .header(VERSION, "2025-11-25")
            .header(VERSION, "2025-11-25");
        for request in [joined, lines] {
            let answer = answer(request.body(message(method))).await;
            assert_eq!(code(&answer), (200, 0), "{method}: {answer:?}");
        }
    }
    let different = app
        .mcp()
        .header(VERSION, "2025-11-25, 2025-06-18")
        .body(message("ping"));
    assert_eq!(code(&answer(different).await), (400, -32020));
}

#[tokio::test]
async fn initialize_is_answered_whatever_the_version_header_says() {
    let app = Running::start().await;
    let initialize = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"},
    }});
    for header in [
        "2026-07-28",
        "2099-01-01",
        "2024-11-05",
        "",
        "2025-11-25, 2025-06-18",
    ] {
        let request = app
            .mcp()
            .header(VERSION, header)
            .body(initialize.to_string());
        let (status, value) = answer(request).await;
        assert_eq!(status, 200, "{header:?}: {value}");
        assert_eq!(
            value["result"]["protocolVersion"], "2025-11-25",
            "{header:?}"
        );
    }
    // Afterwards an unknown version is named, and an empty one counts as absent.
    let unknown = app
        .mcp()
        .header(VERSION, "2099-01-01")
        .body(message("tools/list"));
    let (status, value) = answer(unknown).await;
    assert_eq!(status, 400);
    let text = value["error"]["message"].as_str().expect("a message");
    for part in ["MCP-Protocol-Version", "2099-01-01", "2025-11-25"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let empty = app.mcp().header(VERSION, "").body(message("tools/list"));
    assert_eq!(answer(empty).await.0, 200);
}

#[tokio::test]
async fn modern_body_with_legacy_header_is_refused_logged_or_answered() {
    let body = json!({"jsonrpc": "2.0", "id": 9, "method": "tools/list", "params": {"_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "Claude", "version": "1"},
    }}});
    let app = Running::start().await;
    let request = app
        .mcp()
        .header(VERSION, "2025-11-25")
        .body(body.to_string());
    assert_eq!(code(&answer(request).await), (400, -32020));
    let lines = app.log.lines();
    let event = lines
        .iter()
        .filter_map(|line| serde_json::from_str::<Value>(line.split_once(": ")?.1).ok())
        .find(|event| event["event"] == "protocol_version_refused")
        .unwrap_or_else(|| panic!("{lines:?}"));
    assert_eq!(
        [&event["client"], &event["header"], &event["body"]],
        ["Claude", "2025-11-25", "2026-07-28"]
    );

    let lenient = Running::start_with(&[("accept_mixed_versions", "true")]).await;
    let request = lenient
        .mcp()
        .header(VERSION, "2025-11-25")
        .body(body.to_string());
    let (status, value) = answer(request).await;
    assert_eq!(status, 200, "{value}");
    assert_eq!(value["result"]["resultType"], "complete");
}
