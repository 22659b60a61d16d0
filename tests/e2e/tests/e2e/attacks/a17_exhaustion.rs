//! Attack family 17: authorizations that are approved and never redeemed fill neither the store nor the list of keys.

use crate::support::Running;
use crate::support::browser::Browser;
use crate::support::client::OAuthClient;
use crate::support::store::{live_keys, names, rows};
use futures::future::join_all;
use std::time::Duration;
use tokportal_emulator::people::PEOPLE;

const ABANDONED: usize = 1_000;
/// Approvals of one person per round: a workspace of the emulator holds 50 keys, demo keys included.
const AT_ONCE: usize = 45;
/// The number of entries that one sweep of the connector removes.
const SWEEP: usize = 8;

/// Approves and does not redeem the code.
async fn abandon(client: &OAuthClient<'_>, browser: &Browser, times: usize) {
    for _ in 0..times {
        client.code(browser, "full").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn abandoned_authorizations_leave_no_entry_and_no_key() {
    let state = tempfile::tempdir().expect("a folder");
    let app = Running::start_in(state.path().to_owned()).await;
    let client = OAuthClient::register(&app, "Forgetful").await;
    let mut browsers = Vec::new();
    for person in &PEOPLE {
        browsers.push(Browser::of(&app, person).await);
    }
    let (keys, mut left) = (live_keys(&app).await, ABANDONED);
    let mut most = 0;
    while left > 0 {
        let mut people = Vec::new();
        for browser in &browsers {
            let times = left.min(AT_ONCE);
            left -= times;
            people.push(abandon(&client, browser, times));
        }
        join_all(people).await;
        most = most.max(live_keys(&app).await - keys);
        // The codes of this round expire; unrelated token requests sweep them.
        app.clock.advance(Duration::from_secs(15 * 60));
        for _ in 0..(2 * AT_ONCE).div_ceil(SWEEP) + 1 {
            client.redeem("another code", &[]).await;
        }
    }
    assert_eq!(most, 2 * AT_ONCE as i64, "every approval made a key");
    app.clock.advance(Duration::from_secs(3600));
    client.redeem("another code", &[]).await;
    assert_eq!(live_keys(&app).await, keys);
    // What remains: the sealing secret, the two counters that number issued and swept entries, and the row that says how
    // the connector is set up.
    assert_eq!(
        names(state.path()),
        [
            "issued",
            "sealing-secret",
            "sealing-secret-made",
            "started",
            "swept"
        ]
    );
    // Registration, authorization, callback and token request have two counters each for one caller.
    assert!(
        rows(state.path()).len() <= 5 + 2 * 4,
        "the counters of one caller's rate limits remain"
    );
}
