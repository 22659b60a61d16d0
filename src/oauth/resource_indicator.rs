//! Resource indicators (RFC 8707). The resources of this connector are the MCP endpoint and each of its narrowed URLs.

use crate::access::resource_url::{Narrowing, ResourceUrl};
use crate::config::Config;
use crate::web::form::Parameters;
use url::{Position, Url};

/// A `resource` parameter is not a URL of the MCP endpoint, or two of them differ (RFC 8707, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InvalidTarget;

impl InvalidTarget {
    pub(super) const CODE: &'static str = "invalid_target";
    pub(super) const DESCRIPTION: &'static str =
        "resource must be the address of the MCP endpoint of this connector, as it was entered.";
}

/// The narrowing of the resource that a request names; `None` if it names none, as requests of older clients do.
pub(super) fn requested(
    parameters: &Parameters<'_>,
    config: &Config,
) -> Result<Option<Narrowing>, InvalidTarget> {
    let mut requested = None;
    for resource in parameters.all("resource") {
        let narrowing = parse(resource, config).ok_or(InvalidTarget)?;
        if requested.is_some_and(|first| first != narrowing) {
            return Err(InvalidTarget);
        }
        requested = Some(narrowing);
    }
    Ok(requested)
}

/// The narrowing of a URL of the MCP endpoint. A slash at the end of the path is allowed; the query must be one that
/// the endpoint accepts.
fn parse(resource: &str, config: &Config) -> Option<Narrowing> {
    let requested = Url::parse(resource).ok()?;
    let endpoint = Url::parse(&config.resource).ok()?;
    let host = Position::BeforeUsername..Position::AfterPort;
    let same = requested.scheme() == endpoint.scheme()
        && requested[host.clone()] == endpoint[host]
        && requested
            .path()
            .strip_suffix('/')
            .unwrap_or(requested.path())
            == endpoint.path()
        && requested.fragment().is_none();
    let resource = ResourceUrl::parse(requested.query().unwrap_or_default()).ok()?;
    same.then_some(resource.narrowing)
}
