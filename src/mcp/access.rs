//! What a caller may do, asked where the API is not: a list shows what the key is for, and a write by a key that may
//! only look goes no further.

use super::endpoint::Outcome;
use super::jsonrpc::Request;
use super::tools;
use super::variant::{Address, Variant};
use crate::Connector;
use crate::credentials::{self, Credential};
use crate::host::Host;
use crate::oauth::sweep::sweep;
use crate::pages::Level;
use crate::portal::grant::{self, Grant, grant};
use crate::reply::Reply;
use futures::future::join;
use openapi_tools::table::Scope;

/// Admits a request, with what is known of the caller's level. A tool that reads goes straight to the API, which knows
/// its keys itself; everything else asks the portal first.
///
/// # Errors
/// [`Outcome::KeyRejected`] and [`Outcome::InsufficientScope`].
pub async fn admit<H: Host>(
    connector: &Connector<H>,
    caller: &Credential,
    variant: Variant,
    request: &Request,
) -> Result<Credential, Outcome> {
    let scope = match request.method.as_str() {
        "ping" => return Ok(caller.clone()),
        "tools/call" => match tools::called(variant, request) {
            // It is refused in a moment, and a 403 would only make the person sign in for nothing.
            Some(tool) if !variant.shows(tool) => Scope::Read,
            Some(tool) if tool.facts.scope == Scope::Write => Scope::Write,
            Some(_) => return Ok(caller.clone()),
            // A name that is not known, or a tool that answers without the API.
            None => Scope::Read,
        },
        _ => Scope::Read,
    };
    if !caller.may(scope) {
        return Err(Outcome::InsufficientScope);
    }
    // A connection begins: a good moment for a piece of the sweep.
    let begins = matches!(request.method.as_str(), "initialize" | "server/discover");
    let grant = if begins {
        join(grant(connector, &caller.key), sweep(connector))
            .await
            .0
    } else {
        grant(connector, &caller.key).await
    };
    let level = match grant {
        Grant::Gone => return Err(Outcome::KeyRejected),
        Grant::Read => Some(Level::Read),
        Grant::Full | Grant::Unknown => caller.level,
    };
    let caller = Credential {
        key: caller.key.clone(),
        level,
    };
    if caller.may(scope) {
        Ok(caller)
    } else {
        Err(Outcome::InsufficientScope)
    }
}

/// 401 for a key that the API or the portal no longer knows. What was believed of it is forgotten.
pub fn rejected<H: Host>(
    connector: &Connector<H>,
    caller: &Credential,
    address: &Address,
) -> Reply {
    grant::forget(&caller.key);
    credentials::unauthorized(&connector.config, address, true)
}
