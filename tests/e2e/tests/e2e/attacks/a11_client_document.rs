//! Attack family 11: client-id metadata documents that lead inside, or that are huge, slow, redirecting or mismatched.
//! The hosts that publish them are real TLS servers.

use crate::support::Running;
use crate::support::browser::{Browser, Seen};
use crate::support::client::{CALLBACK, OAuthClient};
use crate::support::publisher::{APP, INSIDE, Publisher};
use serde_json::json;
use std::time::Duration;

const ID: &str = "https://app.example.com/client.json";
const UNAVAILABLE: &str = "We could not check this app";
const INVALID: &str = "This app describes itself incorrectly";

/// A document with these members changed.
fn document(id: &str, changes: &serde_json::Value) -> String {
    let mut document = json!({
        "client_id": id, "client_name": "App", "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "none",
    });
    for (name, value) in changes.as_object().expect("an object") {
        document[name] = value.clone();
    }
    document.to_string()
}

/// What a person sees that an app sends to `/authorize` with this client id.
async fn authorize(app: &Running, id: &str) -> Seen {
    let client = OAuthClient {
        app,
        id: id.to_owned(),
    };
    Browser::new(app).get(&client.authorization(&[])).await
}

/// Asserts an error page with this title and no redirect.
fn assert_page(page: &Seen, status: u16, title: &str, case: &str) {
    assert_eq!(page.status, status, "{case}: {}", page.text);
    assert!(page.target().is_none(), "{case}");
    assert!(page.text.contains(title), "{case}: {}", page.text);
}

/// The browser sees an error page, and the connector sends no request.
#[tokio::test]
async fn documents_at_private_addresses_are_not_fetched() {
    let publisher = Publisher::start().await;
    let app = Running::start_beside(&publisher, &[]).await;
    let inside = format!("{}/portal/.well-known/openid-configuration", app.url);
    for id in [
        "https://claude.ai@app.example.com/client.json",
        "https://user:pw@app.example.com/client.json",
        "https://app.example.com/a/../client.json",
        "https://app.example.com/client.json?x=1",
        "https://app.example.com/client.json#x",
        "https://app.example.com:8443/client.json",
        "https://app.example.com:443/client.json",
        "https://app.example.com./client.json",
        "https://APP.example.com/client.json",
        "http://app.example.com/client.json",
        "https://app.example.com/",
        "https://127.0.0.1/client.json",
        "https://0x7f.1/client.json",
        "https://2130706433/client.json",
        "https://[::1]/client.json",
        "https://169.254.169.254/latest/meta-data/",
        "https://localhost/client.json",
        "https://printer.local/client.json",
        "https://emulator.spin.internal/emulator/state",
        "http://emulator.spin.internal/emulator/state",
        "https://self.alt/client.json",
        &inside,
    ] {
        let before = app.log.lines().len();
        assert_page(
            &authorize(&app, id).await,
            400,
            "We do not know this app",
            id,
        );
        let log = app.log.lines().split_off(before).join("\n");
        assert!(
            !log.contains("client_metadata_rejected") && !log.contains("allowed_outbound_hosts"),
            "{log}"
        );
    }
    assert_eq!(publisher.all_requests(), 0);
}

/// The name is public, but the name service leads it to this computer: the embedding host refuses the connection.
#[tokio::test]
async fn public_name_with_a_private_address_is_refused_by_the_host() {
    let publisher = Publisher::start().await;
    let app = Running::start_beside(&publisher, &[]).await;
    let id = format!("https://{INSIDE}/client.json");
    publisher.json(&id, "", &document(&id, &json!({})));
    let page = authorize(&app, &id).await;
    assert_page(
        &page,
        503,
        "This connector is not allowed to check this app",
        &id,
    );
    assert_eq!(publisher.all_requests(), 0);
    let log = app.log.lines().join("\n");
    assert!(
        log.contains("client_metadata_rejected") && log.contains(INSIDE),
        "{log}"
    );
}

