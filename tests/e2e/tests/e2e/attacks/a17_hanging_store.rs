//! Attack family 17: a store that hangs must not hold requests, and none of those that need no store.

use crate::support::browser::Browser;
use crate::support::client::{OAuthClient, call_status};
use crate::support::redis::Redis;
use crate::support::{Running, demo_key, json_of};
use serde_json::json;
use tokportal_emulator::people::PEOPLE;

#[tokio::test]
async fn hanging_store_is_503_only_where_it_is_needed() {
    let redis = Redis::start();
    let app = Running::start_on(&redis).await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let code = client.code(&browser, "read").await;
    redis.signal("STOP");

    // Nothing of these needs the store.
    let initialize = app
        .legacy(
            "initialize",
            json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}}),
        )
        .await;
    assert!(initialize["result"].is_object(), "{initialize}");
    assert_eq!(call_status(&app, &demo_key()).await, 200);

    let registration = app
        .request("POST", "/register")
        .header("content-type", "application/json")
        .body(r#"{"redirect_uris":["https://app.example/cb"]}"#);
    let authorize = app.request("GET", &format!("/authorize?client_id={}", client.id));
    for (request, event) in [(registration, "unavailable"), (authorize, "error_page")] {
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 503);
        assert!(response.headers().contains_key("retry-after"));
        let id = response.headers()["x-request-id"].to_str().expect("ASCII");
        let is_event = |line: &String| {
            line.contains(id)
                && line.contains(&format!("\"event\":\"{event}\""))
                && line.contains("no answer within 2 seconds")
        };
        assert!(
            app.log.lines().iter().any(is_event),
            "{:?}",
            app.log.lines()
        );
    }
    let (status, answer) = json_of(client.redeem(&code, &[]).await).await;
    assert_eq!(
        (status, &answer["error"]),
        (503, &json!("temporarily_unavailable"))
    );
    redis.signal("CONT");
    assert_eq!(json_of(client.redeem(&code, &[]).await).await.0, 200);
}
