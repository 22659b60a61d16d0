//! Rate limits: requests per minute of each caller, of each sign-in, and to each host whose documents are fetched.
//!
//! Callers, sign-ins and hosts are hashed into slots, so the store holds a bounded number of rows, however many there
//! are. The hash has a key, so that no caller can choose whose slot it shares. The limits leave room for a chat host,
//! whose users share a few addresses.

use crate::app::Context;
use crate::host::{Host, StoreError};
use crate::sealing::root_secret::{existing_sealer, sealer};
use crate::sealing::seal::{Purpose, Sealer};
use futures::future::{Either, select};
use std::fmt;
use std::pin::pin;
use std::time::Duration;

/// Length of a window, in seconds.
const WINDOW: u64 = 60;
/// Slots for each limit, with two rows each.
const SLOTS: u16 = 4_096;
/// Slots on a store without atomic counters, with one row each: Fermyon Cloud keeps 1,024 rows.
const SLOTS_WITHOUT_COUNTERS: u16 = 64;
/// How long a tool call waits for the count of refused keys. It goes on without the count, because the store must not
/// delay what does not need it.
const PATIENCE: Duration = Duration::from_millis(250);

/// A limit; several endpoints may share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// `/register`
    Register,
    /// `/authorize`
    Authorize,
    /// `/connect/callback`, which may send two token requests to the portal
    Callback,
    /// The consent page with its form and its "Not you?" link
    Consent,
    /// `/token`
    Token,
    /// `/revoke`
    Revoke,
    /// `/readyz` and `/readyz/portal`
    Ready,
    /// Forms of one consent page, which may each be a mint request to the portal
    Decisions,
    /// Questions about calls of one key, which each leave a row for half an hour
    Questions,
    /// Keys that API or portal refused
    RefusedKeys,
    /// Requests for the documents of clients, by the caller
    DocumentsForCaller,
    /// Requests for the documents of clients, by the host that is asked
    DocumentsOfHost,
}

impl Limit {
    fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Authorize => "authorize",
            Self::Callback => "callback",
            Self::Consent => "consent",
            Self::Token => "token",
            Self::Revoke => "revoke",
            Self::Ready => "ready",
            Self::Decisions => "decisions",
            Self::Questions => "questions",
            Self::RefusedKeys => "refused-keys",
            Self::DocumentsForCaller => "documents-for",
            Self::DocumentsOfHost => "documents-of",
        }
    }

    /// Requests per minute for a slot. All callers whose address is not known share one slot, for which narrow limits
    /// are wider.
    fn requests(self, slot: Slot) -> i64 {
        let requests = match self {
            Self::Register => 12_000,
            Self::Authorize | Self::Callback | Self::Token => 6_000,
            Self::Consent | Self::Revoke | Self::Ready => 1_200,
            Self::Decisions => 20,
            // More than a person can read.
            Self::Questions => 20,
            Self::RefusedKeys => 120,
            // Less than a host gets, so that no caller alone keeps others from the documents of a host.
            Self::DocumentsForCaller => 240,
            // A chat host has a document for each connection.
            Self::DocumentsOfHost => 1_200,
        };
        match (slot, self) {
            (Slot::Number(_), _) => requests,
            (Slot::Unknown, Self::RefusedKeys) => 6_000,
            (Slot::Unknown, Self::Consent | Self::Revoke) => 12_000,
            (Slot::Unknown, Self::DocumentsForCaller) => 1_200,
            (Slot::Unknown, _) => requests,
        }
    }
}

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Number(u16),
    /// Callers whose address is not known.
    Unknown,
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl Slot {
    fn of<H: Host>(context: &Context<'_, H>, sealer: &Sealer, text: &str) -> Self {
        let [first, second, ..] = sealer.hash(Purpose::RateLimit, text);
        let slots = if context.host.has_atomic_counters() {
            SLOTS
        } else {
            SLOTS_WITHOUT_COUNTERS
        };
        Self::Number(u16::from_be_bytes([first, second]) % slots)
    }

    async fn of_text<H: Host>(context: &Context<'_, H>, text: &str) -> Result<Self, StoreError> {
        Ok(Self::of(context, &sealer(context).await?, text))
    }

    async fn of_caller<H: Host>(context: &Context<'_, H>) -> Result<Self, StoreError> {
        match context.caller.get() {
            Some(network) => Self::of_text(context, &network.to_string()).await,
            None => Ok(Self::Unknown),
        }
    }

    /// The slot of the caller, unless it was never counted because the hash has no key yet.
    async fn of_counted_caller<H: Host>(
        context: &Context<'_, H>,
    ) -> Result<Option<Self>, StoreError> {
        let Some(network) = context.caller.get() else {
            return Ok(Some(Self::Unknown));
        };
        let sealer = existing_sealer(context).await?;
        Ok(sealer.map(|sealer| Self::of(context, &sealer, &network.to_string())))
    }
}

/// Counts a request of the caller. If the store fails, no request is limited, because the endpoints that need the store
/// fail anyway.
///
/// # Errors
/// The seconds to wait after too many requests.
pub(crate) async fn check<H: Host>(context: &Context<'_, H>, limit: Limit) -> Result<(), u32> {
    verdict(context, limit, Slot::of_caller(context).await).await
}

