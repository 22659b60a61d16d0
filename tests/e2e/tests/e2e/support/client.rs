//! An OAuth client like those of chat hosts: it registers, requests authorization, redeems codes and calls tools.

use super::browser::{Browser, Seen, with_form};
use super::{Running, json_of};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::form_urlencoded::Serializer;

/// The redirect URI of the client; no server listens there.
pub(crate) const CALLBACK: &str = "https://app.example/callback";
/// The PKCE verifier of every flow here.
pub(crate) const VERIFIER: &str = "a-verifier-of-more-than-43-characters-0123456789";

/// A registered public client.
pub(crate) struct OAuthClient<'a> {
    /// The app it connects to.
    pub(crate) app: &'a Running,
    /// `client_id`.
    pub(crate) id: String,
}

impl<'a> OAuthClient<'a> {
    /// Registers under a name.
    pub(crate) async fn register(app: &'a Running, name: &str) -> Self {
        let metadata = json!({
            "client_name": name,
            "redirect_uris": [CALLBACK],
            "token_endpoint_auth_method": "none",
        });
        let (status, answer) = register(app, metadata.to_string()).await;
        assert_eq!(status, 201, "{answer}");
        let id = answer["client_id"].as_str().expect("an id").to_owned();
        Self { app, id }
    }

    /// The authorization URL with these parameters changed.
    pub(crate) fn authorization(&self, changes: &[(&str, &str)]) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let resource = format!("{}/api/ext/mcp", self.app.url);
        let mut parameters = vec![
            ("response_type", "code"),
            ("client_id", &self.id),
            ("redirect_uri", CALLBACK),
            ("state", "the client's state"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("resource", &resource),
            ("scope", "read write"),
        ];
        for (name, value) in changes {
            parameters.retain(|(known, _)| known != name);
            parameters.push((name, value));
        }
        let mut query = Serializer::new(String::new());
        query.extend_pairs(parameters);
        format!("/authorize?{}", query.finish())
    }

    /// Opens the authorization URL in a browser that is signed in at the portal: the consent page.
    pub(crate) async fn consent_page(&self, browser: &Browser) -> Seen {
        let page = browser.open(&self.authorization(&[])).await;
        assert_eq!(page.status, 200, "{}", page.text);
        page
    }

    /// Authorizes with this level: the authorization code.
    pub(crate) async fn code(&self, browser: &Browser, level: &str) -> String {
        let page = self.consent_page(browser).await;
        browser.decide(&page, level, "authorize").await.code()
    }

    /// A token request with these fields changed.
    pub(crate) async fn redeem(&self, code: &str, changes: &[(&str, &str)]) -> Response {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("client_id", &self.id),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        for (name, value) in changes {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        let request = with_form(self.app.request("POST", "/token"), fields);
        request.send().await.expect("an answer")
    }

    /// Authorizes with this level and redeems the code: the access token.
    pub(crate) async fn connect(&self, browser: &Browser, level: &str) -> String {
        self.token(&self.code(browser, level).await).await
    }

    /// Redeems a code: the access token.
    pub(crate) async fn token(&self, code: &str) -> String {
        let (status, answer) = json_of(self.redeem(code, &[]).await).await;
        assert_eq!(status, 200, "{answer}");
        answer["access_token"].as_str().expect("a token").to_owned()
    }
}

/// Sends a registration request: status and body.
pub(crate) async fn register(app: &Running, body: impl Into<reqwest::Body>) -> (u16, Value) {
    let request = app
        .request("POST", "/register")
        .header("content-type", "application/json")
        .body(body);
    json_of(request.send().await.expect("an answer")).await
}

/// Sends a message of revision 2025-11-25 with a token.
pub(crate) async fn ask(app: &Running, token: &str, method: &str, params: Value) -> Response {
    ask_at(app, "", token, method, params).await
}

/// Sends a message to a narrowed URL; `query` is empty or begins with a question mark.
pub(crate) async fn ask_at(
    app: &Running,
    query: &str,
    token: &str,
    method: &str,
    params: Value,
) -> Response {
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    app.request("POST", &format!("/api/ext/mcp{query}"))
        .header("content-type", "application/json")
        .header("mcp-protocol-version", "2025-11-25")
        .bearer_auth(token)
        .body(message.to_string())
        .send()
        .await
        .expect("an answer")
}

/// Calls a tool without arguments.
pub(crate) async fn call(app: &Running, token: &str, tool: &str) -> Response {
    let params = json!({"name": tool, "arguments": {}});
    ask(app, token, "tools/call", params).await
}

/// The status of a call that every valid token may make.
pub(crate) async fn call_status(app: &Running, token: &str) -> StatusCode {
    call(app, token, "tokportal_get_credit_balance")
        .await
        .status()
}

/// The tools that are listed for a token: each name, and whether the tool is read-only.
pub(crate) async fn tools(app: &Running, token: &str) -> Vec<(String, bool)> {
    let (status, answer) = json_of(ask(app, token, "tools/list", json!({})).await).await;
    assert_eq!(status, 200, "{answer}");
    let tools = answer["result"]["tools"].as_array().expect("tools");
    tools
        .iter()
        .map(|tool| {
            let name = tool["name"].as_str().expect("a name").to_owned();
            (name, tool["annotations"]["readOnlyHint"] == true)
        })
        .collect()
}

/// Asserts a 401 whose challenge points to the resource metadata.
pub(crate) fn assert_challenged(answer: &Response, app: &Running) {
    assert_eq!(answer.status(), 401);
    let challenge = answer.headers()["www-authenticate"]
        .to_str()
        .expect("ASCII");
    assert_eq!(
        challenge,
        format!(
            "Bearer resource_metadata=\"{}/.well-known/oauth-protected-resource/api/ext/mcp\", \
             scope=\"read write\", error=\"invalid_token\"",
            app.url
        )
    );
}

/// The resource metadata (RFC 9728) to which the challenge of a URL points; `query` is empty or begins with a question
/// mark.
pub(crate) async fn resource_metadata(app: &Running, query: &str) -> Value {
    let refused = app.request("POST", &format!("/api/ext/mcp{query}")).send();
    let refused = refused.await.expect("an answer");
    assert_eq!(refused.status(), 401);
    let challenge = refused.headers()["www-authenticate"]
        .to_str()
        .expect("ASCII");
    let (_, rest) = challenge
        .split_once("resource_metadata=\"")
        .expect("an address");
    let address = rest.split('"').next().expect("an address");
    let (status, document) = json_of(app.http.get(address).send().await.expect("an answer")).await;
    assert_eq!(status, 200, "{address}");
    document
}
