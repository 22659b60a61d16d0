//! Attack family 22: forged, replayed and foreign client assertions (`private_key_jwt`, RFC 7523).

use crate::support::assertion::{Key, claims, redeem, unsigned};
use crate::support::browser::Browser;
use crate::support::client::{CALLBACK, OAuthClient, call_status};
use crate::support::publisher::{APP, Publisher};
use crate::support::{Running, json_of};
use serde_json::json;
use tokportal_emulator::people::PEOPLE;

const ID: &str = "https://app.example.com/client.json";

fn publish(publisher: &Publisher, id: &str, key: &Key) {
    let document = json!({
        "client_id": id, "client_name": "App", "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [key.jwk()]},
    });
    publisher.json(id, "", &document.to_string());
}

async fn code(app: &Running) -> String {
    let browser = Browser::of(app, &PEOPLE[0]).await;
    let client = OAuthClient {
        app,
        id: ID.to_owned(),
    };
    client.code(&browser, "read").await
}

#[tokio::test]
async fn forged_expired_and_foreign_assertions_are_401() {
    let publisher = Publisher::start().await;
    let app = Running::start_beside(&publisher, &[]).await;
    let (key, thief) = (Key::of(1), Key::of(2));
    let other = format!("https://{APP}/other.json");
    publish(&publisher, ID, &key);
    publish(&publisher, &other, &thief);
    let code = code(&app).await;
    let with = |changes| claims(&app, ID, "1", &changes);
    let good = key.sign(&with(json!({})));
    let (message, _) = good.rsplit_once('.').expect("a signature");
    for (case, assertion) in [
        ("wrong key", thief.sign(&with(json!({})))),
        (
            "wrong audience",
            key.sign(&with(json!({"aud": "https://mcp.example.org"}))),
        ),
        (
            "another audience beside ours",
            key.sign(&with(json!({"aud": [app.url, "https://mcp.example.org"]}))),
        ),
        (
            "expired",
            key.sign(&with(json!({"exp": 1_000_000_000, "iat": 999_999_000}))),
        ),
        (
            "lasting",
            key.sign(&with(json!({"exp": 4_000_000_000_u64}))),
        ),
        ("no exp", key.sign(&with(json!({"exp": null})))),
        ("no jti", key.sign(&with(json!({"jti": null})))),
        ("another issuer", key.sign(&with(json!({"iss": other})))),
        (
            "alg none",
            format!("{}.", unsigned(&json!({"alg": "none"}), &with(json!({})))),
        ),
        ("no signature", format!("{message}.")),
        ("changed claims", {
            let signature = good.rsplit('.').next().expect("a signature");
            let header = json!({"alg": "ES256", "typ": "JWT"});
            format!(
                "{}.{signature}",
                unsigned(&header, &with(json!({"jti": "2"})))
            )
        }),
    ] {
        let (status, answer) = json_of(redeem(&app, &code, &assertion).await).await;
        assert_eq!(
            (status, &answer["error"]),
            (401, &json!("invalid_client")),
            "{case}"
        );
    }
    // Another client authenticates properly, but the code is not for it.
    let foreign = thief.sign(&claims(&app, &other, "1", &json!({})));
    let (status, answer) = json_of(redeem(&app, &code, &foreign).await).await;
    assert_eq!((status, &answer["error"]), (400, &json!("invalid_grant")));
    // Nothing of this spent the code.
    let (status, answer) = json_of(redeem(&app, &code, &good).await).await;
    assert_eq!(status, 200, "{answer}");
    let token = answer["access_token"].as_str().expect("a token");
    assert_eq!(call_status(&app, token).await, 200);
}

#[tokio::test]
async fn client_with_a_key_is_401_without_an_assertion() {
    let publisher = Publisher::start().await;
    let app = Running::start_beside(&publisher, &[]).await;
    publish(&publisher, ID, &Key::of(1));
    let code = code(&app).await;
    let client = OAuthClient {
        app: &app,
        id: ID.to_owned(),
    };
    for changes in [&[][..], &[("client_secret", "secret")]] {
        let (status, answer) = json_of(client.redeem(&code, changes).await).await;
        assert_eq!((status, &answer["error"]), (401, &json!("invalid_client")));
    }
    let good = Key::of(1).sign(&claims(&app, ID, "1", &json!({})));
    assert_eq!(redeem(&app, &code, &good).await.status(), 200);
}

/// For one code, also when it is sent many times at the same moment. A request that redeems nothing does not use it up,
/// so that strangers cannot fill the store.
#[tokio::test]
async fn assertion_is_accepted_once() {
    let publisher = Publisher::start().await;
    let app = Running::start_beside(&publisher, &[]).await;
    publish(&publisher, ID, &Key::of(1));
    let codes = [code(&app).await, code(&app).await];
    let once = Key::of(1).sign(&claims(&app, ID, "once", &json!({})));
    assert_eq!(redeem(&app, "unknown", &once).await.status(), 400);
    let attempts = (0..16).map(|i| redeem(&app, &codes[i % 2], &once));
    let answers = futures::future::join_all(attempts).await;
    let accepted = answers.iter().filter(|answer| answer.status() == 200);
    assert_eq!(accepted.count(), 1);
    for code in &codes {
        let (status, answer) = json_of(redeem(&app, code, &once).await).await;
        assert_eq!((status, &answer["error"]), (401, &json!("invalid_client")));
    }
}
