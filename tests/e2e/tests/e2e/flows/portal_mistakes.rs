//! The operator's view of eight typical mistakes in connecting a portal: what the log says when a person signs in, and
//! what `/readyz/portal` says without one.
//!
//! `cargo test --workspace --test e2e portal_mistakes -- --nocapture` prints both for each mistake.

use crate::support::Running;
use crate::support::browser::{Browser, Seen};
use crate::support::canned::{Canned, response};
use crate::support::client::OAuthClient;
use crate::support::provider::{Behaviour, SECRET, provider};
use serde_json::{Value, json};
use std::sync::Arc;

/// Events that say why a person could not sign in.
const EVENTS: [&str; 4] = [
    "portal_error",
    "sign_in_failed",
    "key_mint_failed",
    "error_page",
];

/// A connector and a portal that do not fit.
struct Mistake {
    name: &'static str,
    portal: Behaviour,
    /// Variables of the connector; `{portal}` is the origin of the portal.
    variables: Vec<(&'static str, &'static str)>,
    /// What the log must say about the sign-in, in this order; nothing if the person never comes back.
    events: &'static [&'static str],
    /// The check that fails, a part of its problem, and a part of its fix.
    check: [&'static str; 3],
}

impl Mistake {
    /// A mistake in the portal, which the test fills in.
    fn new(name: &'static str, events: &'static [&'static str], check: [&'static str; 3]) -> Self {
        Self {
            name,
            portal: Behaviour::default(),
            variables: Vec::new(),
            events,
            check,
        }
    }

    fn metadata(mut self, metadata: Value) -> Self {
        self.portal.metadata = metadata;
        self
    }

    fn variable(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }
}

fn mistakes(elsewhere: &Canned) -> Vec<Mistake> {
    let mut slash = Mistake::new(
        "the issuer has a slash too few",
        &["sign_in_failed", "with every slash as it is"],
        [
            "discovery",
            "names the issuer `{portal}/`",
            "set `portal_issuer` to `{portal}/`",
        ],
    );
    slash.portal.change = Arc::new(|asked| {
        let is_metadata = asked.what.contains("well-known");
        is_metadata.then(|| {
            let body = json!({ "issuer": format!("{}/", asked.origin) }).to_string();
            response("200 OK\r\ncontent-type: application/json", body.as_bytes())
        })
    });
    let secret = Mistake::new(
        "the client secret is wrong",
        &[
            "portal_error",
            "invalid_client",
            "sign_in_failed",
            "`portal_client_secret`",
        ],
        [
            "client_authentication",
            "does not accept",
            "Compare `portal_client_id` and `portal_client_secret`",
        ],
    )
    .variable("portal_client_secret", "wrong");
    let mut redirect_uri = Mistake::new(
        "the redirect URI is not registered",
        &[],
        [
            "redirect_uri",
            "not registered",
            "Register exactly `{connector}/connect/callback`",
        ],
    );
    redirect_uri.portal.change = Arc::new(|asked| {
        let page = b"<h1>Error 400: redirect_uri_mismatch</h1>";
        let is_request = asked.what == "GET /authorize";
        is_request.then(|| response("400 Bad Request\r\ncontent-type: text/html", page))
    });
    let origin = Mistake::new(
        "the origin of an endpoint is not allowed",
        &["sign_in_failed", "allowed_outbound_hosts"],
        [
            "origins",
            "{elsewhere} (the token endpoint)",
            "`portal_token_origin` to {elsewhere}",
        ],
    )
    .metadata(json!({ "token_endpoint": format!("{}/token", elsewhere.url) }));
    let mut clock = Mistake::new(
        "the clock is five minutes late",
        &["sign_in_failed", "clock"],
        ["clock", "seconds behind the portal's", "(NTP)"],
    );
    clock.portal.ahead = 300;
    let keys = Mistake::new(
        "the address of the keys API is wrong",
        &["key_mint_failed", "404", "`portal_keys_url`"],
        [
            "keys",
            "answers 404 without a key, not 401",
            "Set `portal_keys_url`",
        ],
    )
    .variable("portal_keys_url", "{portal}/wrong");
    let method = Mistake::new(
        "the portal wants private_key_jwt",
        &[
            "sign_in_failed",
            "private_key_jwt",
            "client_secret_basic or client_secret_post",
        ],
        [
            "client_authentication",
            "private_key_jwt",
            "client_secret_basic or client_secret_post",
        ],
    )
    .metadata(json!({ "token_endpoint_auth_methods_supported": ["private_key_jwt"] }));
    let mut algorithm = Mistake::new(
        "the portal signs with ES512",
        &["sign_in_failed", "ES512", "ES256"],
        ["signing", "ES512", "ES256"],
    )
    .metadata(json!({ "id_token_signing_alg_values_supported": ["ES512"] }));
    algorithm.portal.algorithm = "ES512";
    vec![
        slash,
        secret,
        redirect_uri,
        origin,
        clock,
        keys,
        method,
        algorithm,
    ]
}

