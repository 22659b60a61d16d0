//! Rate limits of the endpoints that need no credential: requests per minute for each slot of client addresses, and for
//! each slot of hosts whose documents are fetched.
//!
//! Addresses and hosts are hashed into 64 slots, so the store holds at most two rows for each slot and limit, however many
//! clients there are. The limits leave room for a chat host whose users share an address.

use crate::app::Context;
use crate::digest::hex;
use crate::host::{Host, StoreError};
use http::HeaderMap;
use sha2::{Digest, Sha256};
use std::net::{IpAddr, SocketAddr};

/// Length of a window, in seconds.
const WINDOW: u64 = 60;
const SLOTS: u8 = 64;
/// The header in which Spin puts the client's address. With a host that does not set it, all clients share one slot.
const CLIENT_ADDRESS: &str = "spin-client-addr";

/// A limit; several endpoints may share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// `/register`
    Register,
    /// `/authorize`
    Authorize,
    /// `/connect/callback`, each of which may be two token requests to the portal
    Callback,
    /// `/token` and `/revoke`
    Token,
    /// `/readyz` and `/readyz/portal`
    Ready,
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
            Self::Token => "token",
            Self::Ready => "ready",
            Self::DocumentsForCaller => "documents-for",
            Self::DocumentsOfHost => "documents-of",
        }
    }

    /// Requests per minute for each slot.
    fn requests(self) -> i64 {
        match self {
            Self::Register => 12_000,
            Self::Authorize | Self::Callback | Self::Token => 6_000,
            Self::Ready => 1_200,
            // Less than a host gets, so that no caller alone keeps others from the documents of a host.
            Self::DocumentsForCaller => 240,
            // A chat host has a document for each connection.
            Self::DocumentsOfHost => 1_200,
        }
    }
}

/// Counts a request. If the store fails, no request is limited, because the endpoints that need the store fail anyway.
///
/// # Errors
/// The seconds to wait after too many requests.
pub(crate) async fn check<H: Host>(
    context: &Context<'_, H>,
    limit: Limit,
    headers: &HeaderMap,
) -> Result<(), u32> {
    let slot = slot(headers);
    context.caller_slot.set(slot);
    check_slot(context, limit, slot).await
}

/// Counts a request to a host that a client chose, so that no caller can flood a host through the connector.
///
/// # Errors
/// The seconds to wait after too many requests.
pub(crate) async fn check_host<H: Host>(context: &Context<'_, H>, host: &str) -> Result<(), u32> {
    let caller = context.caller_slot.get();
    check_slot(context, Limit::DocumentsForCaller, caller).await?;
    let slot = slot_of(host.as_bytes());
    check_slot(context, Limit::DocumentsOfHost, slot).await
}

async fn check_slot<H: Host>(context: &Context<'_, H>, limit: Limit, slot: u8) -> Result<(), u32> {
    let now = context.host.now().as_secs();
    let count = count(context.host, limit, slot, now / WINDOW).await;
    if count.unwrap_or(0) <= limit.requests() {
        return Ok(());
    }
    let rest = WINDOW.saturating_sub(now % WINDOW);
    Err(u32::try_from(rest).unwrap_or(u32::MAX))
}

async fn count(host: &impl Host, limit: Limit, slot: u8, window: u64) -> Result<i64, StoreError> {
    let current = format!("rate-{}-{slot}", limit.name());
    let counter = format!("{current}-count");
    let window = window.to_string();
    if host.get(&current).await?.as_deref() != Some(window.as_bytes()) {
        // A request that is counted between these two calls is lost, which only raises the limit a little.
        host.set(&current, window.as_bytes()).await?;
        host.delete(&counter).await?;
    }
    host.increment(&counter, 1).await
}

/// The slot of a client. The port is ignored, because it changes with every connection; an IPv6 /64 network counts as
/// one client.
fn slot(headers: &HeaderMap) -> u8 {
    // Spin appends the address that it sees to what the client sent, so only the last value can be believed.
    let Some(address) = headers
        .get_all(CLIENT_ADDRESS)
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok())
    else {
        return 0;
    };
    let ip = address
        .parse::<SocketAddr>()
        .map(|address| address.ip())
        .or_else(|_| address.parse::<IpAddr>());
    let client = match ip {
        Ok(IpAddr::V4(ip)) => hex(&ip.octets()),
        Ok(IpAddr::V6(ip)) => hex(&ip.octets()[..8]),
        Err(_) => address.to_owned(),
    };
    slot_of(client.as_bytes())
}

fn slot_of(text: &[u8]) -> u8 {
    let [first, ..]: [u8; 32] = Sha256::digest(text).into();
    first % SLOTS
}

#[cfg(test)]
mod tests;
