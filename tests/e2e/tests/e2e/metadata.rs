//! Discovery, and attack family 15: forged headers change no document and no address.

use crate::browser::Browser;
use crate::program::Program;
use crate::support::{Running, json_of};
use tokportal_emulator::people::PEOPLE;

const RESOURCE: [&str; 3] = [
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/api/ext/mcp",
    "/api/ext/mcp/.well-known/oauth-protected-resource",
];
const SERVER: [&str; 6] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-authorization-server/api/ext/mcp",
    "/api/ext/mcp/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    "/.well-known/openid-configuration/api/ext/mcp",
    "/api/ext/mcp/.well-known/openid-configuration",
];
const FORGED: [(&str, &str); 9] = [
    ("host", "evil.example"),
    ("host", "localhost:1"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-port", "1"),
    ("x-forwarded-prefix", "/evil"),
    ("forwarded", "for=127.0.0.1;host=evil.example;proto=https"),
    ("x-original-url", "/evil"),
    ("spin-full-url", "https://evil.example/"),
];

#[tokio::test]
async fn documents_stand_wherever_clients_look_and_forged_headers_change_none() {
    let app = Running::start().await;
    for (paths, member, value) in [
        (
            &RESOURCE[..],
            "resource",
            format!("{}/api/ext/mcp", app.url),
        ),
        (&SERVER[..], "issuer", app.url.clone()),
    ] {
        let mut documents = Vec::new();
        for path in paths {
            let plain = app.request("GET", path).send().await.expect("an answer");
            assert_eq!(plain.status(), 200, "{path}");
            assert_eq!(
                plain.headers()["content-type"],
                "application/json",
                "{path}"
            );
            assert_eq!(
                plain.headers()["access-control-allow-origin"],
                "*",
                "{path}"
            );
            let (_, document) = json_of(plain).await;
            assert_eq!(document[member], value.as_str(), "{path}");
            for (name, forged) in FORGED {
                let request = app.request("GET", path).header(name, forged);
                let (status, answer) = json_of(request.send().await.expect("an answer")).await;
                assert_eq!(
                    (status, &answer),
                    (200, &document),
                    "{path} with {name}: {forged}"
                );
            }
            documents.push(document);
        }
        assert!(documents.windows(2).all(|pair| pair[0] == pair[1]));
    }
}

#[tokio::test]
async fn forged_headers_change_neither_challenge_nor_redirect() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let program = Program::register(&app, "App").await;
    for (name, forged) in FORGED {
        let request = app.request("POST", "/api/ext/mcp").header(name, forged);
        let answer = request.send().await.expect("an answer");
        if forged != "evil.example" || name != "host" {
            let challenge = answer.headers()["www-authenticate"]
                .to_str()
                .expect("ASCII");
            assert!(
                challenge.starts_with(&format!("Bearer resource_metadata=\"{}/", app.url)),
                "{challenge}"
            );
        } else {
            assert_eq!(answer.status(), 403, "a rebound name");
        }
        let request = app
            .request("GET", &program.authorization(&[]))
            .header(name, forged);
        let answer = request.send().await.expect("an answer");
        let location = answer.headers()["location"].to_str().expect("ASCII");
        assert!(
            location.starts_with(&format!("{}/portal/oauth/authorize?", app.url)),
            "{location}"
        );
        assert!(!location.contains("evil"), "{location}");
    }
    let page = program.consent_page(&browser).await;
    let sent = browser.decide(&page, "read", "authorize").await;
    assert_eq!(sent.parameter("iss").as_deref(), Some(app.url.as_str()));
}
