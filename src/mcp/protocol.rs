//! The words of the protocol: JSON-RPC, revisions, headers, the envelope of results, and the server's own description.

pub(crate) mod envelope;
pub(crate) mod headers;
pub(crate) mod jsonrpc;
pub(crate) mod revision;
pub(crate) mod server;
