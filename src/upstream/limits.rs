//! Time and size limits of every outbound call, in one place.

use crate::host::HttpLimits;
use std::time::Duration;

/// A tool call. The body limit is above what is passed on, so that a long list can be truncated between two items.
pub(crate) const TOOL_CALL: HttpLimits = limits(5, 30, 60, 8 * 1024 * 1024);

/// A call of the keys API that a person or a client waits for.
pub(crate) const FOREGROUND: HttpLimits = limits(3, 10, 15, 64 * 1024);

/// A call of the keys API beside a request that has nothing to do with it: the sweep's.
pub(crate) const BACKGROUND: HttpLimits = limits(2, 3, 3, 64 * 1024);

/// Key introspection. Lists wait for it, so the answer must come soon or not at all.
pub(crate) const INTROSPECTION: HttpLimits = limits(2, 3, 3, 64 * 1024);

/// The check of a pasted key with the API.
pub(crate) const KEY_CHECK: HttpLimits = limits(3, 10, 15, 64 * 1024);

/// A call of the OpenID provider.
pub(crate) const PROVIDER: HttpLimits = limits(3, 10, 10, 256 * 1024);

/// A client metadata document: the draft suggests 5 kilobytes, and a person waits.
pub(crate) const CLIENT_METADATA: HttpLimits = limits(2, 5, 5, 5 * 1024);

/// Seconds until the connection stands, until the first byte, for the whole call; bytes of the body.
const fn limits(connect: u64, first_byte: u64, total: u64, max_body: usize) -> HttpLimits {
    HttpLimits {
        connect: Duration::from_secs(connect),
        first_byte: Duration::from_secs(first_byte),
        total: Duration::from_secs(total),
        max_body,
    }
}
