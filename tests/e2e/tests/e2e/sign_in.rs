//! From nothing but the address to a tool call, as a person and their app go.

use crate::browser::Browser;
use crate::program::{CALLBACK, Program, VERIFIER, call, resource_metadata, tools};
use crate::support::{Running, json_of};
use futures::future::join_all;
use serde_json::{Value, json};
use tokportal_emulator::people::PEOPLE;

/// Follows the challenge to the metadata of the authorization server, as clients do.
async fn discover(app: &Running) -> Value {
    let resource = resource_metadata(app, "").await;
    assert_eq!(resource["resource"], format!("{}/api/ext/mcp", app.url));
    let issuer = resource["authorization_servers"][0]
        .as_str()
        .expect("an issuer");
    let address = format!("{issuer}/.well-known/oauth-authorization-server");
    let (_, server) = json_of(app.client.get(address).send().await.expect("an answer")).await;
    assert_eq!(server["issuer"], issuer);
    server
}

#[tokio::test]
async fn full_and_read_only_side_by_side_from_nothing_but_the_address() {
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
        let program = Program::register(&app, name).await;
        let mut page = browser.open(&program.authorization(&[])).await;
        if tokens.is_empty() {
            assert_eq!(page.address.path(), "/portal/sign-in", "{}", page.text);
            page = browser.sign_in(&page, &PEOPLE[0]).await;
        }
        // A session at the portal means no second sign-in, but always a consent page.
        assert_eq!(page.address.path(), "/connect/callback", "{}", page.text);
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
            "chosen before anybody chooses"
        );

        let sent = browser.decide(&page, level, "authorize").await;
        assert_eq!(sent.status, 303);
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
            program
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
    assert_eq!(all.len(), 91);
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

#[tokio::test]
async fn cancel_is_told_to_the_app() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let program = Program::register(&app, "App").await;
    let page = program.consent_page(&browser).await;
    let sent = browser.decide(&page, "read", "cancel").await;
    assert_eq!(sent.parameter("error").as_deref(), Some("access_denied"));
    assert_eq!(sent.parameter("iss").as_deref(), Some(app.url.as_str()));
    assert_eq!(
        sent.parameter("state").as_deref(),
        Some("the client's state")
    );
    assert_eq!(sent.parameter("code"), None);
}

#[tokio::test]
async fn another_person_signs_in_instead() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let program = Program::register(&app, "App").await;
    let page = program.consent_page(&browser).await;
    let sign_in = browser.open(&page.link(&["/connect/switch"])).await;
    assert_eq!(
        sign_in.address.path(),
        "/portal/sign-in",
        "{}",
        sign_in.text
    );
    let page = browser.sign_in(&sign_in, &PEOPLE[1]).await;
    assert!(
        page.text.contains("Sam Sample") && !page.text.contains("Alex Demo"),
        "{}",
        page.text
    );
    let code = browser.decide(&page, "read", "authorize").await.code();
    let (_, answer) = json_of(program.redeem(&code, &[]).await).await;
    let token = answer["access_token"].as_str().expect("a token");
    let (_, balance) = json_of(call(&app, token, "tokportal_get_credit_balance").await).await;
    assert_eq!(
        balance["result"]["structuredContent"]["data"]["total_credits"], 100,
        "{balance}"
    );
}

/// Attack family 14 (CVE-2026-25536): requests of different people share instances of the components.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn interleaved_sign_ins_give_everybody_their_own_key() {
    let app = Running::start().await;
    let app = &app;
    let flows = (0..16).map(|number| async move {
        let person = &PEOPLE[number % 2];
        let browser = Browser::new(app);
        let program = Program::register(app, &format!("App {number}")).await;
        let page = browser.open(&program.authorization(&[])).await;
        let page = browser.sign_in(&page, person).await;
        assert!(
            page.text.contains(person.name) && page.text.contains(&format!("App {number}<")),
            "{}",
            page.text
        );
        let code = browser.decide(&page, "read", "authorize").await.code();
        let (_, answer) = json_of(program.redeem(&code, &[]).await).await;
        let token = answer["access_token"].as_str().expect("a token").to_owned();
        let (_, answer) = json_of(call(app, &token, "tokportal_get_credit_balance").await).await;
        let balance = &answer["result"]["structuredContent"]["data"]["total_credits"];
        assert_eq!(balance, person.credits, "{answer}");
        token
    });
    let mut tokens = join_all(flows).await;
    tokens.sort_unstable();
    tokens.dedup();
    assert_eq!(tokens.len(), 16);
}
