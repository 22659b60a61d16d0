//! Attack family 19: text from outside that forges a line of the log.

use crate::support::Running;
use crate::support::browser::Browser;
use crate::support::canned::response;
use crate::support::client::OAuthClient;
use crate::support::provider::{Behaviour, SECRET, provider};
use serde_json::{Value, json};
use std::sync::Arc;
use url::form_urlencoded::Serializer;

/// Line breaks of every kind, a terminal's escape sequence, and marks that turn the writing direction.
const HOSTILE: &str = "x\r\n{\"event\":\"started\"}\n\u{85}\u{2028}\u{2029}\u{1b}[2J\u{9b}2J\u{202e}\u{2066}\u{200f}end";

/// The lines of the connector's log, each of which is one JSON object in plain characters.
fn events(app: &Running) -> Vec<Value> {
    let lines = app.log.lines();
    let lines = lines.iter().filter_map(|line| line.split_once(": "));
    lines
        .filter(|(component, _)| *component == "connector")
        .map(|(_, line)| {
            let is_plain = |c: char| {
                let turns_or_ends = matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
                !c.is_control() && !turns_or_ends
            };
            assert!(line.chars().all(is_plain), "{line:?}");
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
        })
        .collect()
}

#[tokio::test]
async fn error_of_the_portal_forges_no_line_of_the_log() {
    let hostile = Behaviour {
        change: Arc::new(|asked| {
            let error = json!({"error": HOSTILE, "error_description": HOSTILE});
            let head = "400 Bad Request\r\ncontent-type: application/json";
            (asked.what == "POST /token").then(|| response(head, error.to_string().as_bytes()))
        }),
        ..Behaviour::default()
    };
    let portal = provider(hostile).await;
    let keys_url = format!("{}/keys", portal.url);
    let app = Running::start_connector(&[
        ("api_base_url", &portal.url),
        ("portal_origin", &portal.url),
        ("portal_issuer", &portal.url),
        ("portal_keys_url", &keys_url),
        ("portal_client_secret", SECRET),
    ])
    .await;
    let client = OAuthClient::register(&app, HOSTILE).await;
    let browser = Browser::new(&app);
    for members in [
        vec![("error", HOSTILE), ("error_description", HOSTILE)],
        vec![("code", "x")],
        vec![("code", "x"), ("iss", HOSTILE)],
    ] {
        let at_connector = browser.get(&client.authorization(&[])).await;
        let state = at_connector.parameter("state").expect("a state");
        let mut query = Serializer::new(String::new());
        query.append_pair("state", &state).extend_pairs(members);
        let callback = format!("/connect/callback?{}", query.finish());
        assert_eq!(browser.get(&callback).await.status, 200);
    }
    let events = events(&app);
    let named = |name: &str| events.iter().filter(|event| event["event"] == name).count();
    assert_eq!(named("portal_error"), 2, "{events:?}");
    assert_eq!(named("sign_in_failed"), 3, "{events:?}");
    assert_eq!(named("started"), 1, "{events:?}");
}
