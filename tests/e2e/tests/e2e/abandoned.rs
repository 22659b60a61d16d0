//! Approved and never redeemed: neither an entry nor a key is left behind.

use crate::browser::Browser;
use crate::program::Program;
use crate::store::{live_keys, names, rows};
use crate::support::Running;
use futures::future::join_all;
use std::time::Duration;
use tokportal_emulator::people::PEOPLE;

const ABANDONED: usize = 1_000;
/// Approvals of one person at a time: the emulator's workspaces hold 50 keys, and the demo keys are there from the start.
const AT_ONCE: usize = 45;
/// Entries of one sweep, as the connector has it.
const SWEEP: usize = 8;

/// Approves, and lets the code expire.
async fn abandon(program: &Program<'_>, browser: &Browser, times: usize) {
    for _ in 0..times {
        program.code(browser, "full").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_abandoned_authorizations_leave_no_entry_and_no_key() {
    let state = tempfile::tempdir().expect("a folder");
    let app = Running::start_in(state.path().to_owned()).await;
    let program = Program::register(&app, "Forgetful").await;
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
            people.push(abandon(&program, browser, times));
        }
        join_all(people).await;
        most = most.max(live_keys(&app).await - keys);
        // The round's codes expire, and other people's requests take them away.
        app.clock.advance(Duration::from_secs(15 * 60));
        for _ in 0..(2 * AT_ONCE).div_ceil(SWEEP) + 1 {
            program.redeem("another code", &[]).await;
        }
    }
    assert_eq!(most, 2 * AT_ONCE as i64, "every approval made a key");
    app.clock.advance(Duration::from_secs(3600));
    program.redeem("another code", &[]).await;
    assert_eq!(live_keys(&app).await, keys);
    // The two counters that number and follow the entries, and the secret, whatever happened.
    assert_eq!(
        names(state.path()),
        ["issued", "sealing-secret", "sealing-secret-made", "swept"]
    );
    assert!(
        rows(state.path()).len() <= 4 + 2 * 3,
        "and the counters of one caller's rate limits"
    );
}
