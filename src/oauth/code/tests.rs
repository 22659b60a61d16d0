//! Attack families 1, 2 and 8 at the token endpoint: another client, another address, another verifier, a race, a replay.

use super::*;
use crate::app::App;
use crate::ledger::LIFETIME;
use crate::ledger::single_use::{ReservationError, reserve};
use crate::testing::{Entry as Stored, FakeHost, connector, demo_key, json_answer};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::future::join_all;
use http::Method;
use sha2::{Digest, Sha256};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

const VERIFIER: &str = "abcdefghijklmnopqrstuvwxyz-._~ABCDEFGHIJKLMN";

struct World {
    connector: App<FakeHost>,
    sealer: Sealer,
    portal_is_down: Rc<Cell<bool>>,
}

impl World {
    fn new() -> Self {
        let portal_is_down = Rc::new(Cell::new(false));
        let down = Rc::clone(&portal_is_down);
        let host = FakeHost::answering(move |request| {
            assert_eq!(
                (request.method(), request.uri().path()),
                (&Method::DELETE, "/keys/current")
            );
            json_answer(if down.get() { 503 } else { 204 }, "")
        });
        Self {
            connector: connector(host, &[("portal_keys_url", "https://portal.example/keys")]),
            sealer: Sealer::new(&Secret::new("one")),
            portal_is_down,
        }
    }

    fn issue(&self) -> Secret {
        let host = &self.connector.host;
        let authorization_request = AuthorizationRequest {
            challenge: URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER)),
            ..AuthorizationRequest::for_tests()
        };
        let key = ApiKey::parse(&demo_key()).expect("a key");
        let transaction = format!("attempt-{}", host.store.borrow().len());
        pollster::block_on(async {
            let reservation = reserve(host, &transaction)
                .await
                .map_err(|_| "taken")
                .expect("reserved");
            issue(
                &self.connector.context(),
                &self.sealer,
                reservation,
                &authorization_request,
                AccessToken::Minted(&key),
                "read",
            )
            .await
            .expect("issued")
        })
    }

    async fn redeem_with(
        &self,
        code: &Secret,
        change: impl FnOnce(&mut TokenRequest<'_>),
    ) -> Result<Grant, OAuthError> {
        let mut token_request = TokenRequest {
            code,
            client: "client",
            redirect_uri: Some("https://app.example/cb"),
            verifier: VERIFIER,
            resource: None,
        };
        change(&mut token_request);
        redeem(&self.connector.context(), &self.sealer, &token_request).await
    }

    fn redeem(&self, code: &Secret) -> Result<Grant, OAuthError> {
        pollster::block_on(self.redeem_with(code, |_| {}))
    }

    fn revocations(&self) -> usize {
        self.connector.host.sent.borrow().len()
    }

    fn pass(&self, seconds: u64) {
        let now = &self.connector.host.now;
        now.set(now.get() + Duration::from_secs(seconds));
    }
}

fn refused(answer: Result<Grant, OAuthError>) {
    assert_eq!(answer.err().map(|error| error.code), Some("invalid_grant"));
}

#[test]
fn a_code_is_good_for_one_key() {
    let world = World::new();
    let grant = world.redeem(&world.issue()).expect("granted");
    assert_eq!(grant.access_token.expose(), demo_key());
    assert_eq!(grant.scope, "read");
    assert_eq!(world.revocations(), 0);
}

#[test]
fn a_request_that_is_not_entitled_consumes_and_revokes_nothing() {
    let world = World::new();
    let code = world.issue();
    let before = world.connector.host.store.borrow().clone();
    let wrong = |change: fn(&mut TokenRequest<'_>)| {
        refused(pollster::block_on(world.redeem_with(&code, change)))
    };
    wrong(|token_request| token_request.client = "another client");
    wrong(|token_request| token_request.redirect_uri = Some("https://app.example/cb/"));
    wrong(|token_request| token_request.redirect_uri = Some("https://app.example/CB"));
    wrong(|token_request| token_request.redirect_uri = Some("https://evil.example/cb"));
    wrong(|token_request| token_request.redirect_uri = None);
    wrong(|token_request| token_request.verifier = "");
    wrong(|token_request| token_request.verifier = "abcdefghijklmnopqrstuvwxyz-._~ABCDEFGHIJKLMO");
    wrong(|token_request| token_request.verifier = "short");
    // The challenge itself, as `plain` would have it.
    let challenge: &'static str = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER)).leak();
    let plain = pollster::block_on(
        world.redeem_with(&code, |token_request| token_request.verifier = challenge),
    );
    refused(plain);
    refused(world.redeem(&Secret::new("another-code")));
    assert_eq!(*world.connector.host.store.borrow(), before);
    assert!(world.redeem(&code).is_ok());
    assert_eq!(world.revocations(), 0);
}

