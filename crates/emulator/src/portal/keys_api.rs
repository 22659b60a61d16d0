//! The keys API of `docs/portal.openapi.json`, which the connector uses when a person approves it and while it is
//! connected.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Map, Value, from_slice, json};
use sha2::Sha256;

use super::client;
use super::page::{self, Reply};
use super::token::{INVALID_TOKEN, owner};
use crate::error::envelope;
use crate::host::Host;
use crate::ids::random_secret;
use crate::incoming::{Incoming, header};
use crate::outgoing::{self, Response};
use crate::people::Person;
use crate::store::keys::{self, Key};
use crate::store::settings;
use crate::time::{HOUR, Time};

/// Labels that a key can carry.
pub(super) const ENVIRONMENTS: [&str; 4] = ["production", "staging", "development", "test"];

/// The longest life of a key that is not made lasting.
const LIFE_MAX: i64 = HOUR;

#[derive(Deserialize)]
struct MintRequest {
    name: String,
    scopes: Vec<String>,
    environment: String,
    expires_at: Time,
    id_token: String,
}

/// The calls with the portal's access token: `POST` and `GET /portal/api/keys`, `DELETE /portal/api/keys/{id}`.
pub(super) async fn of_owner(host: &impl Host, incoming: &Incoming<'_>, now: Time) -> Reply {
    match (owner(host, incoming).await?, incoming.method) {
        (None, _) => Ok(unproven("UNAUTHORIZED", INVALID_TOKEN)),
        (Some(person), "POST") => mint(host, incoming, now, person).await,
        (Some(person), "GET") => list(host, now, person).await,
        (Some(person), _) => delete(host, incoming, now, person).await,
    }
}

async fn mint(host: &impl Host, incoming: &Incoming<'_>, now: Time, person: &Person) -> Reply {
    let proof = header(incoming.headers, "x-tokportal-client-authorization");
    if !client::proves(host, proof) {
        let text = "The client authentication is missing or wrong.";
        return Ok(unproven("INVALID_CLIENT", text));
    }
    let request: MintRequest = match from_slice(incoming.body) {
        Ok(request) => request,
        Err(error) => return Ok(invalid(&format!("The body does not fit: {error}."))),
    };
    // The caller knows only the real time; the emulated one may be ahead.
    let life = request.expires_at - Time(host.now_ms());
    let is_scope = |scope: &str| matches!(scope, "read" | "*");
    let rules = [
        (
            is_name(&request.name),
            "name must have 1 to 100 printable characters.",
        ),
        (
            matches!(&*request.scopes, [one] if is_scope(one)),
            "scopes must be [\"read\"] or [\"*\"].",
        ),
        (
            ENVIRONMENTS.contains(&&*request.environment),
            "environment must be production, staging, development or test.",
        ),
        (
            (1..=LIFE_MAX).contains(&life),
            "expires_at must be an RFC 3339 time within the next hour.",
        ),
    ];
    if let Some((_, rule)) = rules.iter().find(|(is_kept, _)| !is_kept) {
        return Ok(invalid(rule));
    }
    let Some(idempotency_key) = idempotency_key(incoming.headers) else {
        let text = "Idempotency-Key must be one header of 1 to 255 visible ASCII characters.";
        return Ok(refusal(400, "IDEMPOTENCY_KEY_INVALID", text));
    };
    if !client::signed_in(host, &request.id_token, person).await? {
        let text = "The ID token was not issued to this client for this person within the last 15 minutes.";
        return Ok(unproven("INVALID_ID_TOKEN", text));
    }
    // A repetition derives the same key, so no key has to be stored for it.
    let fresh = random_secret(host.random());
    let seed = settings::get_or_insert(host, "key_seed", fresh).await?;
    let mac = Hmac::<Sha256>::new_from_slice(seed.as_bytes()).expect("HMAC takes any key");
    let mac = mac.chain_update(format!("{}\n{idempotency_key}", person.id));
    let secret = format!("sk_{}", HEXLOWER.encode(&mac.finalize().into_bytes()));
    let wanted = Key {
        workspace: person.id.to_owned(),
        name: request.name,
        scopes: request.scopes.join(" "),
        environment: request.environment,
        created_at: now,
        expires_at: Some(now + life),
        ..Key::default()
    };
    let same = |key: &Key| [&key.name, &key.scopes, &key.environment].map(String::clone);
    let asked = same(&wanted);
    let Some(key) = keys::make(host, wanted, &secret).await? else {
        let text = "This workspace has 50 live keys; revoke one first.";
        return Ok(refusal(409, "KEY_LIMIT_REACHED", text));
    };
    if same(&key) != asked || !key.is_live(now) {
        let text = "This Idempotency-Key was used for another request, or its key has ended.";
        return Ok(refusal(409, "IDEMPOTENCY_KEY_CONFLICT", text));
    }
    let mut data = shown(&key);
    data["key"] = secret.into();
    Ok(outgoing::json(201, &json!({ "data": data })))
}

