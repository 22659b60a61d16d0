//! Abandoned approvals leave no rows behind, and nothing that a request waits for.

use super::*;
use crate::app::App;
use crate::claim;
use crate::host::{Clock, Store};
use crate::ledger::{LIFETIME, question};
use crate::testing::{Entry, FakeHost, connector};
use futures::future::{join_all, ready};
use std::time::Duration;

struct World {
    app: App<FakeHost>,
}

impl World {
    /// One world with atomic counters, and one without. Neither sends a request.
    fn both() -> [Self; 2] {
        let without = Self::new();
        without.app.host.has_counters.set(false);
        [Self::new(), without]
    }

    fn new() -> Self {
        let app = connector(FakeHost::silent(), &[]);
        Self { app }
    }

    /// Writes an approval whose code is never redeemed.
    fn abandon(&self) {
        let host = &self.app.host;
        pollster::block_on(async {
            let number = SINGLE_USES.next_number(host).await.expect("a number");
            let hash = format!("{number:x}");
            let entry = ExpiryEntry {
                expires_at: host.now().as_secs() + LIFETIME,
                consent: Some(hash.clone()),
                code: Some(hash.clone()),
                ..ExpiryEntry::default()
            };
            let written = SINGLE_USES.write(host, number, &entry).await;
            written.expect("written");
            for name in ["code", "redeemed", "decision"] {
                let written = host.set(&format!("{name}-{hash}"), b"record").await;
                written.expect("written");
            }
            for name in ["uses", "replayed", "consent"] {
                let claimed = claim::claim(host, &format!("{name}-{hash}")).await;
                assert_eq!(claimed, Ok(true));
            }
        });
    }

    fn sweep(&self) {
        pollster::block_on(sweep(
            &self.app.context(),
            [SINGLE_USES, ENDED_TOKENS],
            &Cell::new(false),
        ));
    }

    fn advance_clock(&self, seconds: u64) {
        let now = &self.app.host.now;
        now.set(now.get() + Duration::from_secs(seconds));
    }

    fn swept(&self) -> i64 {
        pollster::block_on(SINGLE_USES.swept(&self.app.host)).expect("read")
    }

    /// The names of the rows of the store without those that belong to the sweep itself.
    fn rows(&self) -> Vec<String> {
        let store = self.app.host.store.borrow();
        let own = ["issued", "swept", "ended-issued"];
        let names = store.keys().filter(|key| !own.contains(&key.as_str()));
        names.cloned().collect()
    }
}

#[test]
fn thousand_abandoned_approvals_leave_no_rows() {
    for world in World::both() {
        for _ in 0..1_000 {
            world.abandon();
        }
        let before = world.rows().len();
        world.sweep();
        assert_eq!(world.rows().len(), before, "nothing has expired yet");
        world.advance_clock(3_600);
        for _ in 0..1_000_usize.div_ceil(BATCH) {
            world.sweep();
        }
        assert_eq!(world.rows(), [""; 0]);
    }
}

#[test]
fn one_sweep_deletes_at_most_one_batch() {
    for world in World::both() {
        for _ in 0..100 {
            world.abandon();
        }
        world.advance_clock(3_600);
        world.sweep();
        assert_eq!(world.swept(), i64::try_from(BATCH).expect("small"));
    }
}

#[test]
fn concurrent_sweeps_delete_everything() {
    for world in World::both() {
        for _ in 0..200 {
            world.abandon();
        }
        world.advance_clock(3_600);
        let (context, go_on) = (world.app.context(), Cell::new(false));
        for _ in 0..10 {
            pollster::block_on(join_all(
                (0..16).map(|_| sweep(&context, [SINGLE_USES], &go_on)),
            ));
        }
        for _ in 0..50 {
            world.sweep();
        }
        assert_eq!(world.rows(), [""; 0]);
    }
}