/// Counts a form of the sign-in with this id, so that one consent page cannot flood the portal.
///
/// # Errors
/// The seconds to wait after too many forms.
pub(crate) async fn check_decision<H: Host>(
    context: &Context<'_, H>,
    transaction: &str,
) -> Result<(), u32> {
    let slot = Slot::of_text(context, transaction).await;
    verdict(context, Limit::Decisions, slot).await
}

/// Counts a question about a call of a key.
///
/// # Errors
/// The seconds to wait after too many questions.
pub(crate) async fn check_question<H: Host>(
    context: &Context<'_, H>,
    key: &str,
) -> Result<(), u32> {
    let slot = Slot::of_text(context, key).await;
    verdict(context, Limit::Questions, slot).await
}

/// Counts a request to a host that a client chose, so that no caller can flood a host through the connector.
///
/// # Errors
/// The seconds to wait after too many requests.
pub(crate) async fn check_host<H: Host>(context: &Context<'_, H>, host: &str) -> Result<(), u32> {
    check(context, Limit::DocumentsForCaller).await?;
    let slot = Slot::of_text(context, host).await;
    verdict(context, Limit::DocumentsOfHost, slot).await
}

/// Whether the caller may send one more key that is not known to be good. A caller that guesses keys must not make the
/// connector flood API and portal.
///
/// # Errors
/// The seconds to wait after too many keys that were refused.
pub(crate) async fn check_refused_keys<H: Host>(context: &Context<'_, H>) -> Result<(), u32> {
    let limit = Limit::RefusedKeys;
    let over_limit = pin!(async {
        let Some(slot) = Slot::of_counted_caller(context).await? else {
            return Ok::<_, StoreError>(false);
        };
        let count = Counter::new(context, limit, slot)
            .read(context.host)
            .await?;
        Ok(count >= limit.requests(slot))
    });
    match select(over_limit, pin!(context.host.sleep(PATIENCE))).await {
        Either::Left((Ok(true), _)) => Err(seconds_left(context)),
        Either::Left(_) | Either::Right(_) => Ok(()),
    }
}

/// Counts a key of the caller that API or portal refused.
pub(crate) async fn count_refused_key<H: Host>(context: &Context<'_, H>) {
    // The count is only used by later requests.
    let _ = check(context, Limit::RefusedKeys).await;
}

async fn verdict<H: Host>(
    context: &Context<'_, H>,
    limit: Limit,
    slot: Result<Slot, StoreError>,
) -> Result<(), u32> {
    let Ok(slot) = slot else {
        return Ok(());
    };
    let count = Counter::new(context, limit, slot).count(context.host).await;
    if count.unwrap_or(0) <= limit.requests(slot) {
        return Ok(());
    }
    Err(seconds_left(context))
}

/// The seconds until the next window.
fn seconds_left<H: Host>(context: &Context<'_, H>) -> u32 {
    let left = WINDOW - context.host.now().as_secs() % WINDOW;
    u32::try_from(left).unwrap_or(60)
}

/// The count of a slot in one window. On a store with atomic counters, one row has the window and another one the count;
/// otherwise one row has both, and a request that is counted at the same moment as another one may be lost.
struct Counter {
    row: String,
    window: u64,
}

impl Counter {
    fn new<H: Host>(context: &Context<'_, H>, limit: Limit, slot: Slot) -> Self {
        Self {
            row: format!("rate-{}-{slot}", limit.name()),
            window: context.host.now().as_secs() / WINDOW,
        }
    }

    fn count_row(&self) -> String {
        format!("{}-count", self.row)
    }

    /// What the row of the window says: whether it is about this window, and the count if it has one.
    async fn row(&self, host: &impl Host) -> Result<(bool, i64), StoreError> {
        let row = host.get(&self.row).await?.map(String::from_utf8);
        let row = row.and_then(Result::ok).unwrap_or_default();
        let (window, count) = row.split_once(' ').unwrap_or((&row, ""));
        let is_current = window.parse() == Ok(self.window);
        Ok((is_current, count.parse().unwrap_or(0)))
    }

    async fn read(&self, host: &impl Host) -> Result<i64, StoreError> {
        match self.row(host).await? {
            (false, _) => Ok(0),
            (true, _) if host.has_atomic_counters() => host.increment(&self.count_row(), 0).await,
            (true, count) => Ok(count),
        }
    }

    async fn count(&self, host: &impl Host) -> Result<i64, StoreError> {
        let (is_current, count) = self.row(host).await?;
        if !host.has_atomic_counters() {
            let count = if is_current {
                count.saturating_add(1)
            } else {
                1
            };
            let row = format!("{} {count}", self.window);
            host.set(&self.row, row.as_bytes()).await?;
            return Ok(count);
        }
        if !is_current {
            // A request that is counted between these two calls is lost, which only raises the limit a little.
            let window = self.window.to_string();
            host.set(&self.row, window.as_bytes()).await?;
            host.delete(&self.count_row()).await?;
        }
        host.increment(&self.count_row(), 1).await
    }
}

#[cfg(test)]
mod tests;
