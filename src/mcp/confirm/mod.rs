//! A person's word before a call that spends credits or cannot be undone (MCP 2026-07-28, multi round-trip requests).
//!
//! A client that can show a form (elicitation) is first answered with a question and an opaque `requestState`; the call
//! runs when the client repeats it with the person's consent. What the question says comes from a dry run at the API, so
//! a call that would fail fails at once, and one that turns out to cost nothing and can be undone runs unasked. Clients
//! that cannot show a form, and those of earlier revisions, call as ever: their host asks, or nobody does.
//!
//! - [`preview`]: what the call would do and cost
//! - [`question`]: that as words for a person
//! - [`state`]: what is remembered between question and answer

mod preview;
mod question;
mod state;
#[cfg(test)]
mod tests;

use super::answer::ToolResult;
use super::call;
use super::endpoint::Outcome;
use super::input::state::{Call, State, Wrong};
use super::input::{self, InputRequired};
use super::jsonrpc::{self, Request};
use super::revision::Revision;
use crate::Connector;
use crate::api::diagnostics::Diagnostics;
use crate::credentials::Credential;
use crate::host::{Host, StoreError};
use crate::oauth::code::{self, NotReserved};
use crate::oauth::sealing_secret::sealer;
use crate::oauth::sweep::sweep;
use futures::future::join;
use openapi_tools::table::{Argument, Location, Tool};
use preview::Preview;
use serde_json::{Map, Value};
use state::Shown;
use std::borrow::Cow;

/// The header that makes a call a dry run.
const DRY_RUN: &str = "X-TokPortal-Dry-Run";
/// The header of the idempotency key.
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// Name of the one question, and of its one field.
const CONFIRM: &str = "confirm";

/// What the person said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Yes,
    No,
    /// They closed the question.
    Nothing,
}

/// Lets a call through, or answers it. What is let through may have more arguments than the caller gave: the consent to
/// the API's terms, and an idempotency key.
///
/// # Errors
/// The answer to the request: the question, why the call cannot run, or what was wrong with the state.
pub async fn admit<'a, H: Host>(
    connector: &Connector<H>,
    caller: &Credential,
    revision: Revision,
    request: &Request,
    tool: &Tool<'static>,
    arguments: &'a Map<String, Value>,
) -> Result<Cow<'a, Map<String, Value>>, Outcome> {
    let asks = connector.config.confirm_paid_calls
        && revision.is_modern()
        && (tool.facts.spends_credits || tool.facts.irreversible)
        && shows_forms(request)
        && !is_dry_run(tool, arguments);
    if !asks {
        return Ok(Cow::Borrowed(arguments));
    }
    let responses = input::responses(request).map_err(Outcome::Error)?;
    let failed = |diagnostics| {
        let result = ToolResult::Failure(diagnostics).to_json(revision);
        Outcome::Response(jsonrpc::success(&request.id, &result))
    };
    let sealer = sealer(connector)
        .await
        .map_err(|error| failed(unavailable(connector, &error)))?;
    let call = Call::of(&caller.key, tool, arguments);
    let given = input::state(request, &sealer, &call, &connector.host).map_err(Outcome::Error)?;
    let answered = given.and_then(|state: State<Shown>| Some((state, word(responses?)?)));

    if let Some((state, word)) = &answered
        && (*word != Word::Yes || state.memo.policy_version.is_some())
    {
        // The API itself compares the terms that were agreed to with those of today.
        take(connector, request, state, failed).await?;
        return match word {
            Word::Yes => Ok(Cow::Owned(state.consent(tool, arguments))),
            word => Err(failed(declined(*word))),
        };
    }
    let look = preview::preview(connector, caller, tool, arguments);
    // Each question and each answer takes more away than it leaves behind.
    let terms = match join(look, sweep(connector)).await.0 {
        Preview::Terms(terms) => terms,
        Preview::Over(answered) => {
            return Err(call::outcome(revision, request, tool, answered));
        }
    };
    if let Some((state, Word::Yes)) = &answered
        && terms.are_covered_by(state.memo.price)
    {
        take(connector, request, state, failed).await?;
        return Ok(Cow::Owned(state.consent(tool, arguments)));
    }
    if terms.price == Some(0) && !tool.facts.irreversible && terms.policy_version.is_none() {
        return Ok(Cow::Borrowed(arguments));
    }
    let message = question::message(tool, arguments, &terms, answered.is_some());
    let state = State::new(&connector.host, call, Shown::from(&terms));
    let question = InputRequired {
        requests: question::requests(&message),
        state: Some(state.seal(&sealer, &connector.host)),
    };
    Err(Outcome::Response(jsonrpc::success(
        &request.id,
        &question.to_json(),
    )))
}

