//! The protected resources of this connector (RFC 8707): the MCP endpoint, and each of its narrowed addresses.

use crate::access::resource_url::{Narrowing, ResourceUrl};
use crate::config::Config;
use crate::web::form::Parameters;
use url::{Position, Url};

/// A `resource` is not an address of the endpoint, or two of them are different ones (RFC 8707, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InvalidTarget;

impl InvalidTarget {
    /// The error code.
    pub(crate) const CODE: &'static str = "invalid_target";
    /// What the client is told.
    pub(crate) const DESCRIPTION: &'static str =
        "resource must be the address of the MCP endpoint of this connector, as it was entered.";
}

/// The resource that a request names; none if it names none, which old clients do.
///
/// # Errors
/// [`InvalidTarget`].
pub(crate) fn named(
    parameters: &Parameters<'_>,
    config: &Config,
) -> Result<Option<Narrowing>, InvalidTarget> {
    let mut named = None;
    for resource in parameters.all("resource") {
        let narrowing = parse(resource, config).ok_or(InvalidTarget)?;
        if named.is_some_and(|first| first != narrowing) {
            return Err(InvalidTarget);
        }
        named = Some(narrowing);
    }
    Ok(named)
}

/// The endpoint's address with or without a slash at the end, with a query that it would answer.
fn parse(resource: &str, config: &Config) -> Option<Narrowing> {
    let (theirs, ours) = (
        Url::parse(resource).ok()?,
        Url::parse(&config.resource).ok()?,
    );
    let host = Position::BeforeUsername..Position::AfterPort;
    let same = theirs.scheme() == ours.scheme()
        && theirs[host.clone()] == ours[host]
        && theirs.path().strip_suffix('/').unwrap_or(theirs.path()) == ours.path()
        && theirs.fragment().is_none();
    let address = ResourceUrl::parse(theirs.query().unwrap_or_default()).ok()?;
    same.then_some(address.narrowing)
}
