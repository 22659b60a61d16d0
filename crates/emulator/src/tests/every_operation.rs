//! Every operation once: refused with a read-only key, with its main error, simulated without a trace, and done. What is
//! missing for an operation is printed, and fails.

mod script;
mod step;
mod walk;

use std::collections::BTreeMap;

use serde_json::json;

use self::script::{accounts, order, rest};
use self::step::{find, get, with};
use self::walk::Walk;
use super::flow::Flow;
use crate::operations::OPERATIONS;

#[test]
#[expect(
    clippy::print_stdout,
    reason = "the listing is what this test is read for"
)]
fn every_operation_succeeds_fails_is_refused_and_simulated() {
    let mut walk = Walk {
        flow: Flow::new(),
        found: BTreeMap::new(),
        shown: BTreeMap::new(),
    };
    walk.flow
        .world
        .control("/credits", json!({ "balance": 5000 }));
    let start = [
        get("/me"),
        with("PATCH", "/me", json!({ "niche": "food" })),
        get("/countries"),
        get("/platforms"),
        get("/credit-costs"),
        get("/credits/balance"),
        get("/credits/history"),
        find(
            "/bundles?status=completed&platform=tiktok",
            &[
                ("done", "/data/0/id"),
                ("account", "/data/0/saved_account_id"),
            ],
        ),
        find("/bundles/{done}/videos", &[("live", "/data/0/id")]),
    ];
    for step in start
        .into_iter()
        .chain(order())
        .chain(rest())
        .chain(accounts())
    {
        walk.take(step);
    }
    println!(
        "{:40} {:8} {:52} {:24} dry run",
        "operation", "success", "main error", "read-only key"
    );
    let mut missing = Vec::new();
    for operation in OPERATIONS {
        let shown = walk.shown.remove(operation.id).unwrap_or_default();
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
        let status = |value: Option<u16>| value.map_or_else(|| "-".into(), |s| s.to_string());
        println!(
            "{:40} {:8} {:52} {:24} {}",
            operation.id,
            status(shown.success),
            text(&shown.error),
            text(&shown.read_key),
            status(shown.dry_run)
        );
        let write = operation.is_write();
        if shown.success.is_none()
            || shown.error.is_none()
            || (write && (shown.read_key.is_none() || shown.dry_run.is_none()))
        {
            missing.push(operation.id);
        }
    }
    assert!(missing.is_empty(), "not shown: {missing:?}");
    assert_eq!(OPERATIONS.len(), 91);
}
