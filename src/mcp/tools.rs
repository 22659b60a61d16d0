//! `tools/list`, and which tool a `tools/call` means.

use super::answer::ToolResult;
use super::call;
use super::compact;
use super::endpoint::Outcome;
use super::jsonrpc::{self, INVALID_PARAMS, Request, RpcError};
use super::modern::TTL_MS;
use super::outside;
use super::revision::Revision;
use super::server;
use super::variant::Variant;
use crate::Connector;
use crate::catalog;
use crate::credentials::Credential;
use crate::host::Host;
use crate::host::config::Config;
use crate::icons;
use crate::reply::excerpt;
use openapi_tools::table::{Listing, Tool};
use serde_json::{Map, Value, json};
use std::fmt::Write;

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
    // Each entry with the name of its icon.
    let shown: Vec<(&Listing<'_>, &str)> = if variant.is_compact() {
        compact::listed(caller, variant)
            .map(|tool| (&tool.listing, "mark"))
            .collect()
    } else {
        catalog::all()
            .filter(|tool| variant.shows(tool) && caller.may(tool.facts.scope))
            .map(|tool| (&tool.listing, tool.toolset))
            .collect()
    };
    let size: usize = shown
        .iter()
        .map(|(listing, _)| listing.base.len() + listing.since_2025_06_18.len() + 100)
        .sum();
    let mut text = String::with_capacity(size + 512);
    text.push_str("{\"tools\":[");
    for (i, (listing, icon)) in shown.into_iter().enumerate() {
        text.push_str(if i == 0 { "{" } else { ",{" });
        text.push_str(listing.base);
        if revision >= Revision::R2025_06_18 {
            text.push_str(listing.since_2025_06_18);
        }
        if revision >= Revision::R2025_11_25 {
            // The address is ASCII without quotes and backslashes, so it is a JSON string as it stands.
            let icon = icons::address(config, icon);
            // Writing to a string cannot fail.
            let _ = write!(text, ",\"icons\":[{{\"src\":\"{icon}\"}}]");
        }
        text.push('}');
    }
    text.push(']');
    if revision.is_modern() {
        text.push_str(&format!(
            ",\"resultType\":\"complete\",\"ttlMs\":{TTL_MS},\"cacheScope\":\"private\",\"_meta\":{{\"io.modelcontextprotocol/serverInfo\":{}}}",
            json!(server::INFO)
        ));
    }
    text.push('}');
    Ok(text)
}

/// The tool of the catalogue that a `tools/call` means, however it is wrapped; none if there is no such tool.
pub fn called(variant: Variant, request: &Request) -> Option<&'static Tool<'static>> {
    if variant.is_compact() {
        compact::called(request)
    } else {
        catalog::find(request.params.get("name").and_then(Value::as_str)?)
    }
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
        |id: &Value, text: &str| Outcome::Error(RpcError::answered(id, INVALID_PARAMS, text));
    let arguments = match request.params.remove("arguments") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(arguments)) => arguments,
        Some(_) => return invalid(&request.id, "params.arguments must be an object."),
    };
    let Some(Value::String(name)) = request.params.get("name") else {
        return invalid(&request.id, "params.name must be the name of a tool.");
    };
    let tool = catalog::find(name);
    if variant.is_compact() {
        return match (compact::find(name), tool) {
            (Some(compact), _) => {
                compact::run(
                    connector, caller, variant, revision, &request, compact, arguments,
                )
                .await
            }
            (None, Some(tool)) => {
                let through = compact::call_tool(tool);
                let text = format!(
                    "The address of this connection has mode=compact: call {name} with {through}."
                );
                invalid(&request.id, &text)
            }
            (None, None) => invalid(&request.id, &unknown(name)),
        };
    }
    let Some(tool) = tool else {
        return invalid(&request.id, &unknown(name));
    };
    if let Some(text) = outside::other_toolset(variant, tool) {
        return invalid(&request.id, &text);
    }
    if let Some(diagnostics) = outside::read_only(variant, tool) {
        let result = ToolResult::Failure(diagnostics).to_json(revision);
        return Outcome::Response(jsonrpc::success(&request.id, &result));
    }
    call::run(connector, caller, revision, &request, tool, &arguments).await
}

fn unknown(name: &str) -> String {
    format!(
        "There is no tool {:?}; tools/list names them.",
        excerpt(name, 80)
    )
}