/// Takes the single use of a question's answer. The counter and its entry for the sweep are those of approvals.
async fn take<H: Host>(
    connector: &Connector<H>,
    request: &Request,
    state: &State<Shown>,
    failed: impl Fn(Diagnostics) -> Outcome,
) -> Result<(), Outcome> {
    match code::reserve(&connector.host, &state.handle()).await {
        Ok(_) => Ok(()),
        Err(NotReserved::AlreadyAnswered) => {
            Err(Outcome::Error(input::refuse(request, Wrong::Used)))
        }
        Err(NotReserved::Store(error)) => Err(failed(unavailable(connector, &error))),
    }
}

/// Whether the client declared that it can show a form. An empty declaration means forms, as before there were others.
fn shows_forms(request: &Request) -> bool {
    let elicitation = input::declared(request, "elicitation");
    elicitation.is_some_and(|modes| modes.is_empty() || modes.contains_key("form"))
}

/// The word in `inputResponses`; none if it is missing or unreadable, and then the person is asked again.
fn word(responses: &Map<String, Value>) -> Option<Word> {
    let response = responses.get(CONFIRM)?;
    match response.get("action")?.as_str()? {
        // Whoever submits the form without the tick has not agreed.
        "accept" => match response.get("content")?.get(CONFIRM)?.as_bool()? {
            true => Some(Word::Yes),
            false => Some(Word::No),
        },
        "decline" => Some(Word::No),
        "cancel" => Some(Word::Nothing),
        _ => None,
    }
}

/// The argument of a tool that travels in this header.
fn header_argument<'t>(tool: &Tool<'t>, header: &str) -> Option<&'t Argument<'t>> {
    tool.operation.arguments.iter().find(|argument| {
        argument.location == Location::Header && argument.wire_name.eq_ignore_ascii_case(header)
    })
}

fn is_dry_run(tool: &Tool<'_>, arguments: &Map<String, Value>) -> bool {
    header_argument(tool, DRY_RUN)
        .and_then(|argument| arguments.get(argument.name))
        .is_some_and(|value| *value == Value::Bool(true))
}

/// A failed result and no success: the tool's output schema promises what a success holds, and a model must not take a
/// refusal for one.
fn declined(word: Word) -> Diagnostics {
    match word {
        Word::Nothing => Diagnostics::local(
            "CONFIRMATION_CANCELLED",
            "The person closed the question without an answer. Nothing was done and nothing was charged.",
        ),
        _ => Diagnostics::local(
            "CONFIRMATION_DECLINED",
            "The person did not agree. Nothing was done and nothing was charged.",
        ),
    }
}

fn unavailable<H: Host>(connector: &Connector<H>, error: &StoreError) -> Diagnostics {
    connector.host.log(&format!("no confirmation: {error}"));
    let mut diagnostics = Diagnostics::local(
        "CONFIRMATION_UNAVAILABLE",
        "The connector cannot keep track of confirmations right now. Nothing was done and nothing was charged.",
    );
    diagnostics.retryable = true;
    diagnostics
}
