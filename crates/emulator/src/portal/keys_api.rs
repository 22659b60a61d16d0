//! The keys API, which the connector uses when a person approves it and while it is connected.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::page::{self, Reply};
use super::token::{invalid_token, owner};
use crate::error::envelope;
use crate::host::Host;
use crate::incoming::{Incoming, header};
use crate::outgoing::{self, Response};
use crate::people::Person;
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

/// The calls with the portal's access token: `POST` and `GET /portal/api/keys`, `DELETE /portal/api/keys/{id}`.
pub(super) async fn of_owner(host: &impl Host, incoming: &Incoming<'_>, now: Time) -> Reply {
    match (owner(host, incoming).await?, incoming.method) {
        (None, _) => Ok(invalid_token()),
        (Some(person), "POST") => mint(host, incoming, now, person).await,
        (Some(person), "GET") => list(host, now, person).await,
        (Some(person), _) => delete(host, incoming, now, person).await,
    }
}

async fn mint(host: &impl Host, incoming: &Incoming<'_>, now: Time, person: &Person) -> Reply {
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
    Ok(outgoing::json(200, &json!({ "data": shown(&key) })))
}

/// The live keys of the person, the youngest first.
async fn list(host: &impl Host, now: Time, person: &Person) -> Reply {
    let keys = keys::list(host, person.id).await?;
    let live = keys.iter().filter(|key| key.is_live(now)).map(shown);
    let data: Vec<_> = live.collect();
    Ok(outgoing::json(200, &json!({ "data": data })))
}

async fn delete(host: &impl Host, incoming: &Incoming<'_>, now: Time, person: &Person) -> Reply {
    let id = incoming.path.rsplit('/').next().unwrap_or_default();
    if keys::revoke(host, now, person.id, id).await? {
        return Ok(page::no_content());
    }
    Ok(refusal(404, "KEY_NOT_FOUND", "You have no such live key."))
}

/// A key without its secret.
fn shown(key: &Key) -> Value {
    json!({
        "id": key.id,
        "name": key.name,
        "scopes": key.scopes.split(' ').collect::<Vec<_>>(),
        "environment": key.environment,
        "last_four": key.ending,
        "expires_at": key.expires_at,
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
        "last_client": key.last_client,
    })
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
