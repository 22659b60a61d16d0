//! Attack family 13: a read-only grant that writes.

use crate::support::browser::Browser;
use crate::support::client::{OAuthClient, ask, call, call_status, tools};
use crate::support::{Running, demo_key, json_of};
use serde_json::json;
use tokportal_emulator::people::PEOPLE;

#[tokio::test]
async fn write_tool_with_read_only_grant_is_403_without_a_call() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "Reader").await;
    let token = client.connect(&browser, "read").await;
    let all = tools(&app, &demo_key()).await;
    let writing: Vec<_> = all.iter().filter(|(_, reads)| !reads).collect();
    assert!(writing.len() > 30, "{}", writing.len());
    let challenge = format!(
        "Bearer error=\"insufficient_scope\", scope=\"read write\", \
         resource_metadata=\"{}/.well-known/oauth-protected-resource/api/ext/mcp\"",
        app.url
    );
    let log = || async {
        let keys = browser.open("/portal/developer/api-keys").await;
        let row = keys
            .text
            .split("<tr>")
            .find(|row| row.contains("Reader (MCP connector)"));
        let (_, id) = row.expect("the key").split_once("href=\"").expect("a link");
        let page = browser.open(id.split('"').next().expect("a link")).await;
        assert_eq!(page.status, 200);
        page.text
    };
    for (name, _) in &writing {
        for arguments in [
            json!({}),
            json!({"dry_run": true}),
            json!({"id": "x", "scope": "write", "read_only": false}),
        ] {
            let refused = ask(
                &app,
                &token,
                "tools/call",
                json!({"name": name, "arguments": arguments}),
            )
            .await;
            assert_eq!(refused.status(), 403, "{name}");
            assert_eq!(
                refused.headers()["www-authenticate"],
                challenge.as_str(),
                "{name}"
            );
        }
    }
    // Neither a header, a query parameter nor another spelling of the name widens the grant.
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": writing[0].0, "arguments": {}}});
    let refused = app
        .request("POST", "/api/ext/mcp?scope=write&level=full")
        .header("content-type", "application/json")
        .header("x-scope", "write")
        .header("x-tokportal-scopes", "*")
        .bearer_auth(&token)
        .body(message.to_string())
        .send()
        .await
        .expect("an answer");
    assert_eq!(refused.status(), 403);
    let (_, odd) = json_of(call(&app, &token, &writing[0].0.to_uppercase()).await).await;
    assert_eq!(odd["error"]["code"], -32602, "{odd}");
    assert!(
        log().await.contains("This key has not been used yet."),
        "no call reached the API"
    );

    assert_eq!(call_status(&app, &token).await, 200);
    assert!(
        log().await.contains("/credits/balance"),
        "the log shows a call that reaches the API"
    );
}

/// The person created the key in the portal; no sign-in of the connector is involved.
#[tokio::test]
async fn read_only_key_of_the_portal_lists_and_calls_only_reads() {
    let app = Running::start().await;
    let key = tokportal_emulator::people::demo_read_key();
    assert!(tools(&app, &key).await.iter().all(|(_, reads)| *reads));
    assert_eq!(
        call(&app, &key, "tokportal_create_bundle").await.status(),
        403
    );
}
