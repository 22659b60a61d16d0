//! What one JSON-RPC message leads to.

use super::protocol::jsonrpc::RpcError;

/// The answer to one message, or the status that the whole HTTP request gets because of it.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// A JSON-RPC response as text.
    Response(String),
    Error(RpcError),
    /// The API or the portal no longer knows the key: 401.
    KeyRejected,
    /// The granted access level does not cover the call: 403.
    InsufficientScope,
}
