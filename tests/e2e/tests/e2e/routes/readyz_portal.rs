//! `/readyz/portal`: whether people can sign in at the portal.

use crate::support::provider::{Behaviour, SECRET, provider};
use crate::support::{BROWSER, Running, json_of};
use futures::future::join_all;
use serde_json::Value;

async fn checked(app: &Running) -> (u16, Value) {
    let answer = app.request("GET", "/readyz/portal").send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    json_of(answer).await
}

fn named<'a>(report: &'a Value, name: &str) -> &'a Value {
    let checks = report["checks"].as_array().expect("a list");
    let check = checks.iter().find(|check| check["name"] == name);
    check.unwrap_or_else(|| panic!("{name} in {report}"))
}

#[tokio::test]
async fn portal_of_the_emulator_passes_every_check() {
    let app = Running::start().await;
    assert_eq!(checked(&app).await.0, 503, "the store is new");
    let (status, report) = checked(&app).await;
    assert_eq!(status, 200, "{report}");
    let callback = format!("`{}/connect/callback` is registered.", app.url);
    assert_eq!(named(&report, "redirect_uri")["note"], callback);
    let client = named(&report, "client_authentication");
    assert_eq!(client["note"], "The portal knows the client (`none`).");
    let checks = report["checks"].as_array().expect("a list");
    assert_eq!(checks.len(), 13, "{report}");
    let is_plain = |check: &Value| check["ok"] == true && check["problem"].is_null();
    assert!(checks.iter().all(is_plain), "{report}");

    let page = app
        .request("GET", "/readyz/portal")
        .header("accept", BROWSER);
    let page = page.send().await.expect("an answer");
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let text = page.text().await.expect("text");
    for part in [
        "People can sign in at the portal",
        "Redirect URI",
        "is registered.",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let head = app.request("HEAD", "/readyz/portal").send().await;
    assert_eq!(head.expect("an answer").status(), 200);
}

/// Anyone may ask, and each check asks the portal eight times.
#[tokio::test]
async fn flood_of_portal_checks_asks_the_portal_once() {
    let mut portal = provider(Behaviour::default()).await;
    let keys_url = format!("{}/keys", portal.url);
    let app = Running::start_connector(&[
        ("api_base_url", &portal.url),
        ("portal_origin", &portal.url),
        ("portal_issuer", &portal.url),
        ("portal_keys_url", &keys_url),
        ("portal_client_secret", SECRET),
    ])
    .await;
    checked(&app).await;
    for _ in 0..3 {
        for (status, report) in join_all((0..60).map(|_| checked(&app))).await {
            assert!(status == 200 || status == 503, "{report}");
        }
    }
    let seen = portal.seen();
    assert!((8..=16).contains(&seen.len()), "{} requests", seen.len());
    let has_secret = |request: &&String| request.to_lowercase().contains("\r\nauthorization: ");
    let with_secret: Vec<&String> = seen.iter().filter(has_secret).collect();
    assert!(
        with_secret
            .iter()
            .all(|request| request.starts_with("POST /token "))
    );
    assert!(!app.log.contains(SECRET));
}

#[tokio::test]
async fn without_a_portal_the_check_is_about_the_api() {
    let api = provider(Behaviour::default()).await;
    let app = Running::in_front_of(&api.url).await;
    checked(&app).await;
    let (status, report) = checked(&app).await;
    assert_eq!(status, 200, "{report}");
    let note = named(&report, "sign_in")["note"].as_str().expect("a note");
    assert!(note.starts_with("There is no portal"), "{note}");
}
