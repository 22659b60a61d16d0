//! Attack family 3: scriptable URI schemes (GHSA-q9xg-f2v2-695g).

use crate::support::Running;
use crate::support::client::{CALLBACK, register};
use serde_json::json;

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
        let body = json!({"redirect_uris": [uri]}).to_string();
        let (status, answer) = register(&app, body).await;
        assert_eq!(
            (status, &answer["error"]),
            (400, &json!("invalid_redirect_uri")),
            "{uri}"
        );
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
        let body = json!({"redirect_uris": [uri]}).to_string();
        let (status, answer) = register(&app, body).await;
        assert_eq!(
            (status, &answer["error"]),
            (400, &json!("invalid_redirect_uri")),
            "{uri}"
        );
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
