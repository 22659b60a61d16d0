//! The claim over registers is run in every order of its steps, by an abstract clock.
//!
//! A step is one call of the store. Between two steps the explorer may also let half a pause go by. Orders that lead to
//! the same state are tried once.

use super::*;
use crate::host::{Clock, HttpClient, HttpError, HttpLimits, HttpResponse, Log, Rng, Room, Store};
use crate::testing::yield_once;
use bytes::Bytes;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Two of them pass [`WINDOW`], and two end a [`PAUSE`].
const TICK: Duration = Duration::from_millis(1_750);

/// How the host of the model differs from what the algorithm needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// The clocks stand still, so that no request can tell that it was slow.
    NoSelfTiming,
    /// A pause ends at once.
    NoPause,
    /// What is written to this register is lost.
    Forgets(char),
}

/// What the requests of one run share.
#[derive(Default)]
struct World {
    rows: RefCell<BTreeMap<String, Vec<u8>>>,
    ticks: Cell<u32>,
}

/// The host of one request.
struct Participant {
    number: u8,
    fault: Fault,
    world: Rc<World>,
    /// A hash of all that the request has learned, which decides what it does next.
    seen: Rc<Cell<u64>>,
    /// When it wakes up; 0 while it does not sleep.
    wakes_at: Rc<Cell<u32>>,
}

impl Participant {
    fn learn(&self, what: impl Hash) {
        self.seen.set(hash((self.seen.get(), what)));
    }
}

impl Store for Participant {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        yield_once().await;
        let value = self.world.rows.borrow().get(key).cloned();
        self.learn(&value);
        Ok(value)
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        yield_once().await;
        self.learn("set");
        if !matches!(self.fault, Fault::Forgets(register) if key.ends_with(register)) {
            let mut rows = self.world.rows.borrow_mut();
            rows.insert(key.to_owned(), value.to_vec());
        }
        Ok(())
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        yield_once().await;
        self.learn("deleted");
        self.world.rows.borrow_mut().remove(key);
        Ok(())
    }
}

impl Clock for Participant {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn monotonic(&self) -> Duration {
        let ticks = match self.fault {
            Fault::NoSelfTiming => 0,
            _ => self.world.ticks.get(),
        };
        self.learn(ticks);
        TICK * ticks
    }

    async fn sleep(&self, time: Duration) {
        let ticks = u32::try_from(time.div_duration_f64(TICK).ceil() as u64).expect("short");
        let wakes_at = match self.fault {
            Fault::NoPause => 0,
            _ => self.world.ticks.get() + ticks,
        };
        self.wakes_at.set(wakes_at);
        yield_once().await;
        self.wakes_at.set(0);
        self.learn("awake");
    }
}

impl Rng for Participant {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(self.number);
    }
}

impl Log for Participant {
    fn log(&self, _: &str) {}
}

impl HttpClient for Participant {
    async fn send(
        &self,
        _: http::Request<Bytes>,
        _: &HttpLimits,
        _: &dyn Room,
    ) -> Result<HttpResponse, HttpError> {
        Err(HttpError::Forbidden)
    }
}

/// What a request does in the model.
#[derive(Debug, Clone, Copy)]
enum Role {
    /// Claims.
    Claims,
    /// Claims, and gives the claim back if it gets it.
    Releases,
    /// Only goes through the first step.
    Enters,
}

/// What the explorer does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    Step(usize),
    Tick,
}

/// A run of the model up to some point.
struct Run {
    world: Rc<World>,
    requests: Vec<Running>,
}

struct Running {
    future: Pin<Box<dyn Future<Output = bool>>>,
    won: Option<bool>,
    seen: Rc<Cell<u64>>,
    wakes_at: Rc<Cell<u32>>,
}

