//! Attack family 17: authorizations that are approved and never redeemed fill neither the store nor the list of keys.

use crate::support::Running;
use crate::support::browser::{Browser, with_form};
use crate::support::client::{OAuthClient, call_status};
use crate::support::portal::{faults_left, plan_fault};
use crate::support::redis::Redis;
use crate::support::store::{live_keys, names, rows};
use futures::future::join_all;
use serde_json::json;
use std::time::Duration;
use tokportal_emulator::people::PEOPLE;

const ABANDONED: usize = 1_000;
/// Approvals of one person per round: a workspace of the emulator holds 50 keys, demo keys included.
const AT_ONCE: usize = 45;

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
        // The codes and keys of this round expire; unrelated token requests sweep the codes.
        app.clock.advance(Duration::from_secs(15 * 60));
        // Each of them deletes one entry at least, and an approval has two.
        for _ in 0..4 * AT_ONCE {
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
    // Registration, authorization, callback, consent and token request have two counters each for one caller. The forms
    // of each sign-in have two of their own, in a bounded number of slots.
    let rows = rows(state.path());
    let lasting = rows
        .iter()
        .filter(|(name, _)| !name.starts_with("rate-decisions-"));
    assert!(
        lasting.count() <= 5 + 2 * 5,
        "the counters of one caller's rate limits remain"
    );
}

/// Case A8: a portal that refuses every revocation. The planned faults count the calls.
#[tokio::test]
async fn sweep_calls_no_portal_and_holds_up_no_reply() {
    let state = tempfile::tempdir().expect("a folder");
    let app = Running::start_in(state.path().to_owned()).await;
    let client = OAuthClient::register(&app, "Forgetful").await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let keys = live_keys(&app).await;
    abandon(&client, &browser, 12).await;
    for operation in ["portal.revoke", "portal.delete"] {
        let refusal =
            json!({"operation": operation, "code": "FORBIDDEN", "status": 403, "times": 100});
        plan_fault(&app, refusal).await;
    }
    app.clock.advance(Duration::from_secs(15 * 60));
    for _ in 0..2 * 12 {
        client.redeem("another code", &[]).await;
    }
    assert_eq!(
        names(state.path())
            .iter()
            .filter(|name| name.starts_with("pending-"))
            .count(),
        0
    );
    for operation in ["portal.revoke", "portal.delete"] {
        assert_eq!(faults_left(&app, operation).await, 100);
    }
    assert!(!app.log.contains("revocation_failed"));
    assert_eq!(live_keys(&app).await, keys, "the keys ended by themselves");
}

/// Case A5: the host of the connector stops between the answer of the mint and the record of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn host_that_stops_while_it_mints_leaves_no_key() {
    let redis = Redis::start();
    let first = Running::start_on(&redis).await;
    let doomed = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let start = async { Running::start_as_well(&first, &redis).await };
    let second = tokio::task::block_in_place(|| doomed.block_on(start));
    let client = OAuthClient::register(&first, "App").await;
    let browser = Browser::of(&first, &PEOPLE[0]).await;
    let keys = live_keys(&first).await;
    let page = client.consent_page(&browser).await;
    let late =
        json!({"operation": "portal.mint", "kind": "delay", "delay_ms": 8000, "when": "after"});
    plan_fault(&first, late).await;
    let mut fields = page.form("/connect/consent");
    for (name, value) in [
        ("level", "full"),
        ("decision", "authorize"),
        ("replace", ""),
    ] {
        fields.insert(name.to_owned(), value.to_owned());
    }
    let press = second
        .request("POST", "/connect/consent")
        .header("cookie", browser.cookies())
        .header("origin", "null");
    let press = tokio::spawn(with_form(press, &fields).send());
    while live_keys(&first).await == keys {
        assert!(!press.is_finished(), "the answer came before the key");
        tokio::task::yield_now().await;
    }
    doomed.shutdown_background();
    assert!(press.await.expect("no panic").is_err(), "no answer came");
    assert_eq!(live_keys(&first).await, keys + 1);
    // The person connects again from the app, and no request has to clean up.
    let token = client.connect(&browser, "full").await;
    first.clock.advance(Duration::from_secs(15 * 60 + 1));
    assert_eq!(live_keys(&first).await, keys + 1);
    assert_eq!(call_status(&first, &token).await, 200);
}