#[tokio::test]
async fn answer_that_is_not_a_small_json_document_is_refused() {
    let publisher = Publisher::start().await;
    let app = Running::start_beside(&publisher, &[]).await;
    let at = |name: &str| format!("https://{APP}/{name}.json");
    let json = "content-type: application/json";
    for (name, head, more) in [
        (
            "huge",
            "200 OK\r\ncontent-type: application/json",
            json!({"x": "a".repeat(100_000)}),
        ),
        ("html", "200 OK\r\ncontent-type: text/html", json!({})),
        ("untyped", "200 OK\r\nserver: x", json!({})),
        (
            "created",
            "201 Created\r\ncontent-type: application/json",
            json!({}),
        ),
        (
            "gone",
            "410 Gone\r\ncontent-type: application/json",
            json!({}),
        ),
        (
            "moved",
            "302 Found\r\nlocation: https://app.example.com/good.json\r\ncontent-type: application/json",
            json!({}),
        ),
    ] {
        publisher.answer(&at(name), head, &document(&at(name), &more));
        assert_page(&authorize(&app, &at(name)).await, 400, UNAVAILABLE, name);
        assert_eq!(publisher.requests(&at(name)), 1, "{name}");
    }
    for (name, body) in [
        (
            "deep",
            format!("{{\"x\":{}{}}}", "[".repeat(2_000), "]".repeat(2_000)),
        ),
        ("text", "hello".to_owned()),
        ("empty", String::new()),
    ] {
        publisher.answer(&at(name), &format!("200 OK\r\n{json}"), &body);
        assert_page(&authorize(&app, &at(name)).await, 400, UNAVAILABLE, name);
    }
    assert_page(
        &authorize(&app, &at("missing")).await,
        400,
        UNAVAILABLE,
        "404",
    );
    publisher.json(&at("good"), "", &document(&at("good"), &json!({})));
    let good = authorize(&app, &at("good")).await;
    assert!(good.target().is_some(), "{}", good.text);
    assert_eq!(publisher.requests(&at("good")), 1, "no redirect led there");
}

#[tokio::test]
async fn document_of_another_client_or_with_a_secret_is_refused() {
    let publisher = Publisher::start().await;
    let app = Running::start_beside(&publisher, &[]).await;
    for (index, changes) in [
        json!({"client_id": "https://app.example.com/other.json"}),
        json!({"client_id": null}),
        json!({"client_secret": "secret"}),
        json!({"token_endpoint_auth_method": "client_secret_basic"}),
        json!({"token_endpoint_auth_method": "private_key_jwt"}),
        json!({
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks_uri": "https://169.254.169.254/keys.json",
        }),
        json!({"redirect_uris": []}),
        json!({"redirect_uris": ["javascript:alert(1)", "http://app.example.com/"]}),
    ]
    .iter()
    .enumerate()
    {
        let id = format!("https://{APP}/{index}/client.json");
        publisher.json(&id, "", &document(&id, changes));
        let case = changes.to_string();
        assert_page(&authorize(&app, &id).await, 400, INVALID, &case);
    }
    let log = app.log.lines().join("\n");
    assert!(log.contains(r#""host":"app.example.com""#), "{log}");
}

/// The connector gives up by itself, so the person does not wait for a host that never answers.
#[tokio::test]
async fn host_that_never_answers_ends_on_a_page() {
    let publisher = Publisher::start().await;
    let app = Running::start_beside(&publisher, &[]).await;
    publisher.silence(ID);
    assert_page(&authorize(&app, ID).await, 400, UNAVAILABLE, "silence");
    let log = app.log.lines().join("\n");
    assert!(log.contains("no answer in time"), "{log}");
}

/// How often a document with these headers is requested by two authorization requests with this time between them.
async fn requests(headers: &str, seconds: u64) -> usize {
    let publisher = Publisher::start().await;
    let app = Running::start_beside(&publisher, &[]).await;
    publisher.json(ID, headers, &document(ID, &json!({})));
    assert!(authorize(&app, ID).await.target().is_some());
    app.clock.advance(Duration::from_secs(seconds));
    assert!(authorize(&app, ID).await.target().is_some());
    publisher.requests(ID)
}

#[tokio::test]
async fn document_is_kept_by_its_max_age_and_an_hour_at_most() {
    assert_eq!(requests("cache-control: max-age=60\r\n", 30).await, 1);
    assert_eq!(requests("cache-control: max-age=60\r\n", 90).await, 2);
    assert_eq!(requests("cache-control: max-age=86400\r\n", 3_700).await, 2);
    assert_eq!(requests("cache-control: no-store\r\n", 0).await, 2);
}