async fn connector(mistake: &Mistake, portal: &Canned) -> Running {
    let mut variables = vec![
        ("api_base_url", "{portal}".to_owned()),
        ("portal_origin", "{portal}".to_owned()),
        ("portal_issuer", "{portal}".to_owned()),
        ("portal_keys_url", "{portal}/keys".to_owned()),
        ("portal_client_secret", SECRET.to_owned()),
    ];
    for (name, value) in &mistake.variables {
        variables.retain(|(known, _)| known != name);
        variables.push((name, (*value).to_owned()));
    }
    for (_, value) in &mut variables {
        *value = value.replace("{portal}", &portal.url);
    }
    let variables: Vec<_> = variables.iter().map(|(k, v)| (*k, v.as_str())).collect();
    Running::start_connector(&variables).await
}

/// A person connects an app and approves, as far as that goes.
async fn sign_in(app: &Running, portal: &Canned) {
    let client = OAuthClient::register(app, "App").await;
    let browser = Browser::new(app);
    let at_connector = browser.get(&client.authorization(&[])).await;
    let Some(at_portal) = target(&at_connector, &portal.url) else {
        return;
    };
    let answer = app.http.get(at_portal).send().await.expect("an answer");
    let Some(callback) = answer.headers().get("location") else {
        return;
    };
    let page = browser.open(callback.to_str().expect("ASCII")).await;
    if page.text.contains("action=\"/connect/consent\"") {
        browser.decide(&page, "read", "authorize").await;
    }
}

/// Where the browser goes, if that is at this origin.
fn target(seen: &Seen, origin: &str) -> Option<String> {
    let target = seen.target()?.to_string();
    target.starts_with(origin).then_some(target)
}

/// The events about the sign-in, without time and request id.
fn events(app: &Running) -> Vec<String> {
    let lines = app.log.lines();
    let jsons = lines.iter().filter_map(|line| line.split_once(": "));
    let mut events = jsons
        .filter_map(|(_, text)| serde_json::from_str::<Value>(text).ok())
        .filter(|event| EVENTS.iter().any(|name| event["event"] == *name))
        .collect::<Vec<_>>();
    for event in &mut events {
        let members = event.as_object_mut().expect("an object");
        members.retain(|name, _| !["time", "request_id"].contains(&name.as_str()));
    }
    events.iter().map(Value::to_string).collect()
}

/// The failed checks of `/readyz/portal`.
async fn failed_checks(app: &Running) -> Vec<Value> {
    let mut report = Value::Null;
    // The first question to a new store finds no row there.
    for _ in 0..2 {
        let answer = app.request("GET", "/readyz/portal").send().await;
        let text = answer.expect("an answer").text().await.expect("text");
        report = serde_json::from_str(&text).expect("JSON");
    }
    let checks = report["checks"].as_array().expect("a list");
    let failed = checks.iter().filter(|check| check["ok"] == false);
    failed.cloned().collect()
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "the test shows what operators see")]
async fn eight_mistakes_are_told_by_log_and_page() {
    let elsewhere = provider(Behaviour::default()).await;
    for mistake in mistakes(&elsewhere) {
        let portal = provider(mistake.portal.clone()).await;
        let app = connector(&mistake, &portal).await;
        sign_in(&app, &portal).await;
        let events = events(&app);
        let failed = failed_checks(&app).await;
        let neutral = |text: &str| {
            let text = text.replace(&portal.url, "{portal}");
            let text = text.replace(&elsewhere.url, "{elsewhere}");
            text.replace(&app.url, "{connector}")
        };
        println!("\n{}", mistake.name);
        for event in &events {
            println!("  log   {}", neutral(event));
        }
        if events.is_empty() {
            println!("  log   nothing: the person stays at the portal");
        }
        for check in &failed {
            let text = |name: &str| neutral(check[name].as_str().unwrap_or_default());
            println!(
                "  page  {}: {} {}",
                text("name"),
                text("problem"),
                text("fix")
            );
        }
        let log = neutral(&events.join("\n"));
        let mut rest = log.as_str();
        for part in mistake.events {
            let Some((_, after)) = rest.split_once(part) else {
                panic!("{}: {part} is not in its place in {log}", mistake.name);
            };
            rest = after;
        }
        assert_eq!(events.is_empty(), mistake.events.is_empty(), "{log}");
        let [name, problem, fix] = mistake.check;
        assert_eq!(failed.len(), 1, "{}: {failed:?}", mistake.name);
        assert_eq!(failed[0]["name"], name, "{failed:?}");
        for (member, part) in [("problem", problem), ("fix", fix)] {
            let text = neutral(failed[0][member].as_str().expect("text"));
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(
            app.log
                .contains(&format!("\"event\":\"check_failed\",\"check\":\"{name}\""))
        );
    }
}

/// The same portal without a mistake, so that each failure above comes from its mistake.
#[tokio::test]
async fn portal_without_a_mistake_has_neither_event_nor_failed_check() {
    let mistake = Mistake::new("none", &[], ["", "", ""]);
    let portal = provider(mistake.portal.clone()).await;
    let app = connector(&mistake, &portal).await;
    sign_in(&app, &portal).await;
    assert!(events(&app).is_empty(), "{:?}", app.log.lines());
    assert!(failed_checks(&app).await.is_empty());
}
