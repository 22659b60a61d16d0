//! OAuth scopes (RFC 6749, section 3.3): `read` and `write`.

use super::level::AccessLevel;
use super::resource_url::Narrowing;

/// All scopes as one `scope` value.
pub(super) const SCOPES: &str = "read write";
/// `scopes_supported` of the metadata (RFC 8414; RFC 9728).
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
