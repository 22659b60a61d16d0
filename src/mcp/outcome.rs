//! The outcome of one JSON-RPC request.

use super::protocol::jsonrpc::RpcError;

/// The response to one request, or the status with which it makes the whole HTTP request fail.
#[derive(Debug)]
pub(super) enum Outcome {
    /// A JSON-RPC response as text.
    Response(String),
    Error(RpcError),
    /// The API or the portal no longer knows the key: 401.
    KeyRejected,
    /// The granted access level does not cover the call: 403.
    InsufficientScope,
}
