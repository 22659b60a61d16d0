//! Test controls under `/emulator/`: the clock, the rate limit, the balance, scenarios, faults, a reset. They take JSON only, so that no
//! page of another site can reach them with a form.

use bytes::Bytes;
use http::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control_accounts;
use crate::control_prices;
use crate::control_seed;
use crate::deliveries;
use crate::faults;
use crate::host::{Host, SqlError};
use crate::people::{PEOPLE, by_id};
use crate::pipeline::{Incoming, header};
use crate::store::workspaces::{self, Unchanged};
use crate::store::{self, keys, settings};
use crate::time;
use crate::workspace::Workspace;

/// What a control answers: a status and a JSON body.
pub(crate) type Outcome = Result<(u16, Value), SqlError>;

/// Answers a request below `/emulator`.
pub async fn answer(host: &impl Host, incoming: Incoming<'_>) -> Response<Bytes> {
    let outcome = match (incoming.method, incoming.path) {
        ("GET", "/state") => state(host).await,
        ("GET", "/clock") => clock(host).await,
        ("GET", "/faults") => faults::list(host).await,
        ("GET", "/errors") => Ok(faults::errors()),
        ("DELETE", "/faults") => faults::clear(host).await,
        ("POST", path) => {
            let media_type = header(incoming.headers, "content-type").unwrap_or_default();
            if !media_type
                .to_ascii_lowercase()
                .starts_with("application/json")
            {
                Ok((415, message("Send application/json.")))
            } else {
                match path {
                    "/reset" => reset(host).await,
                    "/clock" => set_clock(host, incoming.body).await,
                    "/rate-limit" => set_rate_limit(host, incoming.body).await,
                    "/credits" => set_credits(host, incoming.body).await,
                    "/accounts" => control_accounts::change(host, incoming.body).await,
                    "/prices" => control_prices::change(host, incoming.body).await,
                    "/faults" => faults::add(host, incoming.body).await,
                    "/seed" => control_seed::seed(host, incoming.body).await,
                    _ => Ok((404, message("There is no such control."))),
                }
            }
        }
        _ => Ok((404, message("There is no such control."))),
    };
    let (status, body) = outcome.unwrap_or_else(|error| {
        eprintln!("control {}: {}", incoming.path, error.0);
        (500, message("The emulator failed; its log says why."))
    });
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() =
        http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(
        "content-type",
        http::HeaderValue::from_static("application/json"),
    );
    response
        .headers_mut()
        .insert("cache-control", http::HeaderValue::from_static("no-store"));
    response
}

/// Changes a person's workspace for a control; a refusal is the control's answer.
pub(crate) async fn change<T>(
    host: &impl Host,
    person: &str,
    change: impl FnMut(&mut Workspace) -> Result<T, (u16, Value)>,
) -> Result<Result<T, (u16, Value)>, SqlError> {
    let _turn = workspaces::turn(host).await;
    match workspaces::change(host, person, change, async |_| Ok(())).await {
        Ok(outcome) => Ok(Ok(outcome)),
        Err(Unchanged::Refused(refusal)) => Ok(Err(refusal)),
        Err(Unchanged::Busy) => Ok(Err((503, message("Too many writes at once.")))),
        Err(Unchanged::Sql(error)) => Err(error),
    }
}

pub(crate) fn message(text: &str) -> Value {
    json!({ "message": text })
}

/// Parses the body of a control; an empty one counts as `{}`.
pub(crate) fn body<'a, T: Deserialize<'a>>(body: &'a Bytes) -> Result<T, (u16, Value)> {
    let text: &[u8] = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(text)
        .map_err(|error| (400, message(&format!("The body does not fit: {error}."))))
}

