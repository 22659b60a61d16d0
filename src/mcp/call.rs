//! Running one tool of the catalogue: its arguments are checked, the API is called, and whatever happened becomes a
//! result.

use super::answer::{self, ToolResult};
use super::confirm;
use super::endpoint::Outcome;
use super::jsonrpc::{self, Request};
use super::revision::Revision;
use crate::Connector;
use crate::api::arguments::{self, ArgumentProblem};
use crate::api::client::{self, Answer, CallError};
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
    if let Err(problems) = arguments::check(tool, arguments) {
        let failure = ToolResult::Failure(invalid_arguments(&problems));
        return Outcome::Response(jsonrpc::success(&request.id, &failure.to_json(revision)));
    }
    let admitted = confirm::admit(connector, caller, revision, request, tool, arguments).await;
    let arguments = match admitted {
        Ok(arguments) => arguments,
        Err(outcome) => return outcome,
    };
    #[cfg(feature = "conformance")]
    if let Some(outcome) =
        super::fixtures::run(connector, caller, revision, request, tool, &arguments).await
    {
        return outcome;
    }
    let (host, config) = (&connector.host, &connector.config);
    let answered = client::call(host, config, &caller.key, tool, &arguments).await;
    outcome(revision, request, tool, answered)
}

/// What the API's answer, or the lack of one, leads to.
pub fn outcome(
    revision: Revision,
    request: &Request,
    tool: &Tool<'static>,
    answered: Result<Answer, CallError>,
) -> Outcome {
    let result = match answered {
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
    };
    Outcome::Response(jsonrpc::success(&request.id, &result.to_json(revision)))
}

/// All problems at once, so that one correction is enough.
pub(super) fn invalid_arguments(problems: &[ArgumentProblem]) -> Diagnostics {
    let sentences: Vec<String> = problems
        .iter()
        .map(|problem| format!("`{}` {}", problem.field, problem.problem))
        .collect();
    let mut diagnostics =
        Diagnostics::local("INVALID_ARGUMENTS", format!("{}.", sentences.join("; ")));
    diagnostics.details = Some(json!({ "fields": problems }));
    diagnostics
}
