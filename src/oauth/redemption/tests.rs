//! Attack families 1, 2 and 8 at the token endpoint: another client, redirect URI or verifier, a race, a replay.

use super::*;
use crate::access::access_token::Grant;
use crate::access::level::AccessLevel;
use crate::app::App;
use crate::ledger::LIFETIME;
use crate::ledger::single_use::{ReservationError, reserve};
use crate::ledger::sweep;
use crate::oauth::client::credentials::AuthenticatedClient;
use crate::oauth::code::{AccessToken, issue};
use crate::oauth::transaction::AuthorizationRequest;
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

    /// The names of all rows but the counter of ended tokens, which has none without atomic counters.
    fn rows(&self) -> Vec<String> {
        let store = self.app.host.store.borrow();
        let rows = store.keys().filter(|name| *name != "ended-issued");
        rows.cloned().collect()
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
        let key = ApiKey::parse(&demo_key()).expect("a key");
        let grant = Grant {
            key: &key,
            level: AccessLevel::Full,
            resource: &world.app.config.resource,
            narrowing: None,
            client: "client",
        };
        let token = access_token::issue(&world.app.host, &world.sealer, &grant);
        let code = world.issue_for(AccessToken::Sealed(&token));
        world.advance_clock(5);
        let response = world.redeem(&code).expect("granted");
        assert_eq!(response.access_token.expose(), token.expose());
        assert_eq!(response.expires_in, Some(access_token::LIFETIME - 5));
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

/// Neither call was confirmed, so the client may try again.
#[test]
fn code_can_be_redeemed_again_after_an_outage_and_once() {
    for world in World::both() {
        let code = world.issue();
        world.revocation.set(503);
        world.lasting.borrow_mut().extend([503; 4]);
        for _ in 0..2 {
            let error = world.redeem(&code).err().expect("refused");
            assert_eq!(error, OAuthError::unavailable());
        }
        assert_eq!(world.revocations(), 2, "one for each attempt");
        assert_eq!(world.events("ending the key failed, too"), 2);
        world.revocation.set(204);
        let race = (0..8).map(|_| world.redeem_with(&code, |_| {}));
        let answers = pollster::block_on(join_all(race));
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert_eq!(world.revocations(), 2);
        assert_eq!(world.events("code_replayed"), 0);
        assert_refused(world.redeem(&code));
        assert_eq!(world.revocations(), 3, "that was a replay");
    }
}

/// Other requests try the code while the first one holds it; then the first one gives it back.
#[test]
fn code_given_back_in_a_race_is_not_lost_and_no_replay() {
    for world in World::both() {
        let code = world.issue();
        world.revocation.set(503);
        world.lasting.borrow_mut().extend([503; 2]);
        let racing = (0..8).map(|_| world.redeem_with(&code, |_| {}));
        let answers = pollster::block_on(join_all(racing));
        let won = answers.iter().filter(|answer| answer.is_ok()).count();
        world.revocation.set(204);
        let later = world.redeem(&code);
        assert_eq!(won + usize::from(later.is_ok()), 1);
        assert_eq!(world.events("code_replayed"), won);
    }
}

/// The portal may have made the key lasting, although it did not say so.
#[test]
fn key_that_may_be_lasting_is_ended_with_its_code() {
    for (status, error) in [
        (503, "invalid_grant"),
        (403, "server_error"),
        (405, "server_error"),
    ] {
        for world in World::both() {
            let code = world.issue();
            world.lasting.borrow_mut().extend([status; 2]);
            let answer = world.redeem(&code).err().expect("refused");
            assert_eq!(answer.code, error);
            assert_eq!(world.revocations(), 1);
            assert_eq!(world.events("key_lasting_failed"), 1);
            world.lasting.borrow_mut().clear();
            assert_refused(world.redeem(&code));
            assert_eq!(world.events("code_replayed"), 0, "no token was given");
        }
    }
}

#[test]
fn portal_that_is_busy_keeps_key_and_code() {
    for world in World::both() {
        let code = world.issue();
        world.lasting.borrow_mut().extend([429; 2]);
        let error = world.redeem(&code).err().expect("refused");
        assert_eq!(error, OAuthError::unavailable());
        assert_eq!(world.revocations(), 0);
        assert!(world.redeem(&code).is_ok());
    }
}

/// The host stopped after the portal had made the key lasting, and before the client had it.
#[test]
fn key_of_a_redemption_that_never_ended_is_ended() {
    for world in World::both() {
        let code = world.issue();
        pollster::block_on(async {
            let hash = sha256_hex(code.expose());
            assert_eq!(claim::claim(&world.app.host, &uses(&hash)).await, Ok(true));
            let begun = Redemption::write(&world.app.host, &hash, false).await;
            begun.expect("written");
        });
        assert_refused(world.redeem(&code));
        assert_eq!(world.revocations(), 0, "it may still be at work");
        world.advance_clock(UNFINISHED);
        for _ in 0..3 {
            assert_refused(world.redeem(&code));
        }
        assert_eq!(world.revocations(), 1);
        assert_eq!(
            world.events("an earlier redemption of the code never ended"),
            1
        );
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
fn replays_at_once_end_the_key_once() {
    for world in World::both() {
        let code = world.issue();
        assert!(world.redeem(&code).is_ok());
        let replays = (0..64).map(|_| world.redeem_with(&code, |_| {}));
        for answer in pollster::block_on(join_all(replays)) {
            assert_refused(answer);
        }
        assert_refused(world.redeem(&code));
        assert_eq!((world.revocations(), world.events("code_replayed")), (1, 1));
    }
}

#[test]
fn replay_in_an_outage_is_tried_twice_and_again_by_the_next() {
    for world in World::both() {
        let code = world.issue();
        assert!(world.redeem(&code).is_ok());
        world.revocation.set(503);
        assert_refused(world.redeem(&code));
        assert_eq!(
            (world.revocations(), world.events("revocation_failed")),
            (2, 1)
        );
        world.revocation.set(204);
        assert_refused(world.redeem(&code));
        assert_refused(world.redeem(&code));
        assert_eq!(
            (world.revocations(), world.events("revocation_failed")),
            (3, 1)
        );
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
fn racing_approvals_leave_no_rows() {
    for world in World::both() {
        let host = &world.app.host;
        let race = (0..32).map(|id| async move { reserve(host, &id.to_string()).await });
        let taken = pollster::block_on(join_all(race));
        assert!(taken.iter().all(Result::is_ok));
        world.advance_clock(LIFETIME + 100);
        for _ in 0..40 {
            pollster::block_on(sweep::beside(&world.app.context(), async {}));
        }
        assert_eq!(world.rows(), ["issued", "swept"]);
    }
}

#[test]
fn redeemed_and_replayed_code_leaves_no_rows() {
    for world in World::both() {
        let code = world.issue();
        assert!(world.redeem(&code).is_ok());
        assert_refused(world.redeem(&code));
        world.advance_clock(LIFETIME + 100);
        pollster::block_on(sweep::beside(&world.app.context(), async {}));
        assert_eq!(world.rows(), ["issued", "swept"]);
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
