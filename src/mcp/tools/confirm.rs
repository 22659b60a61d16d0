//! Confirmation by a person before a call that spends credits or cannot be undone (MCP 2026-07-28, multi round-trip
//! requests).
//!
//! A client that can show a form (elicitation) first gets an `InputRequiredResult`. The call runs when the client
//! repeats it with the person's consent. The message of the form is built from a dry run at the API. A call that would
//! fail therefore fails at once, and a call that costs nothing and can be undone runs without confirmation. Clients
//! that cannot show a form, and those of earlier revisions, call directly; for them the MCP host's approval of tool calls
//! is the only confirmation.
//!
//! - [`preview`]: what the call would do and cost
//! - [`facts`]: the name of the object it acts on, and the balance
//! - [`template`]: the sentences of the catalogue with these names
//! - [`elicitation`]: the form and its message
//! - [`state`]: what `requestState` holds until the person answers

mod elicitation;
mod facts;
mod preview;
mod state;
mod template;
#[cfg(test)]
mod tests;

use super::header_arguments::is_dry_run;
use crate::access::policy;
use crate::event::Event;
use crate::failure::{Diagnostics, LocalCode};
use crate::host::{Host, StoreError};
use crate::ledger::single_use::{ReservationError, reserve};
use crate::ledger::sweep;
use crate::mcp::exchange::Exchange;
use crate::mcp::input_required::request_state::{Call, RequestStateError, State};
use crate::mcp::input_required::{self, InputRequired};
use crate::mcp::protocol::jsonrpc::{Request, RpcError};
use crate::sealing::root_secret::sealer;
use crate::upstream::api::{self, ApiError, ApiResponse};
use elicitation::CONFIRM;
use futures::future::join;
use openapi_tools::table::Tool;
use preview::Preview;
use serde_json::{Map, Value};
use state::ShownTerms;

/// The action of the person (MCP, `ElicitResult`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Accepted,
    Declined,
    Cancelled,
}

/// What becomes of a call.
pub(super) enum Confirmation {
    /// The call runs as it is.
    NotNeeded,
    /// The person agreed. The call runs with these arguments, which may also have the consent to the API's terms and an
    /// idempotency key.
    Given(Map<String, Value>),
    /// The person has to be asked.
    Required(InputRequired),
    /// The answer to the preview is the answer to the call.
    Answered(Result<ApiResponse, ApiError>),
    /// The call does not run.
    Refused(Box<Diagnostics>),
    /// `requestState` or `inputResponses` is not valid.
    Invalid(RpcError),
}

/// Why a confirmation cannot go on.
enum ConfirmationError {
    /// `requestState` or `inputResponses` is not valid.
    Invalid(RpcError),
    /// The store, which has the root secret and the single uses, failed.
    Store(StoreError),
}

impl From<RpcError> for ConfirmationError {
    fn from(error: RpcError) -> Self {
        Self::Invalid(error)
    }
}

impl From<StoreError> for ConfirmationError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Decides whether a call runs, and with which arguments.
pub(super) async fn confirm<H: Host>(
    exchange: &Exchange<'_, H>,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
) -> Confirmation {
    let is_due = exchange.context.config.confirm_paid_calls
        && exchange.revision.is_modern()
        && policy::needs_confirmation(tool)
        && shows_forms(exchange.request)
        && !is_dry_run(tool, arguments);
    if !is_due {
        return Confirmation::NotNeeded;
    }
    match ask(exchange, tool, arguments).await {
        Ok(confirmation) => confirmation,
        Err(ConfirmationError::Invalid(error)) => Confirmation::Invalid(error),
        Err(ConfirmationError::Store(error)) => {
            Confirmation::Refused(Box::new(unavailable(exchange, &error)))
        }
    }
}

