//! Attack families 1, 2 and 8 at the token endpoint: another client, redirect URI or verifier, a race, a replay.

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
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

const VERIFIER: &str = "abcdefghijklmnopqrstuvwxyz-._~ABCDEFGHIJKLMN";

struct World {
    app: App<FakeHost>,
    sealer: Sealer,
    /// Status of the answers to DELETE.
    revocation: Rc<Cell<u16>>,
    /// Statuses of the next answers to PATCH, the last one first; then 200.
    lasting: Rc<RefCell<Vec<u16>>>,
}

/// An authenticated client.
fn client(hash: &str) -> &'static AuthenticatedClient {
    Box::leak(Box::new(AuthenticatedClient {
        hash: hash.to_owned(),
        assertion: None,
    }))
}

impl World {
    /// One world with atomic counters, and one without.
    fn both() -> [Self; 2] {
        let without = Self::new();
        without.app.host.has_counters.set(false);
        [Self::new(), without]
    }

    fn new() -> Self {
        let revocation = Rc::new(Cell::new(204));
        let lasting = Rc::<RefCell<Vec<u16>>>::default();
        let (revoked, kept) = (Rc::clone(&revocation), Rc::clone(&lasting));
        let host = FakeHost::answering(move |request| {
            assert_eq!(request.uri().path(), "/keys/current");
            match *request.method() {
                Method::DELETE => json_answer(revoked.get(), ""),
                Method::PATCH => match kept.borrow_mut().pop() {
                    Some(status) => json_answer(status, ""),
                    None => json_answer(200, r#"{"data":{"expires_at":null}}"#),
                },
                ref method => panic!("unexpected {method}"),
            }
        });
        Self {
            app: connector(host, &[("portal_keys_url", "https://portal.example/keys")]),
            sealer: Sealer::new(&Secret::new("one")),
            revocation,
            lasting,
        }
    }

    fn issue(&self) -> Secret {
        let key = ApiKey::parse(&demo_key()).expect("a key");
        self.issue_for(AccessToken::Minted(&key))
    }

    fn issue_for(&self, token: AccessToken<'_>) -> Secret {
        let host = &self.app.host;
        let authorization_request = AuthorizationRequest {
            code_challenge: URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER)),
            ..AuthorizationRequest::for_tests()
        };
        let transaction_id = format!("transaction-{}", host.store.borrow().len());
        pollster::block_on(async {
            let reservation = reserve(host, &transaction_id)
                .await
                .map_err(|_| "taken")
                .expect("reserved");
            issue(
                &self.app.context(),
                &self.sealer,
                reservation,
                &authorization_request,
                token,
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
    ) -> Result<TokenResponse, OAuthError> {
        let mut token_request = TokenRequest {
            code,
            client: client("client"),
            redirect_uri: Some("https://app.example/cb"),
            code_verifier: VERIFIER,
            resource: None,
        };
        change(&mut token_request);
        redeem(&self.app.context(), &self.sealer, &token_request).await
    }

    fn redeem(&self, code: &Secret) -> Result<TokenResponse, OAuthError> {
        pollster::block_on(self.redeem_with(code, |_| {}))
    }

    fn sent(&self, method: &Method) -> usize {
        let sent = self.app.host.sent.borrow();
        let sent = sent.iter().filter(|request| request.method() == method);
        sent.count()
    }

    fn revocations(&self) -> usize {
        self.sent(&Method::DELETE)
    }

    fn events(&self, text: &str) -> usize {
        let log = self.app.host.log.borrow();
        log.iter().filter(|line| line.contains(text)).count()
    }

    fn advance_clock(&self, seconds: u64) {
        let now = &self.app.host.now;
        now.set(now.get() + Duration::from_secs(seconds));
    }
}

fn assert_refused(answer: Result<TokenResponse, OAuthError>) {
    assert_eq!(answer.err().map(|error| error.code), Some("invalid_grant"));
}

#[test]
fn valid_token_request_gets_the_key() {
    for world in World::both() {
        let response = world.redeem(&world.issue()).expect("granted");
        assert_eq!(response.access_token.expose(), demo_key());
        assert_eq!(response.scope, "read");
        assert_eq!(world.revocations(), 0);
        assert_eq!(world.sent(&Method::PATCH), 1);
    }
}

#[test]
fn invalid_token_request_consumes_and_revokes_nothing() {
    for world in World::both() {
        let code = world.issue();
        let before = world.app.host.store.borrow().clone();
        let refuse = |change: fn(&mut TokenRequest<'_>)| {
            assert_refused(pollster::block_on(world.redeem_with(&code, change)))
        };
        refuse(|token_request| token_request.client = client("another client"));
        refuse(|token_request| token_request.redirect_uri = Some("https://app.example/cb/"));
        refuse(|token_request| token_request.redirect_uri = Some("https://app.example/CB"));
        refuse(|token_request| token_request.redirect_uri = Some("https://evil.example/cb"));
        refuse(|token_request| token_request.code_verifier = "");
        refuse(|token_request| {
            token_request.code_verifier = "abcdefghijklmnopqrstuvwxyz-._~ABCDEFGHIJKLMO"
        });
        refuse(|token_request| token_request.code_verifier = "short");
        // The code challenge itself, which the method `plain` would accept.
        let challenge: &'static str = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER)).leak();
        let plain = pollster::block_on(world.redeem_with(&code, |token_request| {
            token_request.code_verifier = challenge
        }));
        assert_refused(plain);
        assert_refused(world.redeem(&Secret::new("another-code")));
        assert_eq!(*world.app.host.store.borrow(), before);
        assert!(world.redeem(&code).is_ok());
        assert_eq!(world.revocations(), 0);
    }
}

#[test]
fn one_of_64_racing_requests_wins_and_the_key_stays_valid() {
    for world in (0..10).flat_map(|_| World::both()) {
        let code = world.issue();
        let race = (0..64).map(|_| world.redeem_with(&code, |_| {}));
        let answers = pollster::block_on(join_all(race));
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert_eq!(world.revocations(), 0, "racing requests are not replays");
        assert_eq!(world.sent(&Method::PATCH), 1, "losers make nothing lasting");
    }
}

#[test]
fn replay_after_the_answer_revokes_the_key() {
    for world in World::both() {
        let code = world.issue();
        assert!(world.redeem(&code).is_ok());
        assert_refused(world.redeem(&code));
        assert_eq!(world.revocations(), 1);
        assert_eq!(world.sent(&Method::PATCH), 1);
        let sent = world.app.host.sent.borrow();
        assert_eq!(sent[1].headers()["x-api-key"], demo_key());
    }
}

#[test]
fn replay_by_another_client_revokes_nothing() {
    for world in World::both() {
        let code = world.issue();
        assert!(world.redeem(&code).is_ok());
        assert_refused(pollster::block_on(
            world.redeem_with(&code, |token_request| {
                token_request.client = client("thief")
            }),
        ));
        assert_refused(pollster::block_on(
            world.redeem_with(&code, |token_request| token_request.code_verifier = "x"),
        ));
        assert_eq!(world.revocations(), 0);
    }
}

#[test]
fn sealed_token_is_redeemed_without_the_portal() {
    for world in World::both() {
        let code = world.issue_for(AccessToken::Sealed(&Secret::new("tpt1_sealed")));
        let response = world.redeem(&code).expect("granted");
        assert_eq!(response.access_token.expose(), "tpt1_sealed");
        assert!(world.app.host.sent.borrow().is_empty());
    }
}

#[test]
fn invalid_token_request_makes_no_key_lasting() {
    for world in World::both() {
        let code = world.issue();
        assert_refused(pollster::block_on(
            world.redeem_with(&code, |token_request| token_request.code_verifier = "x"),
        ));
        world.advance_clock(LIFETIME);
        assert_refused(world.redeem(&code));
        assert_eq!(world.sent(&Method::PATCH), 0);
    }
}

#[test]
fn key_that_is_gone_makes_the_code_invalid_for_good() {
    for world in World::both() {
        let code = world.issue();
        world.lasting.borrow_mut().push(401);
        assert_refused(world.redeem(&code));
        assert_refused(world.redeem(&code));
        assert_eq!(world.sent(&Method::PATCH), 1);
        assert_eq!(world.revocations(), 0, "a second request is no replay");
        assert_eq!(world.events("key_lasting_failed"), 1);
    }
}

#[test]
fn one_failure_of_the_portal_is_not_noticed() {
    for world in World::both() {
        let code = world.issue();
        world.lasting.borrow_mut().push(503);
        assert!(world.redeem(&code).is_ok());
        assert_eq!(world.sent(&Method::PATCH), 2);
        assert_eq!(world.events("key_lasting_failed"), 0);
    }
}

#[test]
fn code_can_be_redeemed_again_after_an_outage_and_once() {
    for world in World::both() {
        let code = world.issue();
        world.lasting.borrow_mut().extend([503; 4]);
        for _ in 0..2 {
            let error = world.redeem(&code).err().expect("refused");
            assert_eq!(error, OAuthError::unavailable());
        }
        let race = (0..8).map(|_| world.redeem_with(&code, |_| {}));
        let answers = pollster::block_on(join_all(race));
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert_eq!(world.revocations(), 0);
        assert_refused(world.redeem(&code));
        assert_eq!(world.revocations(), 1, "that was a replay");
    }
}

/// The portal may have made the key lasting, although it did not answer.
#[test]
fn key_of_an_unfinished_redemption_is_revoked_by_the_sweep() {
    for status in [503, 405] {
        for world in World::both() {
            let code = world.issue();
            world.lasting.borrow_mut().extend([status; 2]);
            assert!(world.redeem(&code).is_err());
            world.advance_clock(LIFETIME + 100);
            let secret = Stored::Value(b"one".to_vec());
            let store = &world.app.host.store;
            store
                .borrow_mut()
                .insert("sealing-secret".to_owned(), secret);
            pollster::block_on(crate::ledger::sweep::sweep(&world.app.context()));
            assert_eq!(world.revocations(), 1);
            let rows = store.borrow();
            let rows: Vec<_> = rows.keys().filter(|row| row.starts_with("uses-")).collect();
            assert!(rows.is_empty(), "{rows:?}");
        }
    }
}

#[test]
fn portal_that_keeps_no_key_is_a_server_error_with_a_fix() {
    for world in World::both() {
        let code = world.issue();
        world.lasting.borrow_mut().push(405);
        let error = world.redeem(&code).err().expect("refused");
        assert_eq!(
            (error.status.code().as_u16(), error.code),
            (500, "server_error")
        );
        assert_eq!(world.sent(&Method::PATCH), 1);
        assert_eq!(
            world.events("\"fix\":\"Let PATCH at `portal_keys_url`/current"),
            1
        );
    }
}

#[test]
fn sweep_revokes_a_replayed_key_after_a_portal_outage() {
    for world in World::both() {
        let code = world.issue();
        assert!(world.redeem(&code).is_ok());
        world.revocation.set(503);
        assert_refused(world.redeem(&code));
        world.revocation.set(204);
        world.advance_clock(LIFETIME + 100);
        // The sweep uses the root secret of the app, so it must be the one of this test.
        let secret = Stored::Value(b"one".to_vec());
        world
            .app
            .host
            .store
            .borrow_mut()
            .insert("sealing-secret".to_owned(), secret);
        pollster::block_on(crate::ledger::sweep::sweep(&world.app.context()));
        assert_eq!(world.revocations(), 2);
    }
}

#[test]
fn expired_code_is_refused() {
    for world in World::both() {
        let code = world.issue();
        world.advance_clock(LIFETIME - 1);
        let other = world.issue();
        world.advance_clock(1);
        assert_refused(world.redeem(&code));
        assert!(world.redeem(&other).is_ok());
    }
}

#[test]
fn one_of_8_racing_reservations_succeeds() {
    for world in World::both() {
        let host = &world.app.host;
        let race = pollster::block_on(join_all((0..8).map(|_| reserve(host, "transaction"))));
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
}

#[test]
fn store_contains_neither_the_code_nor_the_key() {
    let world = World::new();
    let code = world.issue();
    let dump = format!("{:?}", world.app.host.store.borrow());
    let values: Vec<u8> = world
        .app
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

/// Two replicas of a store that have not yet seen each other's writes.
#[test]
fn code_redeemed_at_two_replicas_gives_one_key() {
    let [here, there] = [World::new(), World::new()];
    for world in [&here, &there] {
        world.app.host.has_counters.set(false);
    }
    let code = here.issue();
    *there.app.host.store.borrow_mut() = here.app.host.store.borrow().clone();
    for world in [&here, &there] {
        let response = world.redeem(&code).expect("granted");
        assert_eq!(response.access_token.expose(), demo_key());
        assert_eq!(world.revocations(), 0);
    }
}

#[test]
fn released_reservation_can_be_taken_once_more() {
    for world in World::both() {
        let host = &world.app.host;
        let take = || pollster::block_on(reserve(host, "transaction"));
        let first = take().expect("reserved");
        assert!(take().is_err());
        pollster::block_on(first.release(host));
        assert!(take().is_ok());
        assert!(take().is_err());
    }
}

#[test]
fn racing_approvals_get_numbers_of_their_own() {
    for world in World::both() {
        let host = &world.app.host;
        let race = (0..32).map(|id| async move { reserve(host, &id.to_string()).await });
        let taken = pollster::block_on(join_all(race));
        let numbers: std::collections::BTreeSet<i64> = taken
            .iter()
            .map(|taken| taken.as_ref().expect("reserved").number)
            .collect();
        assert_eq!(numbers.len(), 32);
        world.advance_clock(LIFETIME + 100);
        let secret = Stored::Value(b"one".to_vec());
        host.store
            .borrow_mut()
            .insert("sealing-secret".to_owned(), secret);
        for _ in 0..40 {
            pollster::block_on(crate::ledger::sweep::sweep(&world.app.context()));
        }
        let rows: Vec<_> = host.store.borrow().keys().cloned().collect();
        assert_eq!(rows, ["issued", "sealing-secret", "swept"]);
    }
}

#[test]
fn claim_without_contention_never_waits() {
    let world = &World::both()[1];
    let before = world.app.host.now.get();
    let code = world.issue();
    assert!(world.redeem(&code).is_ok());
    assert_eq!(world.app.host.now.get(), before);
}

/// The portal is down for the first request, while others arrive.
#[test]
fn race_during_an_outage_gives_one_key_at_most_and_leaves_none() {
    for world in World::both() {
        let code = world.issue();
        world.lasting.replace(vec![503; 2]);
        let racing = (0..8).map(|_| world.redeem_with(&code, |_| {}));
        let first = pollster::block_on(join_all(racing));
        let later = (0..3).map(|_| world.redeem(&code));
        let answers = first.into_iter().chain(later);
        let won = answers.filter(Result::is_ok).count();
        assert!(won <= 1, "{won}");
        // A later request after the winner is a replay. Otherwise the sweep ends a key that the portal kept.
        let secret = Stored::Value(b"one".to_vec());
        let mut store = world.app.host.store.borrow_mut();
        store.insert("sealing-secret".to_owned(), secret);
        drop(store);
        world.advance_clock(LIFETIME + 61);
        pollster::block_on(crate::ledger::sweep::sweep(&world.app.context()));
        assert!(world.revocations() >= 1);
    }
}
