//! The keys API, which the connector uses when a person approves it and while it is connected.

use serde::Deserialize;
use serde_json::{Map, json};

use super::page::{self, Reply};
use super::token::{invalid_token, owner};
use crate::error::envelope;
use crate::host::Host;
use crate::incoming::{Incoming, header};
use crate::outgoing::{self, Response};
use crate::store::keys::{self, Key};
use crate::time::Time;

/// Labels that a key can carry.
pub(super) const ENVIRONMENTS: [&str; 4] = ["production", "staging", "development", "test"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    name: String,
    scopes: Vec<String>,
    environment: Option<String>,
    expires_at: Option<Time>,
}

/// `POST /portal/api/keys` with the portal's access token.
pub(super) async fn mint(host: &impl Host, incoming: &Incoming<'_>, now: Time) -> Reply {
    let Some(person) = owner(host, incoming).await? else {
        return Ok(invalid_token());
    };
    let invalid = |message: &str| Ok(refusal(400, "VALIDATION_ERROR", message));
    let wanted: Wanted = match serde_json::from_slice(incoming.body) {
        Ok(wanted) => wanted,
        Err(error) => return invalid(&format!("The body does not fit: {error}.")),
    };
    let environment = wanted.environment.as_deref().unwrap_or(ENVIRONMENTS[0]);
    let is_scope = |scope: &String| ["*", "read", "write"].contains(&&**scope);
    if !is_name(&wanted.name) {
        return invalid("name has to have 1 to 100 printable characters.");
    }
    if !(1..=3).contains(&wanted.scopes.len()) || !wanted.scopes.iter().all(is_scope) {
        return invalid("scopes has to list one to three of *, read and write.");
    }
    if !ENVIRONMENTS.contains(&environment) {
        return invalid("environment has to be production, staging, development or test.");
    }
    if wanted.expires_at.is_some_and(|at| at <= now) {
        return invalid("expires_at has to be an RFC 3339 time to come.");
    }
    let new = Key {
        workspace: person.id.to_owned(),
        name: wanted.name.clone(),
        scopes: wanted.scopes.join(" "),
        environment: environment.to_owned(),
        created_at: now,
        expires_at: wanted.expires_at,
        ..Key::default()
    };
    let Some((id, secret)) = keys::make(host, new).await? else {
        let text = "This workspace has 50 live keys; revoke one first.";
        return Ok(refusal(409, "KEY_LIMIT_REACHED", text));
    };
    let data = json!({ "id": id, "key": secret, "name": wanted.name, "scopes": wanted.scopes });
    Ok(outgoing::json(201, &json!({ "data": data })))
}

/// `GET` and `DELETE /portal/api/keys/current` with the key: says what it may do, or revokes it.
pub(super) async fn current(host: &impl Host, incoming: &Incoming<'_>, now: Time) -> Reply {
    let secret = header(incoming.headers, "x-api-key").unwrap_or_default();
    let found = keys::find(host, secret).await?;
    let Some(key) = found.filter(|key| key.is_live(now)) else {
        let text = "This API key is not known, or not any more.";
        return Ok(refusal(401, "AUTH_INVALID_KEY", text));
    };
    if incoming.method == "DELETE" {
        keys::revoke(host, now, &key.workspace, &key.id).await?;
        return Ok(page::no_content());
    }
    let data = json!({
        "id": key.id,
        "name": key.name,
        "scopes": key.scopes.split(' ').collect::<Vec<_>>(),
        "environment": key.environment,
        "expires_at": key.expires_at,
        "created_at": key.created_at,
    });
    Ok(outgoing::json(200, &json!({ "data": data })))
}

/// Whether a key may have this name: 1 to 100 characters, not all of them blank, no control characters.
pub(super) fn is_name(name: &str) -> bool {
    let printable = !name.trim().is_empty() && !name.chars().any(char::is_control);
    printable && name.chars().count() <= 100
}

fn refusal(status: u16, code: &str, message: &str) -> Response {
    let body = envelope(code, message, &Map::new());
    outgoing::json(status, &body.into())
}
