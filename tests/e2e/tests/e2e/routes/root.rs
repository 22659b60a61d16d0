//! `GET /`: the page for people who open the address of the connector. The emulator beside it has its page at
//! `/emulator`.

use crate::support::{BROWSER, Running, demo_key, json_of};

#[tokio::test]
async fn browser_gets_the_page_with_the_address_to_add() {
    let app = Running::start().await;
    let response = app
        .request("GET", "/")
        .header("accept", BROWSER)
        .header("accept-language", "fr")
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["vary"], "accept, accept-language");
    assert_eq!(response.headers()["content-language"], "fr");
    let page = response.text().await.expect("a page");
    assert!(page.contains(&format!("<code>{}/api/ext/mcp</code>", app.url)));
    assert!(page.contains("<html lang=\"fr\">"), "{page}");
}

#[tokio::test]
async fn client_that_lost_its_way_gets_404_with_the_path() {
    let app = Running::start().await;
    for (method, accept) in [
        ("GET", "*/*"),
        ("GET", "text/event-stream"),
        ("POST", "application/json, text/event-stream"),
        ("DELETE", BROWSER),
    ] {
        let request = app.request(method, "/").header("accept", accept);
        let response = request.send().await.expect("an answer");
        let (status, body) = json_of(response).await;
        assert_eq!(status, 404, "{method} {accept}");
        let description = body["error_description"].as_str().expect("a description");
        assert!(description.contains("/api/ext/mcp"), "{description}");
    }
    let keyed = app.request("GET", "/").header("accept", BROWSER);
    let response = keyed
        .bearer_auth(demo_key())
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), 404, "a credential comes from a client");
}

#[tokio::test]
async fn emulator_keeps_a_page_of_its_own() {
    let app = Running::start().await;
    for path in ["/emulator", "/emulator/"] {
        let response = app.request("GET", path).send().await.expect("an answer");
        assert_eq!(response.status(), 200, "{path}");
        let page = response.text().await.expect("a page");
        assert!(page.contains("emulator of TokPortal"), "{path}: {page}");
    }
}
