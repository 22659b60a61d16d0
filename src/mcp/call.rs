//! Running one tool of the catalogue: its arguments are checked, the API is called, and whatever happened becomes a
//! result.

use super::answer::{self, ToolResult};
use super::endpoint::Outcome;
use super::jsonrpc::{self, Request};
use super::revision::Revision;
use crate::Connector;
use crate::api::arguments::{self, ArgumentProblem};
use crate::api::client::{self, CallError};
use crate::api::diagnostics::Diagnostics;
use crate::credentials::Credential;
use crate::host::Host;
use openapi_tools::table::Tool;
use serde_json::{Map, Value, json};

/// Runs `tool` with `arguments` in answer to `request`, which is the `tools/call` itself: the tool's name and arguments
/// are not read from it, because they may have come in another wrapping.
pub async fn run<H: Host>(
    connector: &Connector<H>,
    caller: &Credential,
    revision: Revision,
    request: &Request,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
) -> Outcome {
    let result = match arguments::check(tool, arguments) {
        Err(problems) => ToolResult::Failure(invalid_arguments(&problems)),
        #[cfg(feature = "conformance")]
        Ok(()) if let Some(result) = super::fixtures::results::of(tool.name) => result,
        Ok(()) => match client::call(
            &connector.host,
            &connector.config,
            &caller.key,
            tool,
            arguments,
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