/// `POST /emulator/reset`: back to the first day.
async fn reset(host: &impl Host) -> Outcome {
    store::reset(host).await?;
    state(host).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clock {
    advance_seconds: Option<i64>,
    set: Option<String>,
}

/// `POST /emulator/clock` with `{"advance_seconds": n}` or `{"set": "2026-05-25T12:00:00Z"}`: what was due
/// by then has happened, and webhooks have been sent, when it answers.
async fn set_clock(host: &impl Host, raw: &Bytes) -> Outcome {
    let wanted: Clock = match body(raw) {
        Ok(wanted) => wanted,
        Err(refusal) => return Ok(refusal),
    };
    match (
        wanted.advance_seconds,
        wanted.set.as_deref().map(time::parse_timestamp),
    ) {
        (Some(seconds), None) if (0..=3_200_000_000).contains(&seconds) => {
            settings::advance_clock(host, seconds * time::SECOND).await?;
        }
        (None, Some(Some(at))) => {
            settings::put(host, "clock_offset_ms", (at - host.now_ms()).to_string()).await?;
        }
        _ => {
            return Ok((
                400,
                message("Send advance_seconds (0 or more) or set (an RFC 3339 time)."),
            ));
        }
    }
    let now = settings::load(host).await?.now(host);
    for person in &PEOPLE {
        let settled = change(host, person.id, |workspace| {
            workspace.settle(now);
            Ok(())
        });
        if let Err(refusal) = settled.await? {
            return Ok(refusal);
        }
        deliveries::send(host, person.id, now).await?;
    }
    clock(host).await
}

/// `GET /emulator/clock`.
async fn clock(host: &impl Host) -> Outcome {
    let settings = settings::load(host).await?;
    Ok((
        200,
        json!({ "now": time::timestamp(settings.now(host)), "offset_seconds": settings.clock_offset_ms / 1000 }),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RateLimit {
    size: f64,
    refill_per_second: f64,
}

/// `POST /emulator/rate-limit` with `{"size": n, "refill_per_second": n}`.
async fn set_rate_limit(host: &impl Host, raw: &Bytes) -> Outcome {
    let wanted: RateLimit = match body(raw) {
        Ok(wanted) => wanted,
        Err(refusal) => return Ok(refusal),
    };
    if !(1.0..=1e9).contains(&wanted.size) || !(0.001..=1e9).contains(&wanted.refill_per_second) {
        return Ok((
            400,
            message("size is at least 1 and refill_per_second at least 0.001."),
        ));
    }
    settings::put(host, "bucket_size", wanted.size.to_string()).await?;
    settings::put(host, "bucket_refill", wanted.refill_per_second.to_string()).await?;
    host.sql("UPDATE api_key SET bucket = ?1", vec![wanted.size.into()])
        .await?;
    state(host).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credits {
    #[serde(default = "first_person")]
    person: String,
    balance: i64,
}

pub(crate) fn first_person() -> String {
    PEOPLE[0].id.to_owned()
}

/// `POST /emulator/credits` with `{"balance": n, "person"?: id}`.
async fn set_credits(host: &impl Host, raw: &Bytes) -> Outcome {
    let wanted: Credits = match body(raw) {
        Ok(wanted) => wanted,
        Err(refusal) => return Ok(refusal),
    };
    let Some(person) =
        by_id(&wanted.person).filter(|_| (0..=1_000_000_000).contains(&wanted.balance))
    else {
        return Ok((
            400,
            message("person is the id of a demo person and balance is 0 or more."),
        ));
    };
    let now = settings::load(host).await?.now(host);
    let set = change(host, person.id, |workspace| {
        let id = workspace.ids.next(person.id);
        workspace.credits.set_balance(id, now, wanted.balance);
        Ok(())
    });
    match set.await? {
        Ok(()) => state(host).await,
        Err(refusal) => Ok(refusal),
    }
}

/// `GET /emulator/state`: enough to see what a test did.
async fn state(host: &impl Host) -> Outcome {
    let settings = settings::load(host).await?;
    let mut people = Vec::new();
    for person in &PEOPLE {
        let workspaces::Loaded { workspace, version } = workspaces::load(host, person.id).await?;
        let keys = keys::list(host, person.id).await?;
        let live = keys
            .iter()
            .filter(|key| key.is_live(settings.now(host)))
            .count();
        people.push(json!({
            "id": person.id,
            "email": person.email,
            "credits": workspace.credits.balance(),
            "bundles": workspace.bundles.len(),
            "accounts": workspace.accounts.len(),
            "live_keys": live,
            "keys": keys.len(),
            "version": version,
        }));
    }
    Ok((
        200,
        json!({
            "now": time::timestamp(settings.now(host)),
            "rate_limit": { "size": settings.bucket_size, "refill_per_second": settings.bucket_refill },
            "people": people,
        }),
    ))
}
