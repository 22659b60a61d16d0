//! Attack family 3: scriptable URI schemes (GHSA-q9xg-f2v2-695g).

use crate::support::Running;
use crate::support::client::{CALLBACK, register};
use serde_json::{Value, json};

/// Registers one redirect URI, which must be refused. Returns the answer.
async fn assert_refused(app: &Running, uri: &str) -> Value {
    let body = json!({"redirect_uris": [uri]}).to_string();
    let (status, answer) = register(app, body).await;
    assert_eq!(
        (status, &answer["error"]),
        (400, &json!("invalid_redirect_uri")),
        "{uri}"
    );
    answer
}

/// Alone they are refused; beside an acceptable redirect URI they are dropped.
#[tokio::test]
async fn scriptable_schemes_are_not_registered() {
    let app = Running::start().await;
    let hostile = [
        "javascript:alert(1)",
        "data:text/html,x",
        "blob:https://a.example/1",
        "file:///etc/passwd",
        "jAvAsCrIpT://app.example/%0aalert(1)",
    ];
    for uri in hostile {
        assert_refused(&app, uri).await;
    }
    let mut uris = hostile.to_vec();
    uris.push(CALLBACK);
    let (status, answer) = register(&app, json!({"redirect_uris": uris}).to_string()).await;
    assert_eq!(
        (status, &answer["redirect_uris"]),
        (201, &json!([CALLBACK]))
    );
}

/// Links that make an editor do something, and schemes that no operator enabled, are refused when the client registers,
/// not when the person is waiting.
#[tokio::test]
async fn deep_links_and_unknown_schemes_are_not_registered() {
    let app = Running::start().await;
    let callback = "cursor://anysphere.cursor-mcp/oauth/callback";
    let refused = [
        "cursor://anysphere.cursor-deeplink/mcp/install?name=x",
        "vscode://github.copilot-chat/openChat",
        "example://oauth/callback",
    ];
    for uri in refused {
        let answer = assert_refused(&app, uri).await;
        let sentence = answer["error_description"].as_str().expect("a sentence");
        assert!(sentence.contains("custom_redirect_schemes"), "{sentence}");
    }
    let body = json!({"redirect_uris": [refused[0], callback, refused[2]]}).to_string();
    let (status, answer) = register(&app, body).await;
    assert_eq!(
        (status, &answer["redirect_uris"]),
        (201, &json!([callback]))
    );
}

/// A host that is no plain name or address would reach headers of pages.
#[tokio::test]
async fn host_with_characters_of_a_header_is_not_registered() {
    let app = Running::start().await;
    for uri in [
        "https://evil.example;script-src/cb",
        "https://a,b/cb",
        "https://*/cb",
        "https://*.example/cb",
        "https://a'b/cb",
        "https://a_b.example/cb",
        "https://app.example./cb",
        "https://APP.example/cb",
        "https://0x7f.1/cb",
        "https://app.example:/cb",
        "https://app.example:65536/cb",
        "https://xn--a.example/cb",
    ] {
        let metadata = json!({"client_name": "App", "redirect_uris": [uri]});
        let (status, answer) = register(&app, metadata.to_string()).await;
        assert_eq!(
            (status, &answer["error"]),
            (400, &json!("invalid_redirect_uri")),
            "{uri}"
        );
        let beside = json!({"redirect_uris": [uri, "https://xn--bcher-kva.example:8443/cb", "https://[2001:db8::1]/cb"]});
        let (status, answer) = register(&app, beside.to_string()).await;
        assert_eq!(status, 201, "{answer}");
        assert_eq!(
            answer["redirect_uris"].as_array().map(Vec::len),
            Some(2),
            "{answer}"
        );
    }
}
