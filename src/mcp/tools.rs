//! `tools/list` and `tools/call`.

use super::answer::{self, ToolResult};
use super::endpoint::Outcome;
use super::jsonrpc::{self, INVALID_PARAMS, Request, RpcError};
use super::modern::TTL_MS;
use super::revision::Revision;
use super::server;
use crate::Connector;
use crate::api::arguments::{self, ArgumentProblem};
use crate::api::client::{self, CallError};
use crate::api::diagnostics::Diagnostics;
use crate::catalog;
use crate::credentials::Credential;
use crate::host::Host;
use crate::reply::excerpt;
use serde_json::{Map, Value, json};

/// The list result: the tools that the caller may use. It has one page: several hosts never ask for a second one.
///
/// # Errors
/// `-32602` for a cursor, since no page ever hands one out.
pub fn list(
    caller: &Credential,
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
    let tools = || {
        catalog::TOOLS
            .iter()
            .filter(|tool| caller.may(tool.facts.scope))
    };
    let size: usize = tools()
        .map(|tool| tool.listing.base.len() + tool.listing.since_2025_06_18.len() + 3)
        .sum();
    let mut text = String::with_capacity(size + 512);
    text.push_str("{\"tools\":[");
    for (i, tool) in tools().enumerate() {
        text.push_str(if i == 0 { "{" } else { ",{" });
        text.push_str(tool.listing.base);
        if revision >= Revision::R2025_06_18 {
            text.push_str(tool.listing.since_2025_06_18);
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

/// Calls a tool.
pub async fn call<H: Host>(
    connector: &Connector<H>,
    caller: &Credential,
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
    let result = match arguments::check(tool, &arguments) {
        Err(problems) => ToolResult::Failure(invalid_arguments(&problems)),
        Ok(()) => match client::call(
            &connector.host,
            &connector.config,
            &caller.key,
            tool,
            &arguments,
        )
        .await
        {
            Ok(answer) => answer::success(tool, answer),
            Err(CallError::KeyRejected(_)) => return Outcome::KeyRejected,
            Err(CallError::Failed(diagnostics)) => ToolResult::Failure(*diagnostics),
            Err(CallError::Argument(bad)) => {
                ToolResult::Failure(invalid_arguments(&[ArgumentProblem {
                    field: bad.name,
                    problem: bad.problem,
                    allowed: None,
                }]))
            }
        },
    };
    Outcome::Response(jsonrpc::success(&request.id, &result.to_json(revision)))
}

/// All problems at once, so that one correction is enough.
fn invalid_arguments(problems: &[ArgumentProblem]) -> Diagnostics {
    let sentences: Vec<String> = problems
        .iter()
        .map(|problem| format!("`{}` {}", problem.field, problem.problem))
        .collect();
    let mut diagnostics =
        Diagnostics::local("INVALID_ARGUMENTS", format!("{}.", sentences.join("; ")));
    diagnostics.details = Some(json!({ "fields": problems }));
    diagnostics
}
