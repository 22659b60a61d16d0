//! OAuth errors of the portal's OpenID provider (RFC 6749, sections 4.1.2.1 and 5.2): the line of the log, and what the
//! operator must change.

use super::fault::{Fault, ProviderError};
use crate::app::Context;
use crate::event::Event;
use crate::host::Host;
use crate::text::display_name;

/// The longest error code and the longest description that are logged, in characters.
const CODE_LIMIT: usize = 60;
const DESCRIPTION_LIMIT: usize = 200;

/// Logs an error. `endpoint` sent it.
pub(crate) fn log<H: Host>(
    context: &Context<'_, H>,
    endpoint: &'static str,
    code: &str,
    description: &str,
) {
    context.log(&Event::PortalError {
        endpoint,
        error: display_name(code, CODE_LIMIT),
        description: display_name(description, DESCRIPTION_LIMIT),
    });
}

/// Whether the provider says that the person would have to do something (OpenID Connect Core 1.0, section 3.1.2.6).
pub(crate) fn needs_person(code: &str) -> bool {
    matches!(
        code,
        "login_required"
            | "interaction_required"
            | "consent_required"
            | "account_selection_required"
    )
}

/// What an error means to the operator. Errors about the person are not among them.
pub(crate) fn meaning(endpoint: &str, code: &str) -> ProviderError {
    let fix = match code {
        "temporarily_unavailable" => return ProviderError::Down(problem(endpoint, code)),
        "unauthorized_client" | "unsupported_grant_type" | "unsupported_response_type" => {
            "Allow this client the authorization code flow at the portal."
        }
        "invalid_scope" => "Check `portal_scopes`, and which scopes the portal allows this client.",
        "invalid_target" => {
            "Check `portal_resource`, and for which resources the portal issues tokens."
        }
        "invalid_request" => {
            "Check how this client is registered at the portal. The description of the error says more."
        }
        _ => return ProviderError::Unexpected(problem(endpoint, code)),
    };
    Fault::new(problem(endpoint, code), fix).into()
}

pub(super) fn problem(endpoint: &str, code: &str) -> String {
    let code = display_name(code, CODE_LIMIT);
    format!("the portal's {endpoint} answers with the error {code}")
}

#[cfg(test)]
mod tests;
