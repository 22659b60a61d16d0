//! From the URL alone to a tool call: discovery, registration, sign-in, consent, token, call.

use crate::support::browser::Browser;
use crate::support::client::{
    CALLBACK, OAuthClient, VERIFIER, call, call_status, register, resource_metadata, tools,
};
use crate::support::{Running, json_of, operation_count};
use serde_json::{Value, json};
use tokportal_emulator::people::PEOPLE;

/// Follows the challenge to the metadata of the authorization server.
async fn discover(app: &Running) -> Value {
    let resource = resource_metadata(app, "").await;
    assert_eq!(resource["resource"], format!("{}/api/ext/mcp", app.url));
    let issuer = resource["authorization_servers"][0]
        .as_str()
        .expect("an issuer");
    let address = format!("{issuer}/.well-known/oauth-authorization-server");
    let (_, server) = json_of(app.http.get(address).send().await.expect("an answer")).await;
    assert_eq!(server["issuer"], issuer);
    server
}

#[tokio::test]
async fn full_and_read_only_connect_from_the_url_alone() {
    let app = Running::start().await;
    let server = discover(&app).await;
    let endpoint = |name: &str| server[name].as_str().expect("an address").to_owned();
    assert_eq!(
        endpoint("registration_endpoint"),
        format!("{}/register", app.url)
    );
    assert_eq!(
        endpoint("authorization_endpoint"),
        format!("{}/authorize", app.url)
    );
    assert_eq!(endpoint("token_endpoint"), format!("{}/token", app.url));

    let browser = Browser::new(&app);
    let mut tokens = Vec::new();
    for (name, level, scope) in [("Writer", "full", "read write"), ("Reader", "read", "read")] {
        let client = OAuthClient::register(&app, name).await;
        let mut page = browser.open(&client.authorization(&[])).await;
        if tokens.is_empty() {
            assert_eq!(page.address.path(), "/portal/sign-in", "{}", page.text);
            page = browser.sign_in(&page, &PEOPLE[0]).await;
        }
        // With a session at the portal the second sign-in is skipped, but never the consent page.
        assert_eq!(page.address.path(), "/connect/consent", "{}", page.text);
        for words in [
            name,
            "Alex Demo",
            "https://app.example/callback",
            "We could not verify",
        ] {
            assert!(page.text.contains(words), "{words} in {}", page.text);
        }
        assert_eq!(
            page.form("/connect/consent")["level"],
            "read",
            "the preselected level"
        );

        let sent = browser.decide(&page, level, "authorize").await;
        assert_eq!(sent.status, 200);
        let target = sent.target().expect("an address");
        assert!(
            target.as_str().starts_with(&format!("{CALLBACK}?")),
            "{target}"
        );
        assert_eq!(sent.parameter("iss").as_deref(), Some(app.url.as_str()));
        assert_eq!(
            sent.parameter("state").as_deref(),
            Some("the client's state")
        );

        let (status, answer) = json_of(
            client
                .redeem(&sent.code(), &[("code_verifier", VERIFIER)])
                .await,
        )
        .await;
        assert_eq!((status, &answer["scope"]), (200, &json!(scope)), "{answer}");
        assert_eq!(answer["token_type"], "Bearer");
        tokens.push(answer["access_token"].as_str().expect("a token").to_owned());
    }
    let [writer, reader] = tokens.as_slice() else {
        panic!("two connections")
    };
    assert_ne!(writer, reader);

    let (all, reading) = (tools(&app, writer).await, tools(&app, reader).await);
    assert_eq!(all.len(), operation_count(None));
    assert!(all.iter().any(|(_, reads)| !reads));
    let expected: Vec<_> = all.iter().filter(|(_, reads)| *reads).cloned().collect();
    assert_eq!(reading, expected);
    for token in [writer, reader] {
        let (status, answer) =
            json_of(call(&app, token, "tokportal_get_credit_balance").await).await;
        assert_eq!(status, 200);
        assert_eq!(
            answer["result"]["structuredContent"]["data"]["total_credits"], 1250,
            "{answer}"
        );
    }
    let keys = browser.open("/portal/developer/api-keys").await;
    for name in ["Writer (MCP connector)", "Reader (MCP connector)"] {
        assert!(keys.text.contains(name), "{}", keys.text);
    }
}

/// Older versions of Cursor, Windsurf and Raycast take the answer by a link of their own, and show nothing in the
/// browser.
#[tokio::test]
async fn editors_connect_by_their_own_links_and_a_page_stays() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    for callback in [
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "windsurf://codeium.windsurf/callback",
        "raycast://oauth?package_name=mcp_server_tokportal",
    ] {
        let body = json!({"redirect_uris": [callback], "token_endpoint_auth_method": "none"});
        let (status, answer) = register(&app, body.to_string()).await;
        assert_eq!(status, 201, "{answer}");
        let client = OAuthClient {
            app: &app,
            id: answer["client_id"].as_str().expect("an id").to_owned(),
        };
        let redirect = [("redirect_uri", callback)];
        let page = browser.open(&client.authorization(&redirect)).await;
        let closing = browser.decide(&page, "read", "authorize").await;
        assert_eq!(closing.status, 200);
        assert!(closing.text.contains("You can close this window."));
        let link = closing.target().expect("a link").to_string();
        assert!(link.starts_with(callback), "{link}");
        let redeemed = client.redeem(&closing.code(), &redirect).await;
        let (status, answer) = json_of(redeemed).await;
        assert_eq!(status, 200, "{answer}");
        let token = answer["access_token"].as_str().expect("a token");
        assert_eq!(call_status(&app, token).await, 200);
    }
}
