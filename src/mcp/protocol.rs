//! The protocol: JSON-RPC, revisions, headers, the envelope of results, and the server's description of itself.

pub(crate) mod client_features;
pub(crate) mod client_info;
pub(crate) mod envelope;
pub(crate) mod headers;
pub(crate) mod jsonrpc;
pub(crate) mod message;
pub(crate) mod revision;
pub(crate) mod server;