#[test]
fn reply_that_is_ready_waits_for_one_entry_at_most() {
    for world in World::both() {
        for _ in 0..20 {
            world.abandon();
        }
        world.advance_clock(3_600);
        let context = world.app.context();
        for entries in 1..=20 {
            assert_eq!(pollster::block_on(beside(&context, ready(7))), 7);
            assert_eq!(world.swept(), entries);
        }
        assert_eq!(world.rows(), [""; 0]);
    }
}

#[test]
fn reply_does_not_wait_for_a_store_that_hangs() {
    let world = World::new();
    world.abandon();
    world.advance_clock(3_600);
    world.app.host.store_hangs.set(true);
    let before = world.app.host.now.get();
    pollster::block_on(beside(&world.app.context(), ready(())));
    assert_eq!(world.app.host.now.get() - before, LAST_STEP);
    world.app.host.store_hangs.set(false);
    world.sweep();
    assert_eq!(world.rows(), [""; 0]);
}

#[test]
fn sweep_continues_when_the_store_is_back() {
    for world in World::both() {
        world.abandon();
        world.abandon();
        world.advance_clock(3_600);
        world.app.host.store_is_down.set(true);
        world.sweep();
        world.app.host.store_is_down.set(false);
        let log = world.app.host.log.borrow().join("");
        assert!(log.contains("sweep_failed"), "{log}");
        world.sweep();
        assert_eq!(world.rows(), [""; 0]);
    }
}

/// An older build wrote a key into the entry, and a newer one may write anything.
#[test]
fn entries_of_other_builds_are_deleted_and_hold_nothing_up() {
    for world in World::both() {
        let host = &world.app.host;
        for text in [
            r#"{"consent":"1","code":"1","expires_at":1790000600,"state":{"open":{"key":"c2VhbGVk"}}}"#,
            r#"{"consent":"2","code":null,"expires_at":1790000600,"state":"redeemed"}"#,
            r#"{"consent":"3","code":"3","expires_at":1790000600,"state":{"revocation-due":{"key":"c2VhbGVk"}}}"#,
            "not JSON",
            r#"{"expires_at":-1}"#,
        ] {
            let number = pollster::block_on(SINGLE_USES.next_number(host)).expect("a number");
            let entry = Entry::Value(text.into());
            let name = format!("pending-{number}");
            host.store.borrow_mut().insert(name, entry);
            let written = pollster::block_on(host.set(&format!("code-{number}"), b"record"));
            written.expect("written");
        }
        world.abandon();
        world.advance_clock(3_600);
        world.sweep();
        // What no entry names stays.
        assert_eq!(world.rows(), ["code-2", "code-4", "code-5"]);
    }
}

#[test]
fn numbers_without_an_entry_do_not_stop_the_sweep() {
    for world in World::both() {
        let take_numbers = |count: i64| {
            pollster::block_on(world.app.host.increment("issued", count)).expect("counted");
        };
        take_numbers(3);
        world.abandon();
        world.advance_clock(3_600);
        world.sweep();
        assert_eq!(world.rows(), [""; 0], "a few writers failed");
        take_numbers(2 * i64::try_from(WINDOW).expect("small"));
        world.abandon();
        world.advance_clock(3_600);
        for _ in 0..4 {
            world.sweep();
        }
        assert_eq!(world.rows(), [""; 0], "very many writers failed");
    }
}

#[test]
fn entry_that_is_still_being_written_is_not_skipped() {
    let world = World::new();
    pollster::block_on(world.app.host.increment("issued", 1)).expect("counted");
    world.sweep();
    world.abandon();
    world.sweep();
    assert_eq!(world.swept(), 0);
}

#[test]
fn questions_are_swept_by_requests_that_ask_none() {
    for world in World::both() {
        let context = world.app.context();
        let host = &world.app.host;
        let period = question::period(host.now().as_secs());
        let written = question::write(host, "id", period, "sealed");
        pollster::block_on(written).expect("written");
        world.advance_clock(4 * LIFETIME);
        for _ in 0..4 {
            pollster::block_on(beside(&context, async {}));
            world.advance_clock(1);
        }
        let rows = host.store.borrow();
        let left: Vec<_> = rows
            .keys()
            .filter(|name| name.starts_with("question-"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}
