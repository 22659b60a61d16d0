//! Attack family 7: the exact header fields of pages, redirects and token answers forbid framing and cross-origin reads.

use crate::support::Running;
use crate::support::browser::Browser;
use crate::support::client::{CALLBACK, OAuthClient, ask};
use reqwest::header::HeaderMap;
use serde_json::json;
use tokportal_emulator::people::PEOPLE;

/// The header fields, sorted, without those that differ in each answer. Unit tests check the hash of the style.
fn fields(headers: &HeaderMap) -> String {
    let mut lines: Vec<String> = headers
        .iter()
        .filter(|(name, _)| {
            !matches!(
                name.as_str(),
                "content-length" | "date" | "x-request-id" | "location" | "refresh"
            )
        })
        .map(|(name, value)| format!("{name}: {}", value.to_str().expect("ASCII")))
        .collect();
    lines.sort_unstable();
    let text = lines.join("\n");
    match text.split_once("'sha256-") {
        Some((before, rest)) => format!(
            "{before}'sha256-…{}",
            &rest[rest.find('\'').expect("a hash")..]
        ),
        None => text,
    }
}

fn page(form_action: &str) -> String {
    format!(
        "cache-control: no-store\n\
         content-language: en\n\
         content-security-policy: default-src 'none'; style-src 'sha256-…'; img-src data:; form-action {form_action}; \
         frame-ancestors 'none'; base-uri 'none'\n\
         content-type: text/html; charset=utf-8\n\
         cross-origin-resource-policy: same-origin\n\
         permissions-policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\n\
         referrer-policy: no-referrer\n\
         vary: accept-language\n\
         x-content-type-options: nosniff\n\
         x-frame-options: DENY\n\
         x-robots-tag: noindex"
    )
}

/// The page that sends the browser back to the app, and ends the transaction by its cookie.
fn page_that_moves_on(cookie: &str, decision: &str) -> String {
    page("'none'").replace(
        "\nvary:",
        &format!(
            "\nset-cookie: {cookie}={decision}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax\nvary:"
        ),
    )
}

const REDIRECT: &str = "cache-control: no-store\nreferrer-policy: no-referrer";
const TOKEN: &str = "access-control-allow-origin: *\n\
     access-control-expose-headers: WWW-Authenticate, Retry-After\n\
     cache-control: no-store\n\
     content-type: application/json\n\
     pragma: no-cache\n\
     x-content-type-options: nosniff";

#[tokio::test]
async fn pages_redirects_and_tokens_have_exact_headers() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;

    let leaving = browser.get(&client.authorization(&[])).await;
    assert_eq!(leaving.status, 302);
    let cookie = leaving.headers["set-cookie"]
        .to_str()
        .expect("ASCII")
        .to_owned();
    let (name, rest) = cookie.split_once('=').expect("a cookie");
    assert!(name.starts_with("tp-") && name.len() == 3 + 32, "{name}");
    assert_eq!(&rest[43..], "; Path=/; Max-Age=600; HttpOnly; SameSite=Lax");
    let without = fields(&leaving.headers).replace(&format!("\nset-cookie: {cookie}"), "");
    assert_eq!(without, REDIRECT, "to the portal");

    let consent = browser
        .open(leaving.target().expect("the portal").as_str())
        .await;
    assert_eq!(fields(&consent.headers), page("'self'"), "consent");
    let sent = browser.decide(&consent, "read", "authorize").await;
    assert_eq!(
        (sent.status, fields(&sent.headers)),
        (200, page_that_moves_on(name, "authorized")),
        "the page that leads back with the code"
    );
    let again = browser.decide(&consent, "read", "authorize").await;
    assert_eq!(fields(&again.headers), page("'none'"), "an error page");
    let unknown = browser.get("/authorize?client_id=unknown").await;
    assert_eq!(
        fields(&unknown.headers),
        page("'none'"),
        "another error page"
    );
    let leaving = browser.get(&client.authorization(&[])).await;
    let cookie = leaving.headers["set-cookie"].to_str().expect("ASCII");
    let (name, _) = cookie.split_once('=').expect("a cookie");
    let portal = leaving.target().expect("the portal");
    let consent = browser.open(portal.as_str()).await;
    let cancelled = browser.decide(&consent, "read", "cancel").await;
    assert_eq!(
        (cancelled.status, fields(&cancelled.headers)),
        (200, page_that_moves_on(name, "cancelled")),
        "the page that leads back after Cancel"
    );
    let refused = browser
        .get(&client.authorization(&[("code_challenge_method", "plain")]))
        .await;
    assert_eq!(
        (refused.status, fields(&refused.headers).as_str()),
        (302, REDIRECT),
        "redirect with an error"
    );
    assert!(
        refused
            .target()
            .expect("the app")
            .as_str()
            .starts_with(CALLBACK)
    );

    let code = sent.code();
    let token = client.redeem(&code, &[]).await;
    assert_eq!(
        (token.status().as_u16(), fields(token.headers()).as_str()),
        (200, TOKEN)
    );
    let replayed = client.redeem(&code, &[]).await;
    assert_eq!(
        (
            replayed.status().as_u16(),
            fields(replayed.headers()).as_str()
        ),
        (400, TOKEN)
    );
}

#[tokio::test]
async fn pages_allow_no_cross_origin_request() {
    let app = Running::start().await;
    let client = OAuthClient::register(&app, "App").await;
    for (method, path) in [
        ("GET", client.authorization(&[]).as_str()),
        ("OPTIONS", "/authorize"),
        ("OPTIONS", "/connect/consent"),
        ("POST", "/connect/consent"),
        ("GET", "/connect/callback"),
    ] {
        let request = app
            .request(method, path)
            .header("origin", "https://evil.example");
        let answer = request.send().await.expect("an answer");
        assert!(
            !answer.headers().contains_key("access-control-allow-origin"),
            "{method} {path}"
        );
    }
    let listed = ask(&app, "sk_nonsense", "tools/list", json!({})).await;
    assert!(
        !listed.headers().contains_key("access-control-allow-origin"),
        "without an Origin"
    );
}
