//! `resources/list` and `resources/read`: reference documents for the model.

use crate::failure::LocalCode;
use crate::failure::hints::HINTS;
use crate::mcp::ActiveExtension;
use crate::mcp::extension::Extension;
use crate::mcp::protocol::jsonrpc::{ErrorCode, Request, RpcError};
use crate::mcp::protocol::revision::Revision;
use crate::mcp::views;
use crate::text::{excerpt, inflated};
use serde_json::{Map, Value, json};

struct Resource {
    uri: &'static str,
    name: &'static str,
    title: &'static str,
    description: &'static str,
    media_type: &'static str,
    text: fn() -> String,
}

static RESOURCES: [Resource; 6] = [
    Resource {
        uri: "tokportal://prices",
        name: "prices",
        title: "Standard prices",
        description: "What each thing costs in credits, and when credits come back.",
        media_type: "text/markdown",
        text: || include_str!("../../../static/resources/prices.md").to_owned(),
    },
    Resource {
        uri: "tokportal://lifecycle",
        name: "lifecycle",
        title: "Lifecycle of orders",
        description: "Statuses of bundles, accounts, videos and comment tasks, and the rules between them.",
        media_type: "text/markdown",
        text: || include_str!("../../../static/resources/lifecycle.md").to_owned(),
    },
    Resource {
        uri: "tokportal://coverage",
        name: "coverage",
        title: "Coverage and bans",
        description: "When Coverage renews and what it costs, what its end means, and what a ban is compensated with.",
        media_type: "text/markdown",
        text: || include_str!("../../../static/resources/coverage.md").to_owned(),
    },
    Resource {
        uri: "tokportal://portal",
        name: "portal",
        title: "Portal and support",
        description: "What no tool does, such as buying credits, revoking a key or reporting a ban, and where it is done.",
        media_type: "text/markdown",
        text: || include_str!("../../../static/resources/portal.md").to_owned(),
    },
    Resource {
        uri: "tokportal://errors",
        name: "errors",
        title: "Error codes",
        description: "Every known error code and the next step for it.",
        media_type: "text/markdown",
        text: errors,
    },
    Resource {
        uri: "tokportal://openapi.json",
        name: "openapi",
        title: "OpenAPI document",
        description: "The REST API behind the tools, as OpenAPI 3.1.",
        media_type: "application/json",
        text: openapi,
    },
];

/// The result of `resources/list`. Views are listed for clients that show them.
pub(crate) fn list(shows_views: bool) -> Map<String, Value> {
    let resources: Vec<Value> = RESOURCES
        .iter()
        .map(|resource| {
            json!({
                "uri": resource.uri,
                "name": resource.name,
                "title": resource.title,
                "description": resource.description,
                "mimeType": resource.media_type,
            })
        })
        .chain(shows_views.then(views::listed).into_iter().flatten())
        .chain(ActiveExtension::resources())
        .collect();
    Map::from_iter([("resources".to_owned(), resources.into())])
}

/// The result of `resources/templates/list`: TokPortal has no templates.
pub(crate) fn templates() -> Map<String, Value> {
    let templates = ActiveExtension::resource_templates();
    Map::from_iter([("resourceTemplates".to_owned(), templates.into())])
}

/// The result of `resources/read`.
///
/// # Errors
/// An unknown resource: `-32002` in legacy revisions, `-32602` in modern ones.
pub(crate) fn read(revision: Revision, request: &Request) -> Result<Map<String, Value>, RpcError> {
    let uri = request
        .params
        .get("uri")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let found = RESOURCES.iter().find(|resource| resource.uri == uri);
    let contents = found.map(|resource| {
        json!({ "uri": uri, "mimeType": resource.media_type, "text": (resource.text)() })
    });
    let contents = contents
        .or_else(|| views::contents(uri))
        .or_else(|| ActiveExtension::resource(uri));
    let Some(contents) = contents else {
        let code = if revision.is_modern() {
            ErrorCode::InvalidParams
        } else {
            ErrorCode::ResourceNotFound
        };
        let uri = excerpt(uri, 200);
        let message = format!("There is no resource {uri:?}; resources/list names them.");
        return Err(RpcError::answered(&request.id, code, message).with_data(json!({ "uri": uri })));
    };
    Ok(Map::from_iter([("contents".to_owned(), json!([contents]))]))
}

/// The OpenAPI document, compressed (RFC 1951), and how many bytes it has.
mod deflated {
    include!(concat!(env!("OUT_DIR"), "/openapi.rs"));
}

/// The OpenAPI document without white space, and without the words of the search.
fn openapi() -> String {
    inflated(deflated::BYTES, deflated::LENGTH)
}

/// A table of the codes of this connector, then those of the API, each with its hint.
fn errors() -> String {
    let local = LocalCode::ALL.map(|code| (code.name(), code.hint()));
    let mut text = "# Error codes\n\n| code | next step |\n|---|---|\n".to_owned();
    for (code, hint) in local.iter().chain(HINTS) {
        text.push_str(&format!("| {code} | {hint} |\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openapi_document_is_inflated_whole() {
        let source = include_str!("../../../static/openapi.json");
        let parsed = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        let mut source = parsed(source);
        let members = source.as_object_mut().expect("an object");
        members.shift_remove("x-search-words").expect("words");
        for path in source["paths"].as_object_mut().expect("paths").values_mut() {
            for operation in path.as_object_mut().expect("a path").values_mut() {
                let members = operation.as_object_mut();
                members.map(|members| members.shift_remove("x-search-words"));
            }
        }
        assert_eq!(parsed(&openapi()), source);
    }
}
