//! Confirmation by a person before a call that spends credits or cannot be undone (MCP 2026-07-28, multi round-trip
//! requests).
//!
//! A client that can show a form (elicitation) first gets a question and an opaque `requestState`; the call runs when the
//! client repeats it with the person's consent. The question is built from a dry run at the API, so a call that would fail
//! fails at once, and a call that costs nothing and can be undone runs without a question. Clients that cannot show a
//! form, and those of earlier revisions, call directly: there the approval of tool calls in the host is the only question.
//!
//! - [`preview`]: what the call would do and cost
//! - [`question`]: the same as text for a person
//! - [`state`]: what is kept between question and answer

mod preview;
mod question;
mod state;
#[cfg(test)]
mod tests;

use super::header_arguments::is_dry_run;
use crate::access::policy;
use crate::event::Event;
use crate::failure::{Diagnostics, LocalCode};
use crate::host::{Host, StoreError};
use crate::ledger::single_use::{ReservationError, reserve};
use crate::ledger::sweep::sweep;
use crate::mcp::exchange::Exchange;
use crate::mcp::input_required::request_state::{Call, RequestStateError, State};
use crate::mcp::input_required::{self, InputRequired};
use crate::mcp::protocol::jsonrpc::{Request, RpcError};
use crate::sealing::root_secret::sealer;
use crate::upstream::api::{ApiError, ApiResponse};
use futures::future::join;
use openapi_tools::table::Tool;
use preview::Preview;
use question::CONFIRM;
use serde_json::{Map, Value};
use state::Shown;

/// The action of the person (MCP, elicitation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Accepted,
    Declined,
    Cancelled,
}

/// What becomes of a call.
pub(crate) enum Confirmation {
    /// The call runs as it is.
    NotNeeded,
    /// The person agreed; the call runs with these arguments, to which the consent to the API's terms and an idempotency
    /// key may have been added.
    Given(Map<String, Value>),
    /// The person has to be asked.
    Required(InputRequired),
    /// There is nothing to ask, because the dry run gave an answer that ends the call.
    Pointless(Result<ApiResponse, ApiError>),
    /// The call does not run.
    Refused(Box<Diagnostics>),
    /// The state or the answers are not valid.
    Invalid(RpcError),
}

/// Decides whether a call runs, and with which arguments.
pub(crate) async fn confirm<H: Host>(
    exchange: &Exchange<'_, H>,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
) -> Confirmation {
    let asks = exchange.context.config.confirm_paid_calls
        && exchange.revision.is_modern()
        && policy::needs_confirmation(tool)
        && shows_forms(exchange.request)
        && !is_dry_run(tool, arguments);
    if !asks {
        return Confirmation::NotNeeded;
    }
    match ask(exchange, tool, arguments).await {
        Ok(confirmation) | Err(confirmation) => confirmation,
    }
}

/// Asks the person, or reads the answer. `Err` only ends the function early.
async fn ask<H: Host>(
    exchange: &Exchange<'_, H>,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
) -> Result<Confirmation, Confirmation> {
    let (context, request) = (exchange.context, exchange.request);
    let host = context.host;
    let responses = input_required::responses(request).map_err(Confirmation::Invalid)?;
    let sealer = sealer(context)
        .await
        .map_err(|error| unavailable(exchange, &error))?;
    let call = Call::of(&exchange.caller.key, tool, arguments);
    let given =
        input_required::state(request, &sealer, &call, host).map_err(Confirmation::Invalid)?;
    let answered = given.and_then(|state: State<Shown>| Some((state, action(responses?)?)));

    match &answered {
        Some((state, Action::Accepted)) if state.memo.policy_version.is_some() => {
            // The API itself compares the terms that were agreed to with those of today.
            take_single_use(exchange, state).await?;
            return Ok(Confirmation::Given(state.consent(tool, arguments)));
        }
        Some((_, Action::Accepted)) | None => {}
        Some((state, action)) => {
            take_single_use(exchange, state).await?;
            return Ok(Confirmation::Refused(Box::new(not_given(*action))));
        }
    }
    let preview = preview::preview(context, &exchange.caller.key, tool, arguments);
    // A question leaves rows in the store, so each one also does a part of the sweep.
    let terms = match join(preview, sweep(context)).await.0 {
        Preview::Terms(terms) => terms,
        Preview::Over(answer) => return Ok(Confirmation::Pointless(answer)),
    };
    if let Some((state, _)) = &answered
        && terms.are_covered_by(state.memo.price)
    {
        take_single_use(exchange, state).await?;
        return Ok(Confirmation::Given(state.consent(tool, arguments)));
    }
    if terms.price == Some(0) && !tool.facts.irreversible && terms.policy_version.is_none() {
        return Ok(Confirmation::NotNeeded);
    }
    let message = question::message(tool, arguments, &terms, answered.is_some());
    let state = State::new(host, call, Shown::from(&terms));
    Ok(Confirmation::Required(InputRequired {
        requests: question::requests(&message),
        state: Some(state.seal(&sealer, host)),
    }))
}

/// Takes the single use of an answer. Counter and pending grant are of the same kind as those of an approval.
async fn take_single_use<H: Host>(
    exchange: &Exchange<'_, H>,
    state: &State<Shown>,
) -> Result<(), Confirmation> {
    match reserve(exchange.context.host, &state.handle()).await {
        Ok(_) => Ok(()),
        Err(ReservationError::AlreadyUsed) => Err(Confirmation::Invalid(input_required::refuse(
            exchange.request,
            RequestStateError::Used,
        ))),
        Err(ReservationError::Store(error)) => Err(unavailable(exchange, &error)),
    }
}

/// Whether the client declared that it can show a form. An empty declaration means forms, as before there were others.
fn shows_forms(request: &Request) -> bool {
    let elicitation = input_required::declared(request, "elicitation");
    elicitation.is_some_and(|modes| modes.is_empty() || modes.contains_key("form"))
}

/// The action in `inputResponses`; none if it is missing or unreadable, and then the person is asked again.
fn action(responses: &Map<String, Value>) -> Option<Action> {
    let response = responses.get(CONFIRM)?;
    match response.get("action")?.as_str()? {
        // A form that is submitted without the tick is no consent.
        "accept" => match response.get("content")?.get(CONFIRM)?.as_bool()? {
            true => Some(Action::Accepted),
            false => Some(Action::Declined),
        },
        "decline" => Some(Action::Declined),
        "cancel" => Some(Action::Cancelled),
        _ => None,
    }
}

/// A failed result: the output schema of the tool promises what a success holds, and a model must not take a refusal for
/// a success.
fn not_given(action: Action) -> Diagnostics {
    match action {
        Action::Cancelled => Diagnostics::local(
            LocalCode::ConfirmationCancelled,
            "The person closed the question without an answer. Nothing was done and nothing was charged.",
        ),
        Action::Accepted | Action::Declined => Diagnostics::local(
            LocalCode::ConfirmationDeclined,
            "The person did not agree. Nothing was done and nothing was charged.",
        ),
    }
}

fn unavailable<H: Host>(exchange: &Exchange<'_, H>, error: &StoreError) -> Confirmation {
    exchange.context.log(&Event::Unavailable {
        cause: error.to_string(),
    });
    let request_id = exchange.context.request_id.to_string();
    Confirmation::Refused(Box::new(Diagnostics {
        request_id: Some(request_id),
        ..Diagnostics::local(
            LocalCode::ConfirmationUnavailable,
            "The connector cannot keep track of confirmations right now. Nothing was done and nothing was charged.",
        )
    }))
}
