//! Admission: refuses a request whose key was revoked or whose access level does not cover it.
//!
//! A call that every level allows skips introspection, because the API checks the key itself. For every other request
//! except `ping`, the portal introspects the key first, so that a list shows what the key allows and a write with a
//! read-only key is never sent to the API.

use super::outcome::Outcome;
use super::protocol::jsonrpc::Request;
use super::tools::registry::{self, Called};
use crate::access::credential::Credential;
use crate::access::level::AccessLevel;
use crate::access::policy::{self, Verdict};
use crate::access::resource_url::Narrowing;
use crate::app::Context;
use crate::host::Host;
use crate::ledger::sweep;
use crate::upstream::portal::introspection::introspect;
use crate::upstream::portal::key_cache::KeyStatus;

/// Admits a request and returns its caller, with the level that introspection found.
///
/// # Errors
/// [`Outcome::KeyRejected`] and [`Outcome::InsufficientScope`].
pub(super) async fn admit<H: Host>(
    context: &Context<'_, H>,
    caller: &Credential,
    narrowing: Narrowing,
    request: &Request,
) -> Result<Credential, Outcome> {
    let subject = match request.method.as_str() {
        "ping" => return Ok(caller.clone()),
        "tools/call" => match registry::called(narrowing, request) {
            Called::Tool(tool) => Some(tool.subject()),
            Called::Local | Called::Unknown => None,
        },
        _ => None,
    };
    if let Some(subject) = subject
        && policy::judge(narrowing, Some(AccessLevel::Read), subject) == Verdict::Allowed
    {
        return Ok(caller.clone());
    }
    let is_insufficient = |level| {
        subject.is_some_and(|subject| {
            policy::judge(narrowing, level, subject) == Verdict::InsufficientScope
        })
    };
    if is_insufficient(caller.level) {
        return Err(Outcome::InsufficientScope);
    }
    // The first request of a connection also does a part of the sweep.
    let starts_connection = matches!(request.method.as_str(), "initialize" | "server/discover");
    let status = if starts_connection {
        sweep::beside(context, introspect(context, &caller.key)).await
    } else {
        introspect(context, &caller.key).await
    };
    let level = match status {
        KeyStatus::Revoked => return Err(Outcome::KeyRejected),
        KeyStatus::ReadOnly => Some(AccessLevel::Read),
        KeyStatus::Full | KeyStatus::Unknown => caller.level,
    };
    if is_insufficient(level) {
        return Err(Outcome::InsufficientScope);
    }
    Ok(Credential {
        key: caller.key.clone(),
        level,
    })
}
