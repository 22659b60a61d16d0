//! OAuth scopes (RFC 6749, section 3.3): `read` and `write`.

use super::level::AccessLevel;
use super::resource_url::Narrowing;

/// All scopes as one value: what a client asks for when it asks for everything.
pub(crate) const SCOPES: &str = "read write";
/// Each scope (RFC 8414, `scopes_supported`).
pub(crate) const SCOPES_SUPPORTED: [&str; 2] = ["read", "write"];

/// The scopes that a client can get at a resource.
pub(crate) fn of_resource(narrowing: Narrowing) -> &'static str {
    of_level(if narrowing.is_read_only() {
        AccessLevel::Read
    } else {
        AccessLevel::Full
    })
}

/// The scopes of an access level.
pub(crate) fn of_level(level: AccessLevel) -> &'static str {
    match level {
        AccessLevel::Read => "read",
        AccessLevel::Full => SCOPES,
    }
}
