//! Runs one tool of the catalogue: checks the arguments, asks a person to confirm, calls the API.

use super::arguments::{self, ArgumentProblem};
use super::confirm::{self, Confirmation};
use crate::failure::{Diagnostics, LocalCode};
use crate::host::Host;
use crate::mcp::ActiveExtension;
use crate::mcp::exchange::Exchange;
use crate::mcp::extension::Extension;
use crate::mcp::outcome::Outcome;
use crate::mcp::result::{self, ToolResult};
use crate::upstream::api::{self, ApiError, ApiResponse};
use openapi_tools::table::Tool;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// Runs `tool` with `arguments`. They are not read from the request, because the arguments of a compact tool may
/// contain them.
pub(super) async fn run<H: Host>(
    exchange: &Exchange<'_, H>,
    tool: &'static Tool<'static>,
    arguments: &Map<String, Value>,
) -> Outcome {
    exchange.context.note_tool(tool.name);
    if let Err(problems) = arguments::check(tool, arguments) {
        return exchange.fail(invalid_arguments(&problems));
    }
    let arguments = match confirm::confirm(exchange, tool, arguments).await {
        Confirmation::NotNeeded => Cow::Borrowed(arguments),
        Confirmation::Given(arguments) => Cow::Owned(arguments),
        Confirmation::Required(input) => return exchange.ok(&input.into_json()),
        Confirmation::Answered(answer) => return answered(exchange, tool, answer),
        Confirmation::Refused(diagnostics) => return exchange.fail(*diagnostics),
        Confirmation::Invalid(error) => return Outcome::Error(error),
    };
    if let Some(outcome) = ActiveExtension::call(exchange, tool, &arguments).await {
        return outcome;
    }
    let answer = api::call(exchange.context, &exchange.caller.key, tool, &arguments).await;
    answered(exchange, tool, answer)
}

/// The outcome for an answer of the API, or for a call without one.
fn answered<H>(
    exchange: &Exchange<'_, H>,
    tool: &Tool<'static>,
    answer: Result<ApiResponse, ApiError>,
) -> Outcome {
    exchange.tool_result(match answer {
        Ok(response) => result::success(tool, response),
        Err(ApiError::KeyRejected) => return Outcome::KeyRejected,
        Err(ApiError::Failed(diagnostics)) => ToolResult::Failure(*diagnostics),
        Err(ApiError::Argument(error)) => {
            ToolResult::Failure(invalid_arguments(&[ArgumentProblem {
                field: error.name,
                problem: error.problem,
                allowed: None,
            }]))
        }
    })
}

/// A failure that lists all problems, so that the model can correct them at once.
pub(super) fn invalid_arguments(problems: &[ArgumentProblem]) -> Diagnostics {
    let sentences: Vec<String> = problems
        .iter()
        .map(|problem| format!("`{}` {}", problem.field, problem.problem))
        .collect();
    let message = format!("{}.", sentences.join("; "));
    Diagnostics {
        details: Some(json!({ "fields": problems })),
        ..Diagnostics::local(LocalCode::InvalidArguments, message)
    }
}
