//! `/robots.txt`, `/favicon.ico` and `/.well-known/security.txt`.

use crate::support::{BROWSER, Running};
use reqwest::Response;

const CONTACT: (&str, &str) = ("security_contact", "security@example.com");

async fn get(app: &Running, method: &str, path: &str) -> Response {
    let request = app.request(method, path).header("accept", BROWSER);
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn each_file_has_its_type_and_head_has_no_body() {
    let app = Running::start_with(&[CONTACT]).await;
    let text = "text/plain; charset=utf-8";
    for (path, media_type) in [
        ("/robots.txt", text),
        ("/.well-known/security.txt", text),
        ("/favicon.ico", "image/x-icon"),
    ] {
        let answer = get(&app, "GET", path).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["content-type"], media_type, "{path}");
        let length = answer.headers()["content-length"].clone();
        let body = answer.bytes().await.expect("a body");
        assert_eq!(length, body.len().to_string().as_str(), "{path}");
        let head = get(&app, "HEAD", path).await;
        assert_eq!(head.status(), 200, "{path}");
        assert_eq!(head.headers()["content-length"], length, "{path}");
        assert_eq!(head.bytes().await.expect("no body").len(), 0, "{path}");
        assert_eq!(get(&app, "POST", path).await.status(), 405, "{path}");
    }
    for route in ["/robots.txt", "/.well-known/security.txt", "/favicon.ico"] {
        let line = format!("\"route\":\"{route}\"");
        assert!(app.log.contains(&line), "{route} in the log");
    }
}

#[tokio::test]
async fn security_txt_follows_the_clock_and_the_operator() {
    let app = Running::start_with(&[CONTACT]).await;
    let path = "/.well-known/security.txt";
    let before = get(&app, "GET", path).await.text().await.expect("text");
    assert!(
        before.starts_with("Contact: mailto:security@example.com\n"),
        "{before}"
    );
    assert!(
        before.contains(&format!("\nCanonical: {}{path}\n", app.url)),
        "{before}"
    );
    app.clock.advance(std::time::Duration::from_hours(400 * 24));
    let after = get(&app, "GET", path).await.text().await.expect("text");
    assert_ne!(before, after, "the file never expires");

    let without = Running::start().await;
    assert_eq!(get(&without, "GET", path).await.status(), 404);
}
