//! `tools/list`, and which tool a `tools/call` means.

use super::answer::ToolResult;
use super::call;
use super::endpoint::Outcome;
use super::jsonrpc::{self, INVALID_PARAMS, Request, RpcError};
use super::modern::TTL_MS;
use super::revision::Revision;
use super::server;
use super::variant::Variant;
use crate::Connector;
use crate::api::diagnostics::Diagnostics;
use crate::catalog;
use crate::credentials::Credential;
use crate::host::Host;
use crate::host::config::Config;
use crate::icons;
use crate::reply::excerpt;
use openapi_tools::table::Tool;
use serde_json::{Map, Value};

/// The list result: the tools that the address shows and the caller may use. It has one page: several hosts never ask for a second one.
///
/// # Errors
/// `-32602` for a cursor, since no page ever hands one out.
pub fn list(
    config: &Config,
    caller: &Credential,
    variant: Variant,
    revision: Revision,
    request: &Request,
) -> Result<String, RpcError> {
    if request
        .params
        .get("cursor")
        .is_some_and(|cursor| !cursor.is_null())
    {
        return Err(RpcError::answered(
            &request.id,
            INVALID_PARAMS,
            "The cursor is unknown: the list of tools has one page.",
        ));
    }
    let tools =
        || catalog::all().filter(|tool| variant.shows(tool) && caller.may(tool.facts.scope));
    let size: usize = tools()
        .map(|tool| tool.listing.base.len() + tool.listing.since_2025_06_18.len() + 100)
        .sum();
    let mut text = String::with_capacity(size + 512);
    text.push_str("{\"tools\":[");
    for (i, tool) in tools().enumerate() {
        text.push_str(if i == 0 { "{" } else { ",{" });
        text.push_str(tool.listing.base);
        if revision >= Revision::R2025_06_18 {
            text.push_str(tool.listing.since_2025_06_18);
        }
        if revision >= Revision::R2025_11_25 {
            // The address is ASCII without quotes and backslashes, so it is a JSON string as it stands.
            let icon = icons::address(config, tool.toolset);
            text.push_str(&format!(",\"icons\":[{{\"src\":\"{icon}\"}}]"));
        }
        text.push('}');
    }
    text.push(']');
    if revision.is_modern() {
        text.push_str(&format!(
            ",\"resultType\":\"complete\",\"ttlMs\":{TTL_MS},\"cacheScope\":\"private\",\"_meta\":{{\"io.modelcontextprotocol/serverInfo\":{}}}",
            server::info()
        ));
    }
    text.push('}');
    Ok(text)
}

/// Finds the tool of a call and its arguments, and runs it.
pub async fn call<H: Host>(
    connector: &Connector<H>,
    caller: &Credential,
    variant: Variant,
    revision: Revision,
    mut request: Request,
) -> Outcome {
    let invalid =
        |text: String| Outcome::Error(RpcError::answered(&request.id, INVALID_PARAMS, text));
    let Some(Value::String(name)) = request.params.get("name") else {
        return invalid("params.name must be the name of a tool.".to_owned());
    };
    let Some(tool) = catalog::find(name) else {
        return invalid(format!(
            "There is no tool {:?}; tools/list names them.",
            excerpt(name, 80)
        ));
    };
    if let Some(refusal) = outside(variant, revision, &request, tool) {
        return refusal;
    }
    let arguments = match request.params.remove("arguments") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(arguments)) => arguments,
        Some(_) => {
            return Outcome::Error(RpcError::answered(
                &request.id,
                INVALID_PARAMS,
                "params.arguments must be an object.",
            ));
        }
    };
    call::run(connector, caller, revision, &request, tool, &arguments).await
}

/// The answer to a call of a tool that the address does not show.
fn outside(
    variant: Variant,
    revision: Revision,
    request: &Request,
    tool: &Tool<'_>,
) -> Option<Outcome> {
    if variant.shows(tool) {
        return None;
    }
    if let Some(names) = variant.toolsets().filter(|_| !variant.has_toolset_of(tool)) {
        return Some(Outcome::Error(RpcError::answered(
            &request.id,
            INVALID_PARAMS,
            format!(
                "The tool {} is of the toolset {}, and the address of this connection is narrowed to toolsets={}. To use it, \
                 add {} to `toolsets` in the address of the connection, or leave `toolsets` out.",
                tool.name,
                tool.toolset,
                names.join(","),
                tool.toolset
            ),
        )));
    }
    // Not a 403: signing in again would change nothing about the address.
    let message = format!(
        "{} changes something, and the address of this connection is read-only: it has readonly=1.",
        tool.name
    );
    let failure = ToolResult::Failure(Diagnostics::local("READ_ONLY_ADDRESS", message));
    let result = failure.to_json(revision);
    Some(Outcome::Response(jsonrpc::success(&request.id, &result)))
}
