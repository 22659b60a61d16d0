//! One line for each deployment, however many requests come first.

use super::*;
use crate::app::App;
use crate::host::Store;
use crate::testing::{FakeHost, connector};
use futures::future::join_all;
use pollster::block_on;
use std::time::Duration;

fn lines(app: &App<FakeHost>) -> usize {
    let log = app.host.log.borrow();
    log.iter()
        .filter(|line| line.contains("\"event\":\"started\""))
        .count()
}

fn noted(app: &App<FakeHost>) -> bool {
    block_on(note(&app.context())).expect("the store works")
}

#[test]
fn first_request_logs_the_deployment_and_later_ones_do_not() {
    let secret = "0123456789abcdef0123456789abcdef";
    let app = connector(FakeHost::silent(), &[("sealing_secret", secret)]);
    assert!(!noted(&app), "no row was there");
    assert!(noted(&app), "the first request wrote the row");
    assert_eq!(lines(&app), 1);
    let line = app.host.log.borrow()[0].clone();
    let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(line["version"], VERSION);
    assert_eq!(line["sign_in"], "api-key");
    assert_eq!(line["sealing_secret"], "configured");
    let missing = line["missing"].to_string();
    assert!(missing.contains("\"public_url\"") && missing.contains("\"security_contact\""));
    assert!(!missing.contains("sealing_secret"), "{missing}");
    assert!(!format!("{:?}", app.host.store.borrow()).contains(secret));
}

#[test]
fn concurrent_first_requests_log_one_line() {
    let app = connector(FakeHost::silent(), &[]);
    let contexts: Vec<_> = (0..64).map(|_| app.context()).collect();
    block_on(join_all(contexts.iter().map(note)));
    assert_eq!(lines(&app), 1);
    assert_eq!(app.host.store.borrow().len(), 1, "the election is over");
}

#[test]
fn another_configuration_is_another_deployment() {
    let app = connector(FakeHost::silent(), &[]);
    noted(&app);
    let app = connector(app.host, &[("confirm_paid_calls", "never")]);
    assert!(noted(&app));
    assert_eq!(lines(&app), 2);
}

#[test]
fn two_deployments_that_answer_in_turn_are_not_logged_each_time() {
    let mut host = FakeHost::silent();
    for round in 0..20 {
        let wanted = if round % 2 == 0 { "always" } else { "never" };
        let app = connector(host, &[("confirm_paid_calls", wanted)]);
        noted(&app);
        assert_eq!(lines(&app), if round == 0 { 1 } else { 2 });
        host = app.host;
    }
    host.now
        .set(host.now.get() + Duration::from_secs(LOGGED_AGAIN_AFTER));
    let app = connector(host, &[("confirm_paid_calls", "always")]);
    noted(&app);
    assert_eq!(lines(&app), 3, "a step back is logged");
}

#[test]
fn leader_that_stopped_is_replaced() {
    let app = connector(FakeHost::silent(), &[]);
    // The first leader took its number and stopped.
    block_on(app.host.increment(ELECTION, 1)).expect("the store works");
    assert!(!noted(&app));
    assert!(noted(&app), "the sign-in has its row");
    let app = connector(app.host, &[("confirm_paid_calls", "never")]);
    for _ in 0..CANDIDATES {
        noted(&app);
    }
    assert_eq!(lines(&app), 1);
}

#[test]
fn row_stays_small_over_many_deployments() {
    let mut host = FakeHost::silent();
    for seconds in 0..40 {
        let app = connector(host, &[("key_check_seconds", &seconds.to_string())]);
        noted(&app);
        host = app.host;
    }
    let row = block_on(Row::read(&host))
        .expect("the store works")
        .expect("a row");
    assert_eq!(row.deployments.len(), REMEMBERED);
}
