//! State in the key-value store that is bounded and expires: single uses, pending grants, rate limits, and the sweep.

pub(crate) mod pending_grant;
pub(crate) mod rate_limit;
pub(crate) mod single_use;
pub(crate) mod sweep;

/// How long an authorization transaction, its cookie, and then its code are valid, in seconds.
pub(crate) const LIFETIME: u64 = 600;