#[test]
fn of_64_racing_redemptions_one_wins_and_the_key_lives() {
    for _ in 0..20 {
        let world = World::new();
        let code = world.issue();
        let race = (0..64).map(|_| world.redeem_with(&code, |_| {}));
        let answers = pollster::block_on(join_all(race));
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert_eq!(world.revocations(), 0, "racers are not replays");
    }
}

#[test]
fn a_replay_after_the_answer_revokes_the_key() {
    let world = World::new();
    let code = world.issue();
    assert!(world.redeem(&code).is_ok());
    refused(world.redeem(&code));
    assert_eq!(world.revocations(), 1);
    let sent = world.connector.host.sent.borrow();
    assert_eq!(sent[0].headers()["x-api-key"], demo_key());
}

#[test]
fn a_replay_by_somebody_else_revokes_nothing() {
    let world = World::new();
    let code = world.issue();
    assert!(world.redeem(&code).is_ok());
    refused(pollster::block_on(
        world.redeem_with(&code, |token_request| token_request.client = "thief"),
    ));
    refused(pollster::block_on(
        world.redeem_with(&code, |token_request| token_request.verifier = "x"),
    ));
    assert_eq!(world.revocations(), 0);
}

#[test]
fn a_replay_while_the_portal_is_down_is_revoked_by_the_sweep() {
    let world = World::new();
    let code = world.issue();
    assert!(world.redeem(&code).is_ok());
    world.portal_is_down.set(true);
    refused(world.redeem(&code));
    world.portal_is_down.set(false);
    world.pass(LIFETIME + 100);
    // The sweep opens seals with the connector's own secret.
    let secret = Stored::Value(b"one".to_vec());
    world
        .connector
        .host
        .store
        .borrow_mut()
        .insert("sealing-secret".to_owned(), secret);
    pollster::block_on(crate::ledger::sweep::sweep(&world.connector.context()));
    assert_eq!(world.revocations(), 2);
}

#[test]
fn an_expired_code_is_unknown() {
    let world = World::new();
    let code = world.issue();
    world.pass(LIFETIME - 1);
    let other = world.issue();
    world.pass(1);
    refused(world.redeem(&code));
    assert!(world.redeem(&other).is_ok());
}

#[test]
fn an_attempt_is_answered_once() {
    let world = World::new();
    let host = &world.connector.host;
    let race = pollster::block_on(join_all((0..8).map(|_| reserve(host, "attempt"))));
    assert_eq!(
        race.iter()
            .filter(|reservation| reservation.is_ok())
            .count(),
        1
    );
    assert!(
        race.iter()
            .any(|reservation| matches!(reservation, Err(ReservationError::AlreadyUsed)))
    );
}

#[test]
fn a_dump_of_the_store_shows_neither_code_nor_key() {
    let world = World::new();
    let code = world.issue();
    let dump = format!("{:?}", world.connector.host.store.borrow());
    let values: Vec<u8> = world
        .connector
        .host
        .store
        .borrow()
        .values()
        .filter_map(|entry| match entry {
            Stored::Value(value) => Some(value.clone()),
            Stored::Counter(_) => None,
        })
        .flatten()
        .collect();
    for secret in [code.expose(), &demo_key()[3..]] {
        assert!(!dump.contains(secret));
        assert!(
            !values
                .windows(secret.len())
                .any(|window| window == secret.as_bytes())
        );
    }
}
