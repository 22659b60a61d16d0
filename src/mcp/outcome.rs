//! The outcome of one JSON-RPC request.

use super::protocol::jsonrpc::RpcError;
use crate::kept::KeptBody;

/// The response to one request, or the status with which it makes the whole HTTP request fail.
#[derive(Debug)]
pub(super) enum Outcome {
    Response(Body),
    Error(RpcError),
    /// The API or the portal no longer knows the key: 401.
    KeyRejected,
    /// The granted access level does not cover the call: 403.
    InsufficientScope,
}

/// A JSON-RPC response as text.
#[derive(Debug)]
pub(super) enum Body {
    Text(String),
    /// Its result is kept ready.
    Kept(KeptBody),
}

impl Body {
    pub(super) fn plain(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Kept(body) => body.plain(),
        }
    }
}
