use super::*;
use crate::app::App;
use crate::host::Clock;
use crate::sealing::seal::Purpose;
use crate::testing::{Entry, FakeHost, connector};
use futures::future::{join, join_all};

#[test]
fn racing_first_requests_agree_on_one_secret() {
    for host in [FakeHost::silent(), FakeHost::silent().without_counters()] {
        let app = connector(host, &[]);
        let context = app.context();
        let sealers = pollster::block_on(join_all((0..16).map(|_| sealer(&context))));
        let sealed = sealers[0]
            .as_ref()
            .expect("made")
            .seal(&app.host, Purpose::Consent, &1);
        for sealer in sealers {
            let opened = sealer
                .expect("found")
                .open::<i32>(Purpose::Consent, &sealed);
            assert_eq!(opened, Some(1));
        }
    }
}

/// An app in whose store the leaders of these elections stopped before they stored a secret.
fn stopped(elections: &[&str]) -> App<FakeHost> {
    let app = connector(FakeHost::silent(), &[]);
    for election in elections {
        let mut store = app.host.store.borrow_mut();
        store.insert((*election).to_owned(), Entry::Counter(1));
    }
    app
}

#[test]
fn stopped_leader_is_replaced_by_a_waiting_candidate() {
    let app = stopped(&ELECTIONS[..1]);
    let context = app.context();
    let sealers = pollster::block_on(join_all((0..16).map(|_| sealer(&context))));
    assert!(sealers.iter().all(Result::is_ok));
    assert_eq!(
        app.host.store.borrow().get(ELECTIONS[1]),
        Some(&Entry::Counter(16))
    );
}

#[test]
fn next_request_succeeds_after_two_stopped_leaders() {
    let app = stopped(&ELECTIONS);
    assert!(pollster::block_on(sealer(&app.context())).is_err());
    assert!(pollster::block_on(sealer(&app.context())).is_ok());
}

#[test]
fn candidate_waits_for_a_slow_leader() {
    let app = stopped(&ELECTIONS);
    let later = async {
        for _ in 0..POLLS {
            app.host.sleep(POLL_INTERVAL / 2).await;
        }
        create(&app.host).await
    };
    let (sealer, made) = pollster::block_on(join(sealer(&app.context()), later));
    assert!(made.is_ok() && sealer.is_ok());
}

#[test]
fn configured_secret_is_used_without_the_store() {
    let secret = [("sealing_secret", "a-secret-of-at-least-32-characters")];
    let app = connector(FakeHost::silent(), &secret);
    assert!(pollster::block_on(sealer(&app.context())).is_ok());
    assert!(app.host.store.borrow().is_empty());
}
