//! Admission: a request goes on only if its key is still valid and its level covers what it asks for.
//!
//! A tool that every level may call goes straight to the API, which knows its keys itself. Before everything else the
//! portal is asked, so that a list shows what the key is for and a write by a read-only key is never sent.

use super::outcome::Outcome;
use super::protocol::jsonrpc::Request;
use super::tools::registry::{self, Called};
use crate::access::credential::Credential;
use crate::access::level::AccessLevel;
use crate::access::policy::{self, Verdict};
use crate::access::resource_url::Narrowing;
use crate::app::Context;
use crate::host::Host;
use crate::ledger::sweep::sweep;
use crate::upstream::portal::introspection::introspect;
use crate::upstream::portal::key_cache::KeyStatus;
use futures::future::join;

/// Admits a request; returns the caller with what is now known about its level.
///
/// # Errors
/// [`Outcome::KeyRejected`] and [`Outcome::InsufficientScope`].
pub(crate) async fn admit<H: Host>(
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
    let refused = |level| {
        subject.is_some_and(|subject| {
            policy::judge(narrowing, level, subject) == Verdict::InsufficientScope
        })
    };
    if refused(caller.level) {
        return Err(Outcome::InsufficientScope);
    }
    // The start of a connection is a good moment for a piece of the sweep.
    let starts = matches!(request.method.as_str(), "initialize" | "server/discover");
    let status = if starts {
        join(introspect(context, &caller.key), sweep(context))
            .await
            .0
    } else {
        introspect(context, &caller.key).await
    };
    let level = match status {
        KeyStatus::Revoked => return Err(Outcome::KeyRejected),
        KeyStatus::ReadOnly => Some(AccessLevel::Read),
        KeyStatus::Full | KeyStatus::Unknown => caller.level,
    };
    if refused(level) {
        return Err(Outcome::InsufficientScope);
    }
    Ok(Credential {
        key: caller.key.clone(),
        level,
    })
}
