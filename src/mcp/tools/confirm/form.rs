//! Confirmation by a form of the client (MCP 2026-07-28, multi round-trip requests).

use super::elicitation;
use super::outcome::{Action, Confirmation, ConfirmationError, form_action, not_accepted};
use super::preview::{self, Preview};
use super::{facts, words};
use crate::access::approval::ShownTerms;
use crate::access::call::Call;
use crate::host::Host;
use crate::ledger::single_use::{ReservationError, reserve};
use crate::ledger::sweep;
use crate::mcp::exchange::Exchange;
use crate::mcp::input_required::request_state::{RequestStateError, State};
use crate::mcp::input_required::{self, InputRequired};
use crate::sealing::root_secret::sealer;
use crate::upstream::api;
use futures::future::join;
use openapi_tools::table::Tool;
use serde_json::{Map, Value};

/// Asks the person, or acts on the answer.
pub(super) async fn ask<H: Host>(
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
    let answer = state.and_then(|state| Some((state, form_action(responses?)?)));

    match &answer {
        Some((state, Action::Accepted)) if state.memo.policy_version.is_some() => {
            // The API itself compares the terms that the person accepted with the current ones.
            if let Some(diagnostics) = api::too_late(context) {
                return Ok(Confirmation::Refused(Box::new(diagnostics)));
            }
            take_single_use(exchange, state).await?;
            let agreed = state.agreed();
            return Ok(Confirmation::Given(agreed.with_consent(tool, arguments)));
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
        let agreed = state.agreed();
        return Ok(Confirmation::Given(agreed.with_consent(tool, arguments)));
    }
    if !terms.need_consent(tool) {
        return Ok(Confirmation::NotNeeded);
    }
    let facts = match facts {
        Some(facts) => facts,
        None => facts::read(exchange, tool, arguments).await,
    };
    let words = words::words(tool, arguments, &terms, &facts, answer.is_some());
    let state = State::new(host, call, ShownTerms::from(&terms));
    Ok(Confirmation::Required(InputRequired {
        requests: elicitation::form(&elicitation::message(&words)),
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
