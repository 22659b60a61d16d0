//! Abandoned approvals leave neither entries nor live keys behind, whatever goes wrong in between.

use super::*;
use crate::app::App;
use crate::host::{Clock, Store};
use crate::ledger::LIFETIME;
use crate::testing::{FakeHost, connector, json_answer};
use futures::future::join_all;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

struct World {
    connector: App<FakeHost>,
    alive: Rc<RefCell<BTreeSet<String>>>,
    down: Rc<Cell<bool>>,
}

impl World {
    fn new() -> Self {
        let alive = Rc::new(RefCell::new(BTreeSet::<String>::new()));
        let down = Rc::new(Cell::new(false));
        let (keys, is_down) = (Rc::clone(&alive), Rc::clone(&down));
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
            connector: connector(host, &variables),
            alive,
            down,
        }
    }

    /// An approval whose code nobody redeems.
    fn abandon(&self) {
        let host = &self.connector.host;
        pollster::block_on(async {
            let number = PendingGrant::number(host).await.expect("a number");
            let key = format!("sk_{number:064x}");
            self.alive.borrow_mut().insert(key.clone());
            let sealer = sealer(&self.connector.context()).await.expect("a sealer");
            let entry = PendingGrant {
                consent: format!("{number:x}"),
                code: Some(format!("{number:x}")),
                expires_at: host.now().as_secs() + LIFETIME,
                state: GrantState::Open {
                    key: Some(sealer.seal(host, Purpose::Unredeemed, &key)),
                },
            };
            entry.write(host, number).await.expect("written");
            host.set(&format!("code-{number:x}"), b"record")
                .await
                .expect("written");
            host.increment(&format!("uses-{number:x}"), 1)
                .await
                .expect("counted");
            host.increment(&format!("consent-{number:x}"), 1)
                .await
                .expect("counted");
        });
    }

    fn sweep(&self) {
        pollster::block_on(sweep(&self.connector.context()));
    }

    fn pass(&self, seconds: u64) {
        let now = &self.connector.host.now;
        now.set(now.get() + Duration::from_secs(seconds));
    }

    /// Keys of the store but the two counters of the sweep itself.
    fn entries(&self) -> usize {
        let store = self.connector.host.store.borrow();
        store
            .keys()
            .filter(|key| *key != "issued" && *key != "swept")
            .count()
    }
}

#[test]
fn a_thousand_abandoned_approvals_leave_nothing() {
    let world = World::new();
    for _ in 0..1_000 {
        world.abandon();
    }
    world.sweep();
    assert_eq!(world.alive.borrow().len(), 1_000, "nothing has expired yet");
    world.pass(3_600);
    for _ in 0..1_000_usize.div_ceil(BATCH) {
        world.sweep();
    }
    assert_eq!((world.entries(), world.alive.borrow().len()), (0, 0));
}

#[test]
fn one_sweep_is_a_bounded_piece_of_work() {
    let world = World::new();
    for _ in 0..100 {
        world.abandon();
    }
    world.pass(3_600);
    world.sweep();
    assert_eq!(world.connector.host.sent.borrow().len(), BATCH);
}

#[test]
fn sweeps_at_the_same_time_do_not_disturb_each_other() {
    let world = World::new();
    for _ in 0..200 {
        world.abandon();
    }
    world.pass(3_600);
    let context = world.connector.context();
    for _ in 0..10 {
        pollster::block_on(join_all((0..16).map(|_| sweep(&context))));
    }
    for _ in 0..50 {
        world.sweep();
    }
    assert_eq!((world.entries(), world.alive.borrow().len()), (0, 0));
}

#[test]
fn a_portal_that_is_down_stops_the_sweep_until_it_is_back() {
    let world = World::new();
    world.abandon();
    world.abandon();
    world.pass(3_600);
    world.down.set(true);
    world.sweep();
    assert_eq!(world.alive.borrow().len(), 2);
    world.down.set(false);
    world.sweep();
    assert_eq!((world.entries(), world.alive.borrow().len()), (0, 0));
}

#[test]
fn a_key_that_cannot_be_revoked_for_a_day_is_given_up() {
    let world = World::new();
    world.abandon();
    world.down.set(true);
    world.pass(LIFETIME + PATIENCE + 1);
    world.sweep();
    assert_eq!(world.entries(), 0);
}

#[test]
fn numbers_without_an_entry_do_not_stop_the_sweep() {
    let world = World::new();
    let lose = |count: i64| {
        pollster::block_on(world.connector.host.increment("issued", count)).expect("counted");
    };
    lose(3);
    world.abandon();
    world.pass(3_600);
    world.sweep();
    assert_eq!(
        (world.entries(), world.alive.borrow().len()),
        (0, 0),
        "a few writers failed"
    );
    lose(2 * WINDOW);
    world.abandon();
    world.pass(3_600);
    for _ in 0..4 {
        world.sweep();
    }
    assert_eq!(
        (world.entries(), world.alive.borrow().len()),
        (0, 0),
        "very many writers failed"
    );
}

#[test]
fn an_entry_that_is_just_being_written_is_not_passed_over() {
    let world = World::new();
    pollster::block_on(world.connector.host.increment("issued", 1)).expect("counted");
    world.sweep();
    world.abandon();
    world.sweep();
    assert_eq!(pollster::block_on(pointer(&world.connector.host)), Ok(0));
}