/// The idempotency key, if there is exactly one and it is readable.
fn idempotency_key(headers: &HeaderMap) -> Option<&str> {
    let mut sent = headers.get_all("idempotency-key").iter();
    let key = sent.next()?.to_str().ok()?;
    let is_visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    (is_visible && (1..=255).contains(&key.len()) && sent.next().is_none()).then_some(key)
}

/// `GET`, `PATCH` and `DELETE /portal/api/keys/current` with the key: says what it may do, makes it lasting, or revokes it.
pub(super) async fn current(host: &impl Host, incoming: &Incoming<'_>, now: Time) -> Reply {
    let secret = header(incoming.headers, "x-api-key").unwrap_or_default();
    let found = keys::find(host, secret).await?;
    let Some(mut key) = found.filter(|key| key.is_live(now)) else {
        return Ok(no_such_key());
    };
    if incoming.method == "DELETE" {
        keys::revoke(host, now, &key.workspace, &key.id).await?;
        return Ok(page::no_content());
    }
    if incoming.method == "PATCH" {
        let body = from_slice::<Value>(incoming.body).unwrap_or_default();
        if body.get("expires_at") != Some(&Value::Null) {
            return Ok(invalid("The body must be {\"expires_at\": null}."));
        }
        // Keys made by hand live for days. Otherwise a leaked one could be made lasting with itself.
        if key
            .expires_at
            .is_some_and(|at| at - key.created_at > LIFE_MAX)
        {
            let text = "The person who made this key chose when it ends.";
            return Ok(refusal(403, "KEY_EXPIRY_FIXED", text));
        }
        if !keys::make_lasting(host, now, &key.id).await? {
            return Ok(no_such_key());
        }
        key.expires_at = None;
    }
    Ok(outgoing::json(200, &json!({ "data": shown(&key) })))
}

/// The live keys of the person, the youngest first.
async fn list(host: &impl Host, now: Time, person: &Person) -> Reply {
    let keys = keys::list(host, person.id).await?;
    let live = keys.iter().filter(|key| key.is_live(now)).map(|key| {
        let mut row = shown(key);
        row["last_four"] = key.ending.clone().into();
        row["last_used_at"] = json!(key.last_used_at);
        row
    });
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
        "expires_at": key.expires_at,
        "created_at": key.created_at,
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

fn invalid(message: &str) -> Response {
    refusal(400, "VALIDATION_ERROR", message)
}

fn no_such_key() -> Response {
    let text = "This API key is not known, or not any more.";
    refusal(401, "AUTH_INVALID_KEY", text)
}

/// A proof of a call with an access token is missing or wrong.
fn unproven(code: &str, message: &str) -> Response {
    let mut response = refusal(401, code, message);
    outgoing::add(
        &mut response,
        "www-authenticate",
        "Bearer error=\"invalid_token\"",
    );
    response
}
