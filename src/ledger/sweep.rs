//! The sweep deletes rows that expired. A component has no timer, so requests do a bounded part of the sweep beside their
//! own work. It calls only the store.

use super::expiry::{ENDED_TOKENS, ExpiryEntry, QUESTIONS, Queue, SINGLE_USES};
use crate::app::Context;
use crate::config::SignIn;
use crate::event::Event;
use crate::host::{Host, StoreError};
use futures::future::{Either, select, try_join_all};
use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

/// How many entries one sweep deletes at most.
const BATCH: usize = 8;
/// How many numbers one sweep reads at most. A number has no entry if its writer failed or is still writing.
const WINDOW: usize = 64;
/// Seconds between the expiry of an entry and its deletion, so that a redemption that began in time can finish.
const GRACE: u64 = 60;
/// How long a reply that is ready waits for the step of the sweep that has begun. On a host whose store blocks, a step
/// cannot be left, and the sweep ends after the first entry that it deleted.
const LAST_STEP: Duration = Duration::from_millis(5);

/// Does the work of a request with a part of the sweep beside it. The sweep stops once the work is done; a later request
/// continues it.
pub(crate) async fn beside<H: Host, T>(
    context: &Context<'_, H>,
    work: impl Future<Output = T>,
) -> T {
    let is_enough = Cell::new(false);
    // Tokens are ended in api-key mode only. Questions are rare, so one request of four looks for those that expired.
    let tokens = matches!(context.config.sign_in, SignIn::ApiKey).then_some(ENDED_TOKENS);
    let questions = (context.host.now().as_secs() % 4 == 1).then_some(QUESTIONS);
    let queues = [Some(SINGLE_USES), tokens, questions];
    let sweep = sweep(context, queues.into_iter().flatten(), &is_enough);
    with_sweep(work, sweep, context, &is_enough).await
}

/// The same for a request that asks a question about a call.
pub(crate) async fn beside_question<H: Host, T>(
    context: &Context<'_, H>,
    work: impl Future<Output = T>,
) -> T {
    let is_enough = Cell::new(false);
    let sweep = sweep(context, [SINGLE_USES, QUESTIONS], &is_enough);
    with_sweep(work, sweep, context, &is_enough).await
}

async fn with_sweep<H: Host, T>(
    work: impl Future<Output = T>,
    sweep: impl Future<Output = ()>,
    context: &Context<'_, H>,
    is_enough: &Cell<bool>,
) -> T {
    let sweep = pin!(sweep);
    match select(pin!(work), sweep).await {
        Either::Left((done, sweep)) => {
            is_enough.set(true);
            select(sweep, pin!(context.host.sleep(LAST_STEP))).await;
            done
        }
        Either::Right(((), work)) => work.await,
    }
}

/// Deletes at most [`BATCH`] expired entries of each queue, and only one more once `is_enough` is set. A failure is logged,
/// and the next sweep continues there.
async fn sweep<H: Host>(
    context: &Context<'_, H>,
    queues: impl IntoIterator<Item = Queue>,
    is_enough: &Cell<bool>,
) {
    for queue in queues {
        if let Err(error) = sweep_queue(context.host, queue, is_enough).await {
            let cause = error.to_string();
            context.log(&Event::SweepFailed { cause });
        }
    }
}

async fn sweep_queue(
    host: &impl Host,
    queue: Queue,
    is_enough: &Cell<bool>,
) -> Result<(), StoreError> {
    if !queue.has_begun(host).await? {
        return Ok(());
    }
    // The pointer is read first and alone: on some hosts a read can be left, and a counter cannot.
    let start = queue.swept(host).await?;
    let newest = queue.newest_number(host).await?;
    let due = due(host, queue, start, newest, is_enough).await?;
    let (mut done, mut result) = (start, Ok(()));
    for (number, entry) in (start + 1..).zip(&due) {
        result = match entry {
            Some(entry) => queue.delete(host, number, entry).await,
            None => queue.forget_number(host, number).await,
        };
        if result.is_err() {
            break;
        }
        done = number;
        if entry.is_some() && is_enough.get() {
            break;
        }
    }
    if done > start {
        queue.advance_swept(host, done).await?;
    }
    result
}

/// The entries from the sweep pointer to the last one that has to be deleted. `None` stands for a number without an entry.
async fn due(
    host: &impl Host,
    queue: Queue,
    start: i64,
    newest: i64,
    is_enough: &Cell<bool>,
) -> Result<Vec<Option<ExpiryEntry>>, StoreError> {
    let now = host.now().as_secs();
    let mut numbers = start + 1..=newest;
    let (mut seen, mut expired, mut last) = (Vec::new(), 0, 0);
    // Most sweeps find nothing to delete, so the first entry is read alone.
    let mut count = 1;
    while expired < BATCH && seen.len() < WINDOW && !(expired > 0 && is_enough.get()) {
        let chunk: Vec<i64> = numbers.by_ref().take(count).collect();
        let entries = try_join_all(chunk.iter().map(|number| queue.read(host, *number))).await?;
        if entries.is_empty() {
            break;
        }
        for entry in entries {
            if let Some(entry) = &entry {
                if now < entry.expires_at.saturating_add(GRACE) {
                    seen.truncate(last);
                    return Ok(seen);
                }
                expired += 1;
                last = seen.len() + 1;
            }
            seen.push(entry);
        }
        count = if is_enough.get() { 1 } else { BATCH - expired };
    }
    // If no number of a whole window has an entry, their writers are taken to have failed. A writer that is still at work
    // behind 64 others would be missed, and its rows would stay.
    if seen.len() < WINDOW || expired > 0 {
        seen.truncate(last);
    }
    Ok(seen)
}

#[cfg(test)]
mod tests;
