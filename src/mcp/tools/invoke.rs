//! Runs one tool of the catalogue: normalizes and checks the arguments, asks a person to confirm, calls the API.

use super::arguments::{self, ArgumentProblem};
use super::confirm::{self, Confirmation};
use super::header_arguments::is_dry_run;
use super::normalize::{Changes, Unknown};
use crate::failure::{Diagnostics, LocalCode};
use crate::host::Host;
use crate::mcp::ActiveExtension;
use crate::mcp::exchange::Exchange;
use crate::mcp::extension::Extension;
use crate::mcp::outcome::Outcome;
use crate::mcp::result::told::Call;
use crate::mcp::result::{self, ToolResult};
use crate::mcp::tasks::{self, LongWork};
use crate::upstream::api::{self, ApiError, ApiResponse};
use openapi_tools::table::{Scope, Tool};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// Runs `tool` with `arguments`. They are not read from the request, because the arguments of a compact tool may
/// contain them; `outer` is then what was changed around them.
pub(super) async fn run<H: Host>(
    exchange: &Exchange<'_, H>,
    tool: &'static Tool<'static>,
    arguments: &Map<String, Value>,
    outer: Changes,
) -> Outcome {
    run_with_approval(exchange, tool, arguments, outer, None).await
}

/// The same for a call that a person approved in a view.
pub(super) async fn run_with_approval<H: Host>(
    exchange: &Exchange<'_, H>,
    tool: &'static Tool<'static>,
    arguments: &Map<String, Value>,
    outer: Changes,
    approval: Option<&str>,
) -> Outcome {
    exchange.context.note_tool(tool.name);
    let unknown = match tool.facts.scope {
        Scope::Read => Unknown::Dropped(None),
        Scope::Write => Unknown::Refused,
    };
    let checked = arguments::accept(&tool.input, unknown, arguments);
    exchange.context.note_normalized(checked.changes.count);
    let changes = outer.and(checked.changes);
    let arguments = match checked.outcome {
        Ok(arguments) => arguments,
        Err(problems) => {
            return exchange.tool_result(
                ToolResult::Failure(invalid_arguments(&problems)),
                &changes.notes(),
            );
        }
    };
    let arguments = match confirm::confirm(exchange, tool, &arguments, approval).await {
        Confirmation::NotNeeded => arguments,
        Confirmation::Given(arguments) => Cow::Owned(arguments),
        Confirmation::Required(input) => return exchange.ok(&input.into_json()),
        Confirmation::Answered(answer) => {
            return answered(exchange, tool, &arguments, answer, &changes);
        }
        Confirmation::Refused(diagnostics) => return exchange.fail(*diagnostics),
        Confirmation::Waiting(diagnostics, approval) => {
            let result = ToolResult::Waiting(*diagnostics, approval);
            return exchange.tool_result(result, &changes.notes());
        }
        Confirmation::Invalid(error) => return Outcome::Error(error),
    };
    if let Some(outcome) = ActiveExtension::call(exchange, tool, &arguments).await {
        return outcome;
    }
    let answer = api::call(exchange.context, &exchange.caller.key, tool, &arguments).await;
    let work = tasks::long_work(tool).filter(|_| !is_dry_run(tool, &arguments));
    match (work, answer) {
        (Some(work), Ok(response)) => {
            let begun = Begun { work, response };
            begun.answered(exchange, tool, &arguments, &changes).await
        }
        (_, answer) => answered(exchange, tool, &arguments, answer, &changes),
    }
}

/// Work that a call has begun, with the answer of the API.
struct Begun {
    work: &'static LongWork,
    response: ApiResponse,
}

impl Begun {
    /// A task, or the answer with a note for clients that have none.
    async fn answered<H: Host>(
        self,
        exchange: &Exchange<'_, H>,
        tool: &Tool<'static>,
        arguments: &Map<String, Value>,
        changes: &Changes,
    ) -> Outcome {
        let call = call(exchange, tool, arguments);
        let mut notes = changes.notes();
        if exchange.features.tasks {
            let result = result::success(call, self.response.clone());
            let result = result.into_json(exchange.revision, &notes);
            if let Some(task) = self.work.begin(exchange, tool, arguments, &result).await {
                return exchange.ok(&task);
            }
        }
        notes.for_model.push(self.work.look_again().to_owned());
        exchange.tool_result(result::success(call, self.response), &notes)
    }
}

/// What the words about an answer depend on.
fn call<'a, H>(
    exchange: &Exchange<'_, H>,
    tool: &'a Tool<'static>,
    arguments: &'a Map<String, Value>,
) -> Call<'a> {
    Call {
        dry_run: is_dry_run(tool, arguments),
        asks_person: confirm::asks_person(exchange, tool),
        is_text_alone: !exchange.revision.has_structured_content(),
        ..Call::new(tool, arguments)
    }
}

/// The outcome for an answer of the API, or for a call without one.
fn answered<H>(
    exchange: &Exchange<'_, H>,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
    answer: Result<ApiResponse, ApiError>,
    changes: &Changes,
) -> Outcome {
    let result = match answer {
        Ok(response) => result::success(call(exchange, tool, arguments), response),
        Err(ApiError::KeyRejected) => return Outcome::KeyRejected,
        Err(ApiError::Failed(diagnostics)) => ToolResult::Failure(*diagnostics),
        Err(ApiError::Argument(error)) => {
            ToolResult::Failure(invalid_arguments(&[ArgumentProblem {
                field: error.name,
                problem: error.problem,
                allowed: None,
            }]))
        }
    };
    exchange.tool_result(result, &changes.notes())
}

/// A failure that lists all problems, so that the model can correct them at once.
pub(super) fn invalid_arguments(problems: &[ArgumentProblem]) -> Diagnostics {
    let sentences: Vec<String> = problems
        .iter()
        .map(|problem| format!("`{}` {}", problem.field, problem.problem))
        .collect();
    let mut message = sentences.join("; ");
    if !message.ends_with('?') {
        message.push('.');
    }
    Diagnostics {
        details: Some(json!({ "fields": problems })),
        ..Diagnostics::local(LocalCode::InvalidArguments, message)
    }
}