impl Run {
    fn new(roles: &[Role], fault: Fault) -> Self {
        let world = Rc::new(World::default());
        let requests = roles.iter().zip(1..).map(|(role, number)| {
            let (seen, wakes_at) = (Rc::default(), Rc::default());
            let host = Participant {
                number,
                fault,
                world: Rc::clone(&world),
                seen: Rc::clone(&seen),
                wakes_at: Rc::clone(&wakes_at),
            };
            let role = *role;
            Running {
                future: Box::pin(async move {
                    match role {
                        Role::Claims => claim(&host, "name").await == Ok(true),
                        Role::Enters => claim_if_alone(&host, "name").await == Ok(true),
                        Role::Releases => {
                            if claim(&host, "name").await == Ok(true) {
                                release(&host, "name").await.expect("released");
                            }
                            false
                        }
                    }
                }),
                won: None,
                seen,
                wakes_at,
            }
        });
        Self {
            requests: requests.collect(),
            world,
        }
    }

    fn apply(&mut self, next: Move) {
        match next {
            Move::Tick => self.world.ticks.set(self.world.ticks.get() + 1),
            Move::Step(index) => {
                let request = &mut self.requests[index];
                let mut context = Context::from_waker(Waker::noop());
                if let Poll::Ready(won) = request.future.as_mut().poll(&mut context) {
                    request.won = Some(won);
                }
            }
        }
    }

    fn moves(&self, max_ticks: u32) -> Vec<Move> {
        let now = self.world.ticks.get();
        let awake = |request: &Running| request.won.is_none() && request.wakes_at.get() <= now;
        let steps = (0..self.requests.len()).filter(|index| awake(&self.requests[*index]));
        let mut moves: Vec<_> = steps.map(Move::Step).collect();
        let is_over = self.requests.iter().all(|request| request.won.is_some());
        if !is_over && now < max_ticks {
            moves.push(Move::Tick);
        }
        moves
    }

    fn winners(&self) -> usize {
        let won = |request: &&Running| request.won == Some(true);
        self.requests.iter().filter(won).count()
    }

    /// Identifies the state: runs in equal states continue equally.
    fn state(&self) -> u64 {
        let requests: Vec<_> = self
            .requests
            .iter()
            .map(|request| (request.won, request.wakes_at.get(), request.seen.get()))
            .collect();
        hash((&*self.world.rows.borrow(), self.world.ticks.get(), requests))
    }
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Tries all orders; returns the most winners of any run, and the number of states.
fn explore(roles: &[Role], fault: Fault, max_ticks: u32) -> (usize, usize) {
    let mut known = HashSet::new();
    let mut open = vec![Vec::new()];
    let mut most = 0;
    while let Some(mut path) = open.pop() {
        let mut run = Run::new(roles, fault);
        path.iter().for_each(|next| run.apply(*next));
        // Follows the first move in this run, and leaves the others for later.
        while known.insert(run.state()) {
            most = most.max(run.winners());
            let moves = run.moves(max_ticks);
            let Some((first, others)) = moves.split_first() else {
                break;
            };
            for next in others {
                open.push([path.as_slice(), &[*next]].concat());
            }
            run.apply(*first);
            path.push(*first);
        }
    }
    (most, known.len())
}

#[test]
fn at_most_one_of_two_requests_wins_in_every_order() {
    let (most, states) = explore(&[Role::Claims; 2], Fault::None, 7);
    assert_eq!(most, 1);
    assert!(states > 1_000, "{states}");
}

#[test]
fn at_most_one_of_three_requests_wins_in_every_order() {
    let (most, states) = explore(&[Role::Claims; 3], Fault::None, 2);
    assert_eq!(most, 1);
    assert!(states > 10_000, "{states}");
}

#[test]
fn at_most_one_request_wins_after_another_gave_back() {
    let roles = [Role::Releases, Role::Claims, Role::Claims];
    let (most, states) = explore(&roles, Fault::None, 2);
    assert_eq!(most, 1);
    assert!(states > 10_000, "{states}");
}

#[test]
fn at_most_one_of_three_requests_is_alone_in_every_order() {
    assert_eq!(explore(&[Role::Enters; 3], Fault::None, 0).0, 1);
}

/// Each part of the algorithm is needed: without it, the model finds two winners.
#[test]
fn model_finds_two_winners_without_each_part() {
    for fault in [Fault::NoSelfTiming, Fault::NoPause, Fault::Forgets('z')] {
        let (most, _) = explore(&[Role::Claims; 2], fault, 5);
        assert!(
            most > 1 || fault == Fault::Forgets('y'),
            "{fault:?}: {most}"
        );
    }
}
