//! The keys API: what the connector asks of the portal when a person approves it.

use bytes::Bytes;
use http::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::openid::{invalid_token, token_owner};
use super::page;
use super::visitor::fresh;
use crate::decisions::KEY_NAME_MAX;
use crate::host::{Host, SqlError};
use crate::ids::random_uuid;
use crate::pipeline::{Incoming, header, is_key};
use crate::store::keys::{self, Key, Made, NewKey};
use crate::store::settings;
use crate::time;

/// Labels a key can carry.
pub(super) const ENVIRONMENTS: [&str; 4] = ["production", "staging", "development", "test"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    name: String,
    scopes: Scopes,
    #[serde(default = "production")]
    environment: String,
    expires_at: Option<String>,
}

/// A list, or the same in one text with spaces.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scopes {
    List(Vec<String>),
    Text(String),
}

fn production() -> String {
    ENVIRONMENTS[0].to_owned()
}

/// `POST /portal/api/keys` with the portal access token.
pub(super) async fn mint(
    host: &impl Host,
    incoming: &Incoming<'_>,
) -> Result<Response<Bytes>, SqlError> {
    let Some(person) = token_owner(host, incoming).await? else {
        return Ok(invalid_token());
    };
    let wanted: Wanted = match serde_json::from_slice(incoming.body) {
        Ok(wanted) => wanted,
        Err(error) => {
            return Ok(refuse(
                400,
                "VALIDATION_ERROR",
                &format!("The body does not fit: {error}."),
            ));
        }
    };
    let now = settings::load(host).await?.now(host);
    let scopes = match wanted.scopes {
        Scopes::List(scopes) => scopes,
        Scopes::Text(text) => text.split_whitespace().map(str::to_owned).collect(),
    };
    let known = |scope: &String| ["*", "read", "write"].contains(&scope.as_str());
    let expires_at = match wanted.expires_at.as_deref().map(time::parse_timestamp) {
        None => None,
        Some(Some(at)) if at > now => Some(at),
        Some(_) => {
            return Ok(refuse(
                400,
                "VALIDATION_ERROR",
                "expires_at has to be an RFC 3339 time to come.",
            ));
        }
    };
    let fault = if !is_name(&wanted.name) {
        Some("name has to have 1 to 100 printable characters.")
    } else if scopes.is_empty() || !scopes.iter().all(known) {
        Some("scopes has to list *, read or write.")
    } else if !ENVIRONMENTS.contains(&wanted.environment.as_str()) {
        Some("environment has to be production, staging, development or test.")
    } else {
        None
    };
    if let Some(fault) = fault {
        return Ok(refuse(400, "VALIDATION_ERROR", fault));
    }
    let (secret, id) = (fresh_key(host), random_uuid(host.random()));
    let made = keys::make(
        host,
        now,
        NewKey {
            secret: &secret,
            id: &id,
            workspace: person.id,
            name: &wanted.name,
            scopes: &scopes.join(" "),
            environment: &wanted.environment,
            expires_at,
            form: None,
        },
    )
    .await?;
    if made != Made::Yes {
        return Ok(refuse(
            409,
            "KEY_LIMIT_REACHED",
            "This workspace has 50 live keys; revoke one first.",
        ));
    }
    Ok(page::json(
        201,
        &json!({ "data": { "id": id, "key": secret, "name": wanted.name, "scopes": scopes } }),
    ))
}

/// `GET /portal/api/keys/current` with the key: what it may do.
pub(super) async fn introspect(
    host: &impl Host,
    incoming: &Incoming<'_>,
) -> Result<Response<Bytes>, SqlError> {
    Ok(match current(host, incoming).await? {
        None => unknown_key(),
        Some(key) => page::json(
            200,
            &json!({ "data": {
            "id": key.id,
            "name": key.name,
            "scopes": key.scopes.split(' ').collect::<Vec<_>>(),
            "environment": key.environment,
            "expires_at": key.expires_at.map(time::timestamp),
            "created_at": time::timestamp(key.created_at),
        } }),
        ),
    })
}

/// `DELETE /portal/api/keys/current` with the key: revokes it.
pub(super) async fn revoke(
    host: &impl Host,
    incoming: &Incoming<'_>,
) -> Result<Response<Bytes>, SqlError> {
    let Some(key) = current(host, incoming).await? else {
        return Ok(unknown_key());
    };
    let now = settings::load(host).await?.now(host);
    keys::revoke(host, now, &key.workspace, &key.id).await?;
    let mut response = page::json(204, &Value::Null);
    *response.body_mut() = Bytes::new();
    response.headers_mut().remove(http::header::CONTENT_TYPE);
    Ok(response)
}

/// 1 to 100 characters, none of them a control character.
pub(super) fn is_name(name: &str) -> bool {
    let length = name.chars().count();
    (1..=KEY_NAME_MAX).contains(&length)
        && !name.trim().is_empty()
        && !name.chars().any(char::is_control)
}

/// A new key.
pub(super) fn fresh_key(host: &impl Host) -> String {
    format!("sk_{}", fresh(host))
}

async fn current(host: &impl Host, incoming: &Incoming<'_>) -> Result<Option<Key>, SqlError> {
    let Some(secret) = header(incoming.headers, "x-api-key").filter(|key| is_key(key)) else {
        return Ok(None);
    };
    let now = settings::load(host).await?.now(host);
    Ok(keys::find(host, secret)
        .await?
        .filter(|key| key.is_live(now)))
}

fn unknown_key() -> Response<Bytes> {
    refuse(
        401,
        "AUTH_INVALID_KEY",
        "This API key is not known, or not any more.",
    )
}

fn refuse(status: u16, code: &str, message: &str) -> Response<Bytes> {
    page::json(
        status,
        &json!({ "error": { "code": code, "message": message } }),
    )
}
