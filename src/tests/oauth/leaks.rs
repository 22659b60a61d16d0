//! Family 15: planted secrets are in no page, no address, no error, no log line, no `Debug` output and no store.

use crate::testing::{Entry, connector};
use crate::tests::oauth::portal::PORTAL_TOKEN;
use crate::tests::oauth::world::{Browser, CALLBACK, World, authorize, location, parameter, text};
use crate::web::reply::Reply;

fn shown(replies: &[Reply]) -> String {
    replies
        .iter()
        .map(|reply| format!("{:?} {}", reply.headers(), text(reply)))
        .collect()
}

#[test]
fn secrets_of_an_open_flow_are_seen_by_nobody_else() {
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
    let page = browser.get(&world, &world.portal.sign_in(&to));
    let approved = browser.decide(&world, &page, "full", "authorize");
    let code = parameter(&location(&approved), "code").expect("a code");
    let key = world.portal.minted();
    let cookie = browser.cookies[0]
        .split_once('=')
        .expect("a pair")
        .1
        .to_owned();

    let on_the_way = shown(&[page]);
    let traces = world.traces();
    for secret in [
        PORTAL_TOKEN,
        "planted-client-secret",
        "planted-sealing-secret",
        &key[3..],
    ] {
        assert!(
            !on_the_way.contains(secret) && !traces.contains(secret),
            "{secret}"
        );
        assert!(
            !to.contains(secret) && !location(&approved).contains(secret),
            "{secret}"
        );
    }
    for secret in [code.as_str(), cookie.as_str()] {
        assert!(
            !on_the_way.contains(secret) && !traces.contains(secret),
            "{secret}"
        );
    }

    // Errors of every kind, with the secrets in the request.
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
            serde_json::json!({"name": "tokportal_get_credit_balance"}),
        ),
    ];
    let everything = shown(&errors) + &world.traces();
    for secret in ["planted", code.as_str(), &key[3..]] {
        assert!(!everything.contains(secret), "{secret} in {everything}");
    }
}

#[test]
fn a_stolen_store_opens_no_record_without_its_code() {
    let world = World::new();
    let (_, code) = world.approve("full");
    let other = connector(crate::testing::FakeHost::silent(), &[]);
    *other.host.store.borrow_mut() = world.app.host.store.borrow().clone();
    let sealer = pollster::block_on(crate::sealing::root_secret::sealer(&other.context()))
        .expect("the secret is in the store");
    let store = other.host.store.borrow();
    let record = store
        .iter()
        .find(|(key, _)| key.starts_with("code-"))
        .expect("a record")
        .1;
    let Entry::Value(record) = record else {
        panic!("a value")
    };
    let guess = crate::secret::Secret::new("guess");
    assert!(
        sealer
            .open_under_code::<serde_json::Value>(&guess, record)
            .is_none()
    );
    let right = crate::secret::Secret::new(code);
    assert!(
        sealer
            .open_under_code::<serde_json::Value>(&right, record)
            .is_some(),
        "the code opens it"
    );
}
