//! The URI of a request: the path template of the operation and the query.

use super::argument::{self, ArgumentError};
use crate::upstream::api::encode;
use http::Uri;
use openapi_tools::table::{Location, Operation, PathPart};
use serde_json::{Map, Value};
use url::Url;

/// Builds the URI of an operation.
///
/// After encoding, it is parsed again and compared with the template: origin and number of path segments must match. An
/// argument that escapes from its segment is refused here even if the encoding missed it (compare CVE-2026-32871).
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
    push_query(&mut text, operation, arguments)?;
    let matches_template = |url: &Url| {
        let base = Url::parse(base).ok();
        base.is_some_and(|base| base.origin() == url.origin())
            && url.path_segments().map_or(0, Iterator::count) == segments
            && url.fragment().is_none()
    };
    match Url::parse(&text) {
        Ok(url) if matches_template(&url) => text
            .parse()
            .map_err(|_| ArgumentError::new(last_argument, "cannot be part of an address")),
        _ => Err(ArgumentError::new(
            last_argument,
            "would change the address of the request",
        )),
    }
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
