//! Family 15: planted secrets appear in no page, URL, error, log line, `Debug` output or store.

use super::portal::PORTAL_TOKEN;
use super::world::{Browser, CALLBACK, World, authorize, location, parameter, text};
use crate::sealing::root_secret::sealer;
use crate::secret::Secret;
use crate::testing::{Entry, FakeHost, connector};
use crate::web::reply::Reply;
use serde_json::{Value, json};

fn shown(replies: &[Reply]) -> String {
    replies
        .iter()
        .map(|reply| format!("{:?} {}", reply.headers(), text(reply)))
        .collect()
}

#[test]
fn secrets_of_a_flow_appear_in_no_reply_store_or_log() {
    let world = World::with(&[
        ("public_url", "https://mcp.example.com"),
        ("portal_issuer", "https://portal.example"),
        ("portal_keys_url", "https://portal.example/api/keys"),
        ("portal_client_secret", "planted-client-secret"),
        ("sealing_secret", "planted-sealing-secret-of-32-characters"),
    ]);
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let start = browser.get(&world, &authorize(&client_id, &[]));
    let to = location(&start);
    let page = browser.open(&world, &world.portal.sign_in(&to));
    let approved = browser.decide(&world, &page, "full", "authorize");
    let code = parameter(&location(&approved), "code").expect("a code");
    let key = world.portal.minted();
    let cookie = browser.cookies[0]
        .split_once('=')
        .expect("a pair")
        .1
        .to_owned();

    let consent_page = shown(&[page]);
    let traces = world.traces();
    let id_token = world.portal.id_tokens.borrow().first().cloned();
    let id_token = id_token.expect("an ID token");
    for secret in [
        PORTAL_TOKEN,
        id_token.rsplit('.').next().expect("a signature"),
        "planted-client-secret",
        "planted-sealing-secret",
        &key[3..],
    ] {
        assert!(
            !consent_page.contains(secret) && !traces.contains(secret),
            "{secret}"
        );
        assert!(
            !to.contains(secret) && !location(&approved).contains(secret),
            "{secret}"
        );
    }
    for secret in [code.as_str(), cookie.as_str()] {
        assert!(
            !consent_page.contains(secret) && !traces.contains(secret),
            "{secret}"
        );
    }

    // Errors of every kind, to requests that contain the secrets.
    world.portal.down.set(true);
    let errors = [
        world.post(
            "/token",
            &[
                ("grant_type", "authorization_code"),
                ("client_id", &client_id),
                ("code", &code),
                ("code_verifier", "planted-verifier"),
            ],
        ),
        world.post(
            "/token",
            &[
                ("grant_type", "authorization_code"),
                ("client_id", "planted-client"),
                ("code", &code),
            ],
        ),
        world.post("/revoke", &[("token", &key)]),
        world.get(&format!(
            "/connect/callback?code={code}&state=planted-state"
        )),
        world.get(&authorize("planted-client", &[])),
        world.get(&authorize(
            &client_id,
            &[("redirect_uri", "https://planted.example/")],
        )),
        browser.post(
            &world,
            "/connect/consent",
            &[("request", "planted-request"), ("decision", "authorize")],
        ),
        world.mcp(
            &key,
            "tools/call",
            json!({"name": "tokportal_get_credit_balance"}),
        ),
    ];
    let everything = shown(&errors) + &world.traces();
    for secret in ["planted", code.as_str(), &key[3..]] {
        assert!(!everything.contains(secret), "{secret} in {everything}");
    }
}

#[test]
fn record_in_a_stolen_store_opens_only_with_its_code() {
    let world = World::new();
    let (_, code) = world.approve("full");
    let other = connector(FakeHost::silent(), &[]);
    *other.host.store.borrow_mut() = world.app.host.store.borrow().clone();
    let sealer = pollster::block_on(sealer(&other.context())).expect("the secret is in the store");
    let store = other.host.store.borrow();
    let record = store
        .iter()
        .find(|(key, _)| key.starts_with("code-"))
        .expect("a record")
        .1;
    let Entry::Value(record) = record else {
        panic!("a value")
    };
    let guess = Secret::new("guess");
    assert!(sealer.open_under_code::<Value>(&guess, record).is_none());
    let right = Secret::new(code);
    assert!(
        sealer.open_under_code::<Value>(&right, record).is_some(),
        "the code opens it"
    );
}
