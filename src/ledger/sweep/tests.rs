//! Abandoned approvals leave neither rows nor live keys behind, even after failures.

use super::*;
use crate::app::App;
use crate::claim;
use crate::host::{Clock, Store};
use crate::ledger::LIFETIME;
use crate::testing::{FakeHost, connector, json_answer};
use futures::future::join_all;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

struct World {
    app: App<FakeHost>,
    live_keys: Rc<RefCell<BTreeSet<String>>>,
    portal_is_down: Rc<Cell<bool>>,
}

impl World {
    /// One world with atomic counters, and one without.
    fn both() -> [Self; 2] {
        let without = Self::new();
        without.app.host.has_counters.set(false);
        [Self::new(), without]
    }

    fn new() -> Self {
        let live_keys = Rc::new(RefCell::new(BTreeSet::<String>::new()));
        let portal_is_down = Rc::new(Cell::new(false));
        let (keys, is_down) = (Rc::clone(&live_keys), Rc::clone(&portal_is_down));
        let host = FakeHost::answering(move |request| {
            if is_down.get() {
                return json_answer(503, "");
            }
            let key = request.headers()["x-api-key"].to_str().expect("ASCII");
            json_answer(
                if keys.borrow_mut().remove(key) {
                    204
                } else {
                    401
                },
                "",
            )
        });
        let variables = [
            ("portal_keys_url", "https://portal.example/keys"),
            ("sealing_secret", "a-secret-of-at-least-32-characters"),
        ];
        Self {
            app: connector(host, &variables),
            live_keys,
            portal_is_down,
        }
    }

    /// Writes an approval whose code is never redeemed.
    fn abandon(&self) {
        let host = &self.app.host;
        pollster::block_on(async {
            let number = PendingGrant::next_number(host).await.expect("a number");
            let key = format!("sk_{number:064x}");
            self.live_keys.borrow_mut().insert(key.clone());
            let sealer = sealer(&self.app.context()).await.expect("a sealer");
            let grant = PendingGrant {
                consent: format!("{number:x}"),
                code: Some(format!("{number:x}")),
                expires_at: host.now().as_secs() + LIFETIME,
                state: GrantState::Open {
                    key: Some(sealer.seal(host, Purpose::Unredeemed, &key)),
                },
            };
            grant.write(host, number).await.expect("written");
            host.set(&format!("code-{number:x}"), b"record")
                .await
                .expect("written");
            for name in ["uses", "consent"] {
                let claimed = claim::claim(host, &format!("{name}-{number:x}")).await;
                assert_eq!(claimed, Ok(true));
            }
        });
    }

    fn sweep(&self) {
        pollster::block_on(sweep(&self.app.context()));
    }

    fn advance_clock(&self, seconds: u64) {
        let now = &self.app.host.now;
        now.set(now.get() + Duration::from_secs(seconds));
    }

    /// Number of rows of the store without the two that belong to the sweep itself.
    fn rows(&self) -> usize {
        let store = self.app.host.store.borrow();
        store
            .keys()
            .filter(|key| *key != "issued" && *key != "swept")
            .count()
    }
}

#[test]
fn thousand_abandoned_approvals_leave_no_rows_and_no_keys() {
    for world in World::both() {
        for _ in 0..1_000 {
            world.abandon();
        }
        world.sweep();
        assert_eq!(
            world.live_keys.borrow().len(),
            1_000,
            "nothing has expired yet"
        );
        world.advance_clock(3_600);
        for _ in 0..1_000_usize.div_ceil(BATCH) {
            world.sweep();
        }
        assert_eq!((world.rows(), world.live_keys.borrow().len()), (0, 0));
    }
}

#[test]
fn one_sweep_revokes_at_most_one_batch_of_keys() {
    let world = World::new();
    for _ in 0..100 {
        world.abandon();
    }
    world.advance_clock(3_600);
    world.sweep();
    assert_eq!(world.app.host.sent.borrow().len(), BATCH);
}

#[test]
fn concurrent_sweeps_delete_everything() {
    for world in World::both() {
        for _ in 0..200 {
            world.abandon();
        }
        world.advance_clock(3_600);
        let context = world.app.context();
        for _ in 0..10 {
            pollster::block_on(join_all((0..16).map(|_| sweep(&context))));
        }
        for _ in 0..50 {
            world.sweep();
        }
        assert_eq!((world.rows(), world.live_keys.borrow().len()), (0, 0));
    }
}

#[test]
fn sweep_continues_when_the_portal_is_back() {
    for world in World::both() {
        world.abandon();
        world.abandon();
        world.advance_clock(3_600);
        world.portal_is_down.set(true);
        world.sweep();
        assert_eq!(world.live_keys.borrow().len(), 2);
        world.portal_is_down.set(false);
        world.sweep();
        assert_eq!((world.rows(), world.live_keys.borrow().len()), (0, 0));
    }
}

#[test]
fn grant_is_deleted_after_a_day_of_failed_revocations() {
    for world in World::both() {
        world.abandon();
        world.portal_is_down.set(true);
        world.advance_clock(LIFETIME + GIVE_UP_AFTER + 1);
        world.sweep();
        assert_eq!(world.rows(), 0);
    }
}

#[test]
fn numbers_without_a_grant_do_not_stop_the_sweep() {
    for world in World::both() {
        let take_numbers = |count: i64| {
            pollster::block_on(world.app.host.increment("issued", count)).expect("counted");
        };
        take_numbers(3);
        world.abandon();
        world.advance_clock(3_600);
        world.sweep();
        assert_eq!(
            (world.rows(), world.live_keys.borrow().len()),
            (0, 0),
            "a few writers failed"
        );
        take_numbers(2 * WINDOW);
        world.abandon();
        world.advance_clock(3_600);
        for _ in 0..4 {
            world.sweep();
        }
        assert_eq!(
            (world.rows(), world.live_keys.borrow().len()),
            (0, 0),
            "very many writers failed"
        );
    }
}

#[test]
fn grant_that_is_still_being_written_is_not_skipped() {
    let world = World::new();
    pollster::block_on(world.app.host.increment("issued", 1)).expect("counted");
    world.sweep();
    world.abandon();
    world.sweep();
    assert_eq!(pollster::block_on(swept(&world.app.host)), Ok(0));
}
