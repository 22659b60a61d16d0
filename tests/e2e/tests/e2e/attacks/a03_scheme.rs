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
