//! Waiting for a pollable of `wasi:io` inside a future.

use spin_executor::{CancelOnDropToken, push_waker_and_get_token};
use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::Duration;
use wasi::clocks::monotonic_clock;
use wasi::io::poll::Pollable;

/// What a future waits for. It must be dropped before the resource that the pollable belongs to, so a struct that has
/// both declares the registration first.
#[derive(Default)]
pub(crate) struct Registration(Option<CancelOnDropToken>);

impl Registration {
    /// Has the executor poll the future again when the pollable is ready, in place of what it waited for before.
    pub(crate) fn wait_for<T>(&mut self, pollable: Pollable, context: &Context<'_>) -> Poll<T> {
        self.clear();
        let token = push_waker_and_get_token(pollable, context.waker().clone());
        self.0 = Some(token.into());
        Poll::Pending
    }

    /// Waits for nothing any more.
    pub(crate) fn clear(&mut self) {
        self.0 = None;
    }
}

/// Returns after this time.
pub(crate) async fn sleep(time: Duration) {
    let deadline = monotonic_clock::now().saturating_add(nanoseconds(time));
    let mut registration = Registration::default();
    poll_fn(|context| {
        if monotonic_clock::now() >= deadline {
            return Poll::Ready(());
        }
        registration.wait_for(monotonic_clock::subscribe_instant(deadline), context)
    })
    .await;
}

pub(crate) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
