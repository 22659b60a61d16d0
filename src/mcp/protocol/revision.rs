//! Protocol revisions and what each of them added.

use super::jsonrpc::{ErrorCode, Request, RpcError};
use crate::text::excerpt;
use serde_json::json;

/// A revision of the protocol that this server supports, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Revision {
    /// Streamable HTTP, batches, tool annotations.
    R2025_03_26,
    /// Structured content, output schemas, titles, the version header; batches gone.
    R2025_06_18,
    /// Icons.
    R2025_11_25,
    /// "Modern": no handshake, everything in `_meta`, result types, cache hints.
    R2026_07_28,
}

impl Revision {
    /// All revisions, newest first, as they are advertised.
    pub(crate) const ALL: [Self; 4] = [
        Self::R2026_07_28,
        Self::R2025_11_25,
        Self::R2025_06_18,
        Self::R2025_03_26,
    ];
    /// What `initialize` offers if the server does not support the client's version.
    pub(crate) const NEWEST_LEGACY: Self = Self::R2025_11_25;

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|revision| revision.name() == name)
    }

    /// The date, which is the protocol version in messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::R2025_03_26 => "2025-03-26",
            Self::R2025_06_18 => "2025-06-18",
            Self::R2025_11_25 => "2025-11-25",
            Self::R2026_07_28 => "2026-07-28",
        }
    }

    /// Whether tool results have structured content beside their text.
    pub(crate) fn has_structured_content(self) -> bool {
        self >= Self::R2025_06_18
    }

    /// Whether the revision has no handshake.
    pub(crate) fn is_modern(self) -> bool {
        self == Self::R2026_07_28
    }

    /// Whether the revision begins with a handshake (`initialize`).
    pub(crate) fn is_legacy(self) -> bool {
        !self.is_modern()
    }
}

/// The error for a version that this server does not support. It lists those that it does (MCP 2026-07-28,
/// `UnsupportedProtocolVersionError`).
pub(crate) fn unsupported_version(request: &Request, message: String, requested: &str) -> RpcError {
    let supported = Revision::ALL.map(Revision::name);
    RpcError::bad_request(Some(&request.id), ErrorCode::UnsupportedVersion, message)
        .with_data(json!({ "supported": supported, "requested": excerpt(requested, 80) }))
}

/// The error for a version header with an unknown version in a request that declares none in its body.
pub(crate) fn unknown_version_header(request: &Request, version: &str) -> RpcError {
    let supported = Revision::ALL.map(Revision::name).join(", ");
    let message = format!(
        "The header MCP-Protocol-Version says {:?}, which is not supported. Supported versions: {supported}. After initialize, send the version that was agreed there.",
        excerpt(version, 40)
    );
    unsupported_version(request, message, version)
}
