//! Attack family 17: requests that make the connector flood the portal or the API, and callers that hide or share an
//! address.

use crate::support::browser::{Browser, Seen, with_form};
use crate::support::canned::{Canned, response};
use crate::support::client::OAuthClient;
use crate::support::provider::{Behaviour, SECRET, provider};
use crate::support::{Running, json_of};
use futures::future::join_all;
use reqwest::Response;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The header of the proxy in these tests.
const PROXY: &str = "x-forwarded-for";

/// Moves the clock to the beginning of a minute, so that one window has the whole test.
fn begin_minute(app: &Running) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = now.expect("after 1970").as_secs() % 60;
    app.clock.advance(Duration::from_secs(60 - seconds));
}

/// A revocation request without a token, as a proxy passes it on.
async fn revoke(app: &Running, addresses: &str) -> Response {
    let request = app.request("POST", "/revoke").header(PROXY, addresses);
    let request = with_form(request, [("token_type_hint", "access_token")]);
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn address_that_a_caller_claims_moves_it_to_no_other_slot() {
    let app = Running::start_with(&[("client_address_header", PROXY)]).await;
    begin_minute(&app);
    let connections = (0..8).map(|connection| {
        let app = &app;
        async move {
            for i in 0..150 {
                let claimed = format!("203.0.{connection}.{i}, 192.0.2.1");
                let answer = revoke(app, &claimed).await;
                assert_eq!(answer.status(), 400, "{claimed}");
            }
        }
    });
    join_all(connections).await;
    for same in [
        "203.0.113.9, 192.0.2.1",
        "192.0.2.1",
        "192.0.2.1:5000",
        "::ffff:192.0.2.1",
    ] {
        let answer = revoke(&app, same).await;
        assert_eq!(answer.status(), 429, "{same}");
        let seconds = answer.headers()["retry-after"].to_str().expect("ASCII");
        assert!((1..=60).contains(&seconds.parse::<u32>().expect("seconds")));
    }
    for other in ["192.0.2.1, 198.51.100.7", "2001:db8::1", "unknown"] {
        assert_eq!(revoke(&app, other).await.status(), 400, "{other}");
    }
    let token = app.request("POST", "/token").header(PROXY, "192.0.2.1");
    let token = with_form(token, [("grant_type", "x")]).send().await;
    assert_eq!(token.expect("an answer").status(), 400, "another limit");
}

/// A message with this key, which API and portal must say something about.
async fn list_with(app: &Running, key: &str, address: &str) -> Response {
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}});
    let request = app.request("POST", "/api/ext/mcp");
    let request = request
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header(PROXY, address)
        .bearer_auth(key)
        .body(message.to_string());
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn made_up_keys_are_sent_upstream_120_times_a_minute() {
    let good = format!("sk_{}", "ab".repeat(32));
    let known = good.clone();
    let mut portal = Canned::by(move |request| {
        let (status, body) = if request.contains(&known) {
            ("200 OK", r#"{"data":{"scopes":["read"]}}"#)
        } else {
            ("401 Unauthorized", "{}")
        };
        let head = format!("{status}\r\ncontent-type: application/json");
        response(&head, body.as_bytes())
    })
    .await;
    let keys_url = format!("{}/keys", portal.url);
    let app = Running::start_atomic(&[
        ("client_address_header", PROXY),
        ("sign_in", "api-key"),
        ("api_base_url", &portal.url),
        ("portal_origin", &portal.url),
        ("portal_keys_url", &keys_url),
    ])
    .await;
    begin_minute(&app);
    let chat_host = "192.0.2.1";
    assert_eq!(list_with(&app, &good, chat_host).await.status(), 200);
    portal.seen();
    for i in 0..150 {
        let answer = list_with(&app, &format!("sk_{i:064x}"), chat_host).await;
        let status = if i < 120 { 401 } else { 429 };
        assert_eq!(answer.status(), status, "{i}");
        assert_eq!(answer.headers().contains_key("retry-after"), i >= 120);
        if i == 120 {
            // The instance knows this key. It is replaced after 128 requests.
            let answer = list_with(&app, &good, chat_host).await;
            assert_eq!(answer.status(), 200, "a person beside the guesser");
        }
    }
    let guesses = portal.seen().len();
    assert!(
        (120..=121).contains(&guesses),
        "{guesses} and the person's key at most"
    );
    let other = list_with(&app, &format!("sk_{}", "cd".repeat(32)), "192.0.2.2").await;
    assert_eq!(other.status(), 401, "another caller");
    let (status, answer) =
        json_of(list_with(&app, &format!("sk_{:064x}", 200), chat_host).await).await;
    let message = answer["error"]["message"].as_str().expect("a message");
    assert!(status == 429 && message.contains("wait"), "{answer}");
    app.clock.advance(Duration::from_secs(60));
    let later = list_with(&app, &format!("sk_{:064x}", 201), chat_host).await;
    assert_eq!(later.status(), 401, "the next minute");
}

async fn connector(portal: &Canned) -> Running {
    let keys_url = format!("{}/keys", portal.url);
    Running::start_atomic(&[
        ("api_base_url", &portal.url),
        ("portal_origin", &portal.url),
        ("portal_issuer", &portal.url),
        ("portal_keys_url", &keys_url),
        ("portal_client_secret", SECRET),
    ])
    .await
}

/// How many of the requests began so.
fn count(requests: &[String], start: &str) -> usize {
    let started = requests.iter().filter(|request| request.starts_with(start));
    started.count()
}

#[tokio::test]
async fn made_up_portal_codes_are_sent_to_the_portal_once_a_round() {
    let mut portal = provider(Behaviour::default()).await;
    let app = connector(&portal).await;
    let client = OAuthClient::register(&app, "App").await;
    let browser = Browser::new(&app);
    let at_connector = browser.get(&client.authorization(&[])).await;
    let state = at_connector.parameter("state").expect("a state");
    let callback = |code: &str, state: &str| format!("/connect/callback?code={code}&state={state}");
    portal.seen();
    let mut next = None;
    for i in 0..100 {
        let answer = browser
            .get(&callback(&format!("made-up-{i}"), &state))
            .await;
        assert_eq!(answer.status, 303, "{i}: {}", answer.text);
        next = answer.parameter("state");
    }
    let seen = portal.seen();
    assert_eq!(count(&seen, "POST /token"), 1, "{seen:?}");
    // However often the first round was answered, the next one has one answer, too, and the last one ends at the app.
    let mut state = next.expect("a state");
    for _ in 0..2 {
        let mut last = None;
        for i in 0..10 {
            let answer = browser.get(&callback(&format!("guess-{i}"), &state)).await;
            last = answer.parameter("state");
        }
        state = last.expect("a state");
    }
    assert_eq!(count(&portal.seen(), "POST /token"), 2);
}

#[tokio::test]
async fn reloaded_callback_leads_through_the_portal_to_the_page() {
    let portal = provider(Behaviour::default()).await;
    let app = connector(&portal).await;
    let client = OAuthClient::register(&app, "App").await;
    let browser = Browser::new(&app);
    let mut at_portal = browser.get(&client.authorization(&[])).await;
    for round in 1..=3 {
        let location = at_portal.target().expect("the portal").to_string();
        let answer = app.http.get(location).send().await.expect("an answer");
        let callback = answer.headers()["location"].to_str().expect("ASCII");
        let page = browser.open(callback).await;
        assert!(page.text.contains("action=\"/connect/consent\""), "{round}");
        // The person loads the callback again.
        at_portal = browser.get(callback).await;
    }
}

async fn consent_page(app: &Running, browser: &Browser, client: &OAuthClient<'_>) -> Seen {
    let at_connector = browser.get(&client.authorization(&[])).await;
    let location = at_connector.target().expect("the portal").to_string();
    let answer = app.http.get(location).send().await.expect("an answer");
    let callback = answer.headers()["location"].to_str().expect("ASCII");
    browser.open(callback).await
}

#[tokio::test]
async fn form_sent_400_times_at_the_key_limit_is_sent_on_20_times() {
    let full = Behaviour {
        change: Arc::new(|asked| {
            let error =
                json!({"error": {"code": "KEY_LIMIT_REACHED", "message": "Too many keys."}});
            let head = "409 Conflict\r\ncontent-type: application/json";
            (asked.what == "POST /keys").then(|| response(head, error.to_string().as_bytes()))
        }),
        ..Behaviour::default()
    };
    let mut portal = provider(full).await;
    let app = connector(&portal).await;
    begin_minute(&app);
    let client = OAuthClient::register(&app, "App").await;
    let browser = Browser::new(&app);
    let page = consent_page(&app, &browser, &client).await;
    portal.seen();
    for i in 0..400 {
        let answer = browser.decide(&page, "read", "authorize").await;
        assert_eq!(
            answer.status,
            if i < 20 { 409 } else { 429 },
            "{i}: {}",
            answer.text
        );
    }
    assert_eq!(count(&portal.seen(), "POST /keys"), 20);
    let another = consent_page(&app, &browser, &client).await;
    let answer = browser.decide(&another, "read", "authorize").await;
    assert_eq!(answer.status, 409, "another sign-in of the same person");
}

#[tokio::test]
async fn pasted_keys_that_are_wrong_are_sent_to_the_api_120_times() {
    let mut api = Canned::with("401 Unauthorized\r\ncontent-type: application/json", "{}").await;
    let app = Running::start_atomic(&[("sign_in", "api-key"), ("api_base_url", &api.url)]).await;
    begin_minute(&app);
    let client = OAuthClient::register(&app, "App").await;
    let mut statuses = Vec::new();
    for i in 0..14 {
        let browser = Browser::new(&app);
        let page = browser.open(&client.authorization(&[])).await;
        for j in 0..10 {
            let key = format!("sk_{:064x}", 10 * i + j);
            statuses.push(browser.paste_key(&page, &key, "read").await.status);
        }
    }
    assert!(
        statuses[..120].iter().all(|status| *status == 422),
        "{statuses:?}"
    );
    assert!(
        statuses[120..].iter().all(|status| *status == 429),
        "{statuses:?}"
    );
    assert_eq!(api.seen().len(), 120);
}
