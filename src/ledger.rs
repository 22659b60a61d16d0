//! State in the key-value store that is bounded and expires: single uses, pending grants, rate limits, and the sweep;
//! and two rows about the deployment itself.

pub(crate) mod deployment;
pub(crate) mod pending_grant;
pub(crate) mod rate_limit;
pub(crate) mod readiness;
pub(crate) mod single_use;
pub(crate) mod sweep;

/// Lifetime of an authorization transaction and its cookie, and of the code from the approval on, in seconds.
pub(crate) const LIFETIME: u64 = 600;
