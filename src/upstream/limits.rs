//! Time and size limits of every outbound call.

use crate::host::HttpLimits;
use std::time::Duration;

/// A tool call that only reads. The limit of the body is larger than a tool result, so that a long list can be truncated
/// between two items.
pub(super) const TOOL_READ: HttpLimits = limits(5, 30, 55, 8 * 1024 * 1024);

/// A tool call that may change something. All of this time must be left when it starts. Introspection and the preview
/// leave it.
pub(super) const TOOL_WRITE: HttpLimits = limits(5, 30, 32, 8 * 1024 * 1024);

/// The preview of a call, beside which [`CONFIRMATION_READ`] runs.
pub(super) const PREVIEW: HttpLimits = limits(5, 15, 15, 256 * 1024);

/// A read beside the preview of a call, for the words of its confirmation. A person waits, and the confirmation does
/// without what comes too late.
pub(super) const CONFIRMATION_READ: HttpLimits = limits(2, 3, 3, 256 * 1024);

/// A call of the keys API for which a person or a client waits.
pub(crate) const FOREGROUND: HttpLimits = limits(3, 10, 15, 64 * 1024);

/// Making a key lasting. It is tried twice while a client waits for its token.
pub(super) const LASTING: HttpLimits = limits(2, 5, 5, 64 * 1024);

/// Ending a key that no client may have. It is tried twice while a client or a person waits.
pub(crate) const ENDING: HttpLimits = limits(2, 5, 5, 64 * 1024);

/// Each deletion of a replaced key, after an approval.
pub(super) const BACKGROUND: HttpLimits = limits(2, 3, 3, 64 * 1024);

/// The list of a person's keys. The consent page waits for it and is complete without it.
pub(super) const KEY_LIST: HttpLimits = limits(2, 3, 3, 64 * 1024);

/// Key introspection. Most MCP requests wait for it, so the limits are short.
pub(super) const INTROSPECTION: HttpLimits = limits(2, 3, 3, 64 * 1024);

/// The check of a key with the API, when it is pasted, or before a large body is read.
pub(super) const KEY_CHECK: HttpLimits = limits(3, 10, 15, 64 * 1024);

/// A call of the OpenID provider.
pub(super) const PROVIDER: HttpLimits = limits(3, 10, 10, 256 * 1024);

/// A readiness check. Load balancers give up after a few seconds.
pub(super) const PROBE: HttpLimits = limits(2, 3, 3, 64 * 1024);

/// A request of the portal check, which makes up to four one after the other. Pages of a portal are read up to here.
pub(super) const PORTAL_CHECK: HttpLimits = limits(2, 3, 3, 256 * 1024);

/// A client metadata document. The draft suggests a limit of 5 kilobytes; the time is short because a person waits.
pub(crate) const CLIENT_METADATA: HttpLimits = limits(2, 3, 3, 5 * 1024);

/// Times in seconds, body in bytes.
const fn limits(connect: u64, first_byte: u64, total: u64, max_body: usize) -> HttpLimits {
    HttpLimits {
        connect: Duration::from_secs(connect),
        first_byte: Duration::from_secs(first_byte),
        total: Duration::from_secs(total),
        max_body,
    }
}
