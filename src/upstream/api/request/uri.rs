//! The URI of a request: the path template of the operation and the query.

use super::argument::{self, ArgumentError};
use crate::upstream::api::encode;
use http::Uri;
use openapi_tools::table::{Location, Operation, PathPart};
use serde_json::{Map, Value};
use url::Url;

/// Builds the URI of an operation.
///
/// After encoding, a path with arguments is parsed again and compared with the template: origin and number of path segments
/// must match. An argument that escapes from its segment is refused here even if the encoding missed it (compare
/// CVE-2026-32871).
pub(super) fn build(
    operation: &Operation<'_>,
    base: &str,
    arguments: &Map<String, Value>,
) -> Result<Uri, ArgumentError> {
    let mut text = base.to_owned();
    let mut segments = base.matches('/').count().saturating_sub(2);
    let mut last_argument = "";
    for part in operation.path {
        match part {
            PathPart::Literal(literal) => {
                segments += literal.matches('/').count();
                text.push_str(literal);
            }
            PathPart::Argument(name) => {
                let argument = argument::named(operation, name)
                    .ok_or_else(|| ArgumentError::inconsistent(operation))?;
                let value = arguments
                    .get(*name)
                    .ok_or_else(|| ArgumentError::new(name, "is required"))?;
                let encoded = encode::path(argument, value)
                    .map_err(|error| ArgumentError::new(name, error.0))?;
                text.push_str(&encoded);
                last_argument = name;
            }
        }
    }
    if !last_argument.is_empty() && !matches_template(&text, base, segments) {
        return Err(ArgumentError::new(
            last_argument,
            "would change the address of the request",
        ));
    }
    push_query(&mut text, operation, arguments)?;
    text.parse()
        .map_err(|_| ArgumentError::new(last_argument, "cannot be part of an address"))
}

/// Whether a URL without a query has the origin of the base and this number of path segments.
fn matches_template(text: &str, base: &str, segments: usize) -> bool {
    let (Ok(url), Ok(base)) = (Url::parse(text), Url::parse(base)) else {
        return false;
    };
    base.origin() == url.origin()
        && url.path_segments().map_or(0, Iterator::count) == segments
        && url.query().is_none()
        && url.fragment().is_none()
}

fn push_query(
    text: &mut String,
    operation: &Operation<'_>,
    arguments: &Map<String, Value>,
) -> Result<(), ArgumentError> {
    let mut separator = '?';
    for argument in argument::at(operation, Location::Query) {
        let Some(value) = arguments.get(argument.name) else {
            continue;
        };
        let pairs = encode::query(argument, value)
            .map_err(|error| ArgumentError::new(argument.name, error.0))?;
        for (name, value) in pairs {
            text.push(separator);
            text.push_str(&name);
            text.push('=');
            text.push_str(&value);
            separator = '&';
        }
    }
    Ok(())
}
