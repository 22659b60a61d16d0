//! Clients whose id is the URL of their metadata document connect without registration.

use crate::support::assertion::{Key, claims, redeem};
use crate::support::browser::Browser;
use crate::support::client::{CALLBACK, OAuthClient, call_status};
use crate::support::publisher::{APP, KEYS, Publisher};
use crate::support::{Running, json_of};
use serde_json::{Value, json};
use tokportal_emulator::people::PEOPLE;

const ID: &str = "https://app.example.com/oauth/6f1d/client.json";

fn document(changes: &Value) -> String {
    let mut document = json!({
        "client_id": ID, "client_name": "App of the web", "redirect_uris": [CALLBACK],
        "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
        "client_uri": "https://app.example.com",
    });
    for (name, value) in changes.as_object().expect("an object") {
        document[name] = value.clone();
    }
    document.to_string()
}

#[tokio::test]
async fn client_without_keys_connects_and_its_document_is_fetched_once() {
    let publisher = Publisher::start().await;
    let app = Running::start_beside(&publisher, &[]).await;
    publisher.json(ID, "cache-control: max-age=3600\r\n", &document(&json!({})));
    let client = OAuthClient {
        app: &app,
        id: ID.to_owned(),
    };
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let page = client.consent_page(&browser).await;
    assert!(page.text.contains(APP) && page.text.contains("verified domain"));
    for _ in 0..2 {
        let token = client.connect(&browser, "full").await;
        assert_eq!(call_status(&app, &token).await, 200);
    }
    assert_eq!(publisher.requests(ID), 1);
}

#[tokio::test]
async fn client_with_keys_connects_and_the_page_says_that_it_proves_its_identity() {
    let publisher = Publisher::start().await;
    let app = Running::start_beside(&publisher, &[]).await;
    let key = Key::of(7);
    let set = json!({"keys": [Key::of(8).jwk(), key.jwk()]});
    let set_url = format!("https://{KEYS}/set.json");
    publisher.json(&set_url, "", &set.to_string());
    for (jti, keys) in [json!({"jwks": set}), json!({"jwks_uri": set_url})]
        .iter()
        .enumerate()
    {
        let mut keys = keys.clone();
        keys["token_endpoint_auth_method"] = "private_key_jwt".into();
        publisher.json(ID, "cache-control: no-store\r\n", &document(&keys));
        let client = OAuthClient {
            app: &app,
            id: ID.to_owned(),
        };
        let browser = Browser::of(&app, &PEOPLE[0]).await;
        let page = client.consent_page(&browser).await;
        assert!(
            page.text.contains("proves its identity with a key"),
            "{}",
            page.text
        );
        let code = client.code(&browser, "read").await;
        let audience = format!("{}/token", app.url);
        let claims = claims(&app, ID, &jti.to_string(), &json!({"aud": audience}));
        let (status, answer) = json_of(redeem(&app, &code, &key.sign(&claims)).await).await;
        assert_eq!(
            (status, &answer["scope"]),
            (200, &json!("read")),
            "{answer}"
        );
        let token = answer["access_token"].as_str().expect("a token");
        assert_eq!(call_status(&app, token).await, 200);
    }
    assert_eq!(publisher.requests(&set_url), 1);
}

/// Hosts that see `true` never register, so what is announced and what `/authorize` accepts must agree.
#[tokio::test]
async fn announced_support_for_documents_is_what_authorize_accepts() {
    for (hosts, announced) in [("", true), ("other.example.com", false), (APP, false)] {
        let publisher = Publisher::start().await;
        let app = Running::start_beside(&publisher, &[("client_metadata_hosts", hosts)]).await;
        publisher.json(ID, "", &document(&json!({})));
        let metadata = app.request("GET", "/.well-known/oauth-authorization-server");
        let (_, metadata) = json_of(metadata.send().await.expect("an answer")).await;
        assert_eq!(metadata["client_id_metadata_document_supported"], announced);
        let client = OAuthClient {
            app: &app,
            id: ID.to_owned(),
        };
        let answer = Browser::new(&app).get(&client.authorization(&[])).await;
        let accepted = answer.target().is_some();
        assert_eq!(accepted, announced || hosts == APP, "{}", answer.text);
        let registered = OAuthClient::register(&app, "App").await;
        let answer = Browser::new(&app).get(&registered.authorization(&[])).await;
        assert!(answer.target().is_some());
    }
}
