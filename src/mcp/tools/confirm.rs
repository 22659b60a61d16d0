//! Confirmation by a person before a call that spends credits or cannot be undone.
//!
//! How the person is asked depends on what the client declares:
//! - [`form`]: a client of MCP 2026-07-28 that shows forms gets an `InputRequiredResult`. The call runs when the client
//!   repeats it with the person's consent.
//! - [`page`]: the person answers in a view of the host (MCP Apps), or on a page of the connector. The client opens the page
//!   if it declares that it can (URL mode elicitation); otherwise the answer of the call has the link. The call runs when it
//!   is repeated after the person approved.
//!
//! A client that declares none of these calls directly, unless every call has to be confirmed
//! (`confirm_paid_calls = "always"`, or `confirm=always` in the address of the connection). The message is built from a
//! dry run at the API. A call that would fail therefore fails at once, and a call that costs nothing and can be undone
//! runs without confirmation.
//!
//! - [`preview`]: what the call would do and cost
//! - [`facts`]: the name of the object it acts on, and the balance
//! - [`template`]: the sentences of the catalogue with these names
//! - [`words`]: what the person is told
//! - [`elicitation`]: the same as a message, and the form
//! - [`outcome`]: what becomes of the call
//! - [`state`]: what `requestState` holds until the person answers, and what the agreement adds to the call

mod elicitation;
mod facts;
mod form;
mod outcome;
mod page;
mod preview;
mod state;
mod template;
#[cfg(test)]
mod tests;
mod words;

use super::header_arguments::is_dry_run;
use crate::access::policy;
use crate::config::ConfirmPaidCalls;
use crate::event::Event;
use crate::failure::{Diagnostics, LocalCode};
use crate::host::Host;
use crate::mcp::exchange::Exchange;
use openapi_tools::table::Tool;
pub(super) use outcome::Confirmation;
use outcome::ConfirmationError;
use page::Address;
use serde_json::{Map, Value};

/// Decides whether a call runs, and with which arguments. `approval` is what a view sends when the person has approved.
pub(super) async fn confirm<H: Host>(
    exchange: &Exchange<'_, H>,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
    approval: Option<&str>,
) -> Confirmation {
    if !policy::needs_confirmation(tool) || is_dry_run(tool, arguments) {
        return Confirmation::NotNeeded;
    }
    let way = match approval {
        Some(approval) => Some(Way::Page(Address::Viewed(Some(approval)))),
        None => way(exchange),
    };
    let confirmation = match way {
        None => return Confirmation::NotNeeded,
        // In boxes, so that the many calls without a question do not carry the room for one.
        Some(Way::Form) => Box::pin(form::ask(exchange, tool, arguments)).await,
        Some(Way::Page(address)) => Box::pin(page::ask(exchange, tool, arguments, address)).await,
    };
    match confirmation {
        Ok(confirmation) => confirmation,
        Err(ConfirmationError::Invalid(error)) => Confirmation::Invalid(error),
        Err(ConfirmationError::Store(error)) => {
            Confirmation::Refused(Box::new(unavailable(exchange, &error.to_string())))
        }
        Err(ConfirmationError::Portal(cause)) => {
            Confirmation::Refused(Box::new(unavailable(exchange, &cause)))
        }
    }
}

/// Whether a person is asked before a call of the tool runs on this connection, if it costs something or cannot be undone.
pub(super) fn asks_person<H>(exchange: &Exchange<'_, H>, tool: &Tool<'_>) -> bool {
    policy::needs_confirmation(tool) && way(exchange).is_some()
}

/// How a person is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way<'a> {
    /// By a form of the client.
    Form,
    /// On a page of the connector.
    Page(Address<'a>),
}

/// The best way of asking that the client has; `None` if the call runs without a question.
fn way<H>(exchange: &Exchange<'_, H>) -> Option<Way<'static>> {
    let confirm = if exchange.narrowing.confirms_always() {
        ConfirmPaidCalls::Always
    } else {
        exchange.context.config.confirm_paid_calls
    };
    let client = exchange.features;
    match confirm {
        ConfirmPaidCalls::Never => None,
        _ if client.forms => Some(Way::Form),
        _ if client.views => Some(Way::Page(Address::Viewed(None))),
        _ if client.pages => Some(Way::Page(Address::Elicited)),
        ConfirmPaidCalls::Always => Some(Way::Page(Address::Told)),
        ConfirmPaidCalls::WhereSupported => None,
    }
}

/// The failure of a call that cannot be confirmed because the store or the portal failed.
fn unavailable<H: Host>(exchange: &Exchange<'_, H>, cause: &str) -> Diagnostics {
    exchange.context.log(&Event::Unavailable {
        cause: cause.to_owned(),
    });
    let request_id = exchange.context.request_id.to_string();
    Diagnostics {
        request_id: Some(request_id),
        ..Diagnostics::local(
            LocalCode::ConfirmationUnavailable,
            "The connector cannot ask the person right now. Nothing was done and nothing was charged.",
        )
    }
}