/// Asks the person, or acts on the answer.
async fn ask<H: Host>(
    exchange: &Exchange<'_, H>,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
) -> Result<Confirmation, ConfirmationError> {
    let (context, request) = (exchange.context, exchange.request);
    let host = context.host;
    let responses = input_required::responses(request)?;
    let sealer = sealer(context).await?;
    let call = Call::of(&exchange.caller.key, tool, arguments);
    let state: Option<State<ShownTerms>> = input_required::state(request, &sealer, &call, host)?;
    let answer = state.and_then(|state| Some((state, action(responses?)?)));

    match &answer {
        Some((state, Action::Accepted)) if state.memo.policy_version.is_some() => {
            // The API itself compares the terms that the person accepted with the current ones.
            if let Some(diagnostics) = api::too_late(context) {
                return Ok(Confirmation::Refused(Box::new(diagnostics)));
            }
            take_single_use(exchange, state).await?;
            return Ok(Confirmation::Given(state.with_consent(tool, arguments)));
        }
        Some((_, Action::Accepted)) | None => {}
        Some((state, action)) => {
            take_single_use(exchange, state).await?;
            return Ok(Confirmation::Refused(Box::new(not_accepted(*action))));
        }
    }
    let preview = preview::preview(context, &exchange.caller.key, tool, arguments);
    // A person who has answered is asked again only if the terms have changed, so the words can wait.
    let facts = async {
        match &answer {
            None => Some(facts::read(exchange, tool, arguments).await),
            Some(_) => None,
        }
    };
    // A confirmation adds rows to the store, so each one also does a part of the sweep.
    let (preview, facts) = sweep::beside(context, join(preview, facts)).await;
    let terms = match preview {
        Preview::Terms(terms) => terms,
        Preview::Answered(answer) => return Ok(Confirmation::Answered(answer)),
    };
    if let Some((state, _)) = &answer
        && terms.are_covered_by(state.memo.price)
    {
        // The yes must not be used up by a call that is not sent.
        if let Some(diagnostics) = api::too_late(context) {
            return Ok(Confirmation::Refused(Box::new(diagnostics)));
        }
        take_single_use(exchange, state).await?;
        return Ok(Confirmation::Given(state.with_consent(tool, arguments)));
    }
    if terms.price == Some(0) && !tool.facts.irreversible && terms.policy_version.is_none() {
        return Ok(Confirmation::NotNeeded);
    }
    let facts = match facts {
        Some(facts) => facts,
        None => facts::read(exchange, tool, arguments).await,
    };
    let message = elicitation::message(tool, arguments, &terms, &facts, answer.is_some());
    let state = State::new(host, call, ShownTerms::from(&terms));
    Ok(Confirmation::Required(InputRequired {
        requests: elicitation::input_requests(&message),
        state: Some(state.seal(&sealer, host)),
    }))
}

/// Takes the single use of a state, in the same ledger as those of approvals at `/authorize`.
async fn take_single_use<H: Host>(
    exchange: &Exchange<'_, H>,
    state: &State<ShownTerms>,
) -> Result<(), ConfirmationError> {
    match reserve(exchange.context.host, &state.approval_id()).await {
        Ok(_) => Ok(()),
        Err(ReservationError::AlreadyUsed) => {
            Err(input_required::refuse(exchange.request, RequestStateError::Used).into())
        }
        Err(ReservationError::Store(error)) => Err(error.into()),
    }
}

/// Whether the client declared that it can show a form. An empty declaration means forms, the only mode before
/// modes were introduced.
fn shows_forms(request: &Request) -> bool {
    let elicitation = input_required::declared(request, "elicitation");
    elicitation.is_some_and(|modes| modes.is_empty() || modes.contains_key("form"))
}

/// The action in `inputResponses`; `None` if it is missing or unreadable, which leads to a new form.
fn action(responses: &Map<String, Value>) -> Option<Action> {
    let response = responses.get(CONFIRM)?;
    match response.get("action")?.as_str()? {
        // A form that is submitted without the tick is not consent.
        "accept" => match response.get("content")?.get(CONFIRM)?.as_bool()? {
            true => Some(Action::Accepted),
            false => Some(Action::Declined),
        },
        "decline" => Some(Action::Declined),
        "cancel" => Some(Action::Cancelled),
        _ => None,
    }
}

/// The failure of a call that the person did not accept. A success would have to match the output schema of the tool,
/// and a model could mistake it for a call that ran.
fn not_accepted(action: Action) -> Diagnostics {
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

/// The failure of a call that cannot be confirmed because the store failed.
fn unavailable<H: Host>(exchange: &Exchange<'_, H>, error: &StoreError) -> Diagnostics {
    exchange.context.log(&Event::Unavailable {
        cause: error.to_string(),
    });
    let request_id = exchange.context.request_id.to_string();
    Diagnostics {
        request_id: Some(request_id),
        ..Diagnostics::local(
            LocalCode::ConfirmationUnavailable,
            "The connector cannot keep track of confirmations right now. Nothing was done and nothing was charged.",
        )
    }
}
