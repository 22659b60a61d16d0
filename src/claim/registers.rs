//! Claims in a store that only reads, writes and deletes: the fast path of L. Lamport, "A Fast Mutual Exclusion
//! Algorithm" (1987), with a second path for requests that meet.
//!
//! A claim has three rows, `x`, `y` and `z`. Every request draws a random id `p` and reads a clock, then:
//!
//! 1. write `x := p`; if `y` is present, the claim is lost; write `y := p`; read `x`.
//! 2. If `x` is still `p`, the request was alone. It writes `z := p`, and has the claim if all this took less than
//!    [`WINDOW`]; otherwise the claim is undecided.
//! 3. If `x` is another's, requests met. If all this took [`WINDOW`] or more, the claim is undecided. Otherwise the
//!    request waits for [`PAUSE`], which is longer. Then it has the claim if `z` is absent and `y` is `p`.
//!
//! At most one request has the claim, however long any step takes, if every read returns what was written last:
//!
//! - Two by step 2: let B write `x` after A. A read its own id in `x`, so that read came before the write of B, and A
//!   had written `y` before it. B therefore finds `y`, and loses.
//! - A by step 2, B by step 3: `y` is B's at the end, so B wrote `y` after A did, and began to wait after that. A wrote
//!   `z` less than a window after it began, so `z` was there before B's pause ended. B finds it, and loses.
//! - Two by step 3: let B write `y` after A. A found `y` unchanged after its pause, so B wrote it later than that. But B
//!   had found `y` absent before A wrote it, so more than a window lies between, and B does not know.
//!
//! A request that is alone needs six calls of the store and never waits. `tests.rs` tries all orders of the calls of two
//! and three requests, with delays.
//!
//! The request that has the claim gives it back by writing `z` and deleting `x` and `y`. Because `z` stays, no request
//! that waited meanwhile gets a claim that is open to others again; afterwards only step 2 leads to the claim.

use crate::digest::hex;
use crate::host::{Host, StoreError};
use std::time::Duration;

/// How long a request may take for its steps before and after it writes `y`.
pub(super) const WINDOW: Duration = Duration::from_secs(3);
/// How long requests wait that met. The difference to [`WINDOW`] allows for clocks that run at different speeds.
pub(super) const PAUSE: Duration = Duration::from_millis(3_500);

/// How a request came through step 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passage {
    /// No other request can be alone.
    Alone,
    /// Another request was here at the same time.
    Together,
    /// Another request was here before.
    Late,
}

/// One request and the rows of the claim that it tries to get.
pub(super) struct Registers<'a, H> {
    host: &'a H,
    name: &'a str,
    id: String,
    started: [Duration; 2],
}

impl<'a, H: Host> Registers<'a, H> {
    pub(super) fn new(host: &'a H, name: &'a str) -> Self {
        let mut id = [0; 16];
        host.fill(&mut id);
        Self {
            host,
            name,
            id: hex(&id),
            started: clocks(host),
        }
    }

    /// Step 1. A look at `y` comes first, so that a claim that is lost from the start adds no row.
    pub(super) async fn enter(&self) -> Result<Passage, StoreError> {
        if self.read('y').await?.is_some() {
            return Ok(Passage::Late);
        }
        self.write('x').await?;
        if self.read('y').await?.is_some() {
            return Ok(Passage::Late);
        }
        self.write('y').await?;
        Ok(if self.is_mine('x').await? {
            Passage::Alone
        } else {
            Passage::Together
        })
    }

    /// All steps.
    pub(super) async fn claim(&self) -> Result<bool, StoreError> {
        match self.enter().await? {
            Passage::Late => Ok(false),
            Passage::Alone => {
                self.write('z').await?;
                self.is_in_time()?;
                Ok(true)
            }
            Passage::Together => {
                self.is_in_time()?;
                self.host.sleep(PAUSE).await;
                Ok(self.read('z').await?.is_none() && self.is_mine('y').await?)
            }
        }
    }

    /// Both clocks must agree that the window is open: the monotonic one stands still while a computer sleeps, and the
    /// other one may be set.
    fn is_in_time(&self) -> Result<(), StoreError> {
        let times = self.started.iter().zip(clocks(self.host));
        if times
            .clone()
            .all(|(start, now)| now.saturating_sub(*start) < WINDOW)
        {
            return Ok(());
        }
        Err(StoreError(
            "it was too slow to decide which of several requests came first".to_owned(),
        ))
    }

    async fn read(&self, register: char) -> Result<Option<Vec<u8>>, StoreError> {
        self.host.get(&row(self.name, register)).await
    }

    async fn write(&self, register: char) -> Result<(), StoreError> {
        let row = row(self.name, register);
        self.host.set(&row, self.id.as_bytes()).await
    }

    async fn is_mine(&self, register: char) -> Result<bool, StoreError> {
        Ok(self.read(register).await?.as_deref() == Some(self.id.as_bytes()))
    }
}

pub(super) async fn is_taken(host: &impl Host, name: &str) -> Result<bool, StoreError> {
    Ok(host.get(&row(name, 'y')).await?.is_some())
}

/// Gives the claim back. `z` stays, and is deleted by [`delete`].
pub(super) async fn release(host: &impl Host, name: &str) -> Result<(), StoreError> {
    host.set(&row(name, 'z'), b"released").await?;
    host.delete(&row(name, 'x')).await?;
    host.delete(&row(name, 'y')).await
}

pub(super) async fn delete(host: &impl Host, name: &str) -> Result<(), StoreError> {
    for register in ['x', 'z', 'y'] {
        host.delete(&row(name, register)).await?;
    }
    Ok(())
}

fn clocks(host: &impl Host) -> [Duration; 2] {
    [host.monotonic(), host.now()]
}

fn row(name: &str, register: char) -> String {
    format!("{name}-{register}")
}
