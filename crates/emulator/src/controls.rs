//! Test controls under `/emulator/`: clock, rate limit, balance, prices, accounts, scenarios, tokens, faults, reset. They take
//! JSON only, so that no page of another site can reach them with a form.

mod faults;
mod outcome;
mod state;
mod workspace;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use self::outcome::{Control, Outcome, body};
use self::state::state;
use crate::host::{Host, SqlError};
use crate::incoming::{Incoming, header};
use crate::outgoing::{self, Response};
use crate::people::PEOPLE;
use crate::store::{self, keys, settings};
use crate::time::{SECOND, Time};
use crate::{deliveries, portal, workspaces};

/// Answers a request below `/emulator`.
pub(crate) async fn answer(host: &impl Host, incoming: Incoming<'_>) -> Response {
    match run(host, &incoming).await {
        Ok(body) => outgoing::json(200, &body),
        Err(Control::Refused(status, text)) => outgoing::message(status, &text),
        Err(Control::Sql(error)) => outgoing::failed("control", &error),
    }
}

async fn run(host: &impl Host, incoming: &Incoming<'_>) -> Outcome {
    let raw = incoming.body;
    let media_type = header(incoming.headers, "content-type").unwrap_or_default();
    let media_type = media_type.to_ascii_lowercase();
    if incoming.method == "POST" && !media_type.starts_with("application/json") {
        return Err(Control::Refused(415, "Send application/json.".to_owned()));
    }
    match (incoming.method, incoming.path) {
        ("GET", "/state") => state(host).await,
        ("GET", "/clock") => clock(host).await,
        ("GET", "/errors") => faults::errors(),
        ("GET", "/faults") => faults::list(host).await,
        ("POST", "/faults") => faults::add(host, raw).await,
        ("DELETE", "/faults") => faults::clear(host).await,
        ("POST", "/reset") => reset(host).await,
        ("POST", "/clock") => set_clock(host, raw).await,
        ("POST", "/rate-limit") => set_rate_limit(host, raw).await,
        ("POST", "/credits") => workspace::set_credits(host, raw).await,
        ("POST", "/prices") => workspace::set_prices(host, raw).await,
        ("POST", "/accounts") => workspace::change_account(host, raw).await,
        ("POST", "/tokens") => tokens(host, raw).await,
        ("POST", "/seed") => workspace::seed(host, raw).await,
        _ => Err(Control::Refused(
            404,
            "There is no such control.".to_owned(),
        )),
    }
}

/// Makes the tables and the first day if this is the first instance.
pub(crate) async fn prepare(host: &impl Host) -> Result<(), SqlError> {
    store::tune(host).await;
    if store::is_ready(host).await {
        return Ok(());
    }
    store::create(host).await?;
    let now = settings::load(host).await?.now(host);
    workspaces::seed(host, now, false).await?;
    keys::seed(host, now).await?;
    store::set_ready(host).await
}

async fn reset(host: &impl Host) -> Outcome {
    store::clear(host).await?;
    let now = Time(host.now_ms());
    workspaces::seed(host, now, true).await?;
    keys::seed(host, now).await?;
    state(host).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clock {
    advance_seconds: Option<i64>,
    set: Option<Time>,
}

/// Moves the clock. When it answers, what was due has happened and its webhooks were sent.
async fn set_clock(host: &impl Host, raw: &Bytes) -> Outcome {
    let now = settings::load(host).await?.now(host);
    let wanted: Clock = body(raw)?;
    let target = match (wanted.advance_seconds, wanted.set) {
        (Some(seconds @ 0..=3_200_000_000), None) => now + seconds * SECOND,
        (None, Some(at)) => at,
        _ => return Control::refuse("Send advance_seconds (0 or more) or set (an RFC 3339 time)."),
    };
    if !(Time::of_date("2000-01-01")..=Time::of_date("2990-01-01")).contains(&Some(target)) {
        return Control::refuse("The clock goes from 2000 to 2989.");
    }
    match wanted.advance_seconds {
        Some(seconds) => settings::advance_clock(host, seconds * SECOND).await?,
        None => settings::set_clock(host, target - Time(host.now_ms())).await?,
    }
    let now = settings::load(host).await?.now(host);
    for person in &PEOPLE {
        workspaces::change(host, person.id, |_| Ok::<(), Control>(())).await?;
        deliveries::send(host, person.id, now).await?;
    }
    clock(host).await
}

async fn clock(host: &impl Host) -> Outcome {
    let settings = settings::load(host).await?;
    Ok(json!({ "now": settings.now(host), "offset_seconds": settings.clock_offset_ms / 1000 }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RateLimit {
    size: f64,
    refill_per_second: f64,
}

async fn set_rate_limit(host: &impl Host, raw: &Bytes) -> Outcome {
    let RateLimit {
        size,
        refill_per_second,
    } = body(raw)?;
    if !(1.0..=1e9).contains(&size) || !(0.001..=1e9).contains(&refill_per_second) {
        return Control::refuse("size is at least 1 and refill_per_second at least 0.001.");
    }
    settings::set_rate_limit(host, size, refill_per_second).await?;
    state(host).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tokens {
    person: Option<String>,
    #[serde(default)]
    claims: Map<String, Value>,
}

/// Signs a person in without a browser. Other claims make tokens that the portal issued to another app, or long ago.
async fn tokens(host: &impl Host, raw: &Bytes) -> Outcome {
    let wanted: Tokens = body(raw)?;
    let person = workspace::person(wanted.person.as_deref())?;
    Ok(portal::issue(host, person, wanted.claims).await?)
}
