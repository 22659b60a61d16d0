//! The token endpoint and the revocation endpoint.

pub(crate) mod endpoint;
pub(crate) mod revoke;

/// The largest form that either endpoint reads, in bytes.
const MAX_BODY: usize = 16 * 1024;
