//! The protected resources of this connector (RFC 8707): the MCP endpoint, and each of its narrowed addresses.

use super::form::Parameters;
use crate::host::config::Config;
use crate::mcp::variant::{Address, Variant};
use url::{Position, Url};

/// A `resource` is not an address of the endpoint, or two of them are different ones (RFC 8707, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidTarget;

impl InvalidTarget {
    /// The error code.
    pub const CODE: &'static str = "invalid_target";
    /// What the client is told.
    pub const DESCRIPTION: &'static str =
        "resource must be the address of the MCP endpoint of this connector, as it was entered.";
}

/// The resource that a request names; none if it names none, which old clients do.
///
/// # Errors
/// [`InvalidTarget`].
pub fn named(
    parameters: &Parameters<'_>,
    config: &Config,
) -> Result<Option<Variant>, InvalidTarget> {
    let mut named = None;
    for resource in parameters.all("resource") {
        let variant = parse(resource, config).ok_or(InvalidTarget)?;
        if named.is_some_and(|first| first != variant) {
            return Err(InvalidTarget);
        }
        named = Some(variant);
    }
    Ok(named)
}

/// The endpoint's address with or without a slash at the end, with a query that it would answer.
fn parse(resource: &str, config: &Config) -> Option<Variant> {
    let (theirs, ours) = (
        Url::parse(resource).ok()?,
        Url::parse(&config.resource).ok()?,
    );
    let host = Position::BeforeUsername..Position::AfterPort;
    let same = theirs.scheme() == ours.scheme()
        && theirs[host.clone()] == ours[host]
        && theirs.path().strip_suffix('/').unwrap_or(theirs.path()) == ours.path()
        && theirs.fragment().is_none();
    let address = Address::parse(theirs.query().unwrap_or_default()).ok()?;
    same.then_some(address.variant)
}
