//! Faults on demand: what a client has to live with, for one operation or for all.

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::controls::{Outcome, body, message};
use crate::error::{ApiError, Code};
use crate::host::{Host, Row, SqlError};
use crate::operations::OPERATIONS;
use crate::store::settings;

/// Longest delay.
const DELAY_MAX_MS: u64 = 60_000;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// The answer takes longer.
    Delay,
    /// 500, and nothing happened.
    #[serde(rename = "500")]
    Failure,
    /// 503 with `Retry-After`, and nothing happened.
    #[serde(rename = "503")]
    Busy,
    /// 429 with `Retry-After`, and nothing happened.
    #[serde(rename = "429")]
    TooMany,
    /// It happened, but the answer is no JSON.
    Malformed,
    /// It happened, but the answer breaks off in the middle.
    Truncated,
    /// It happened, but no answer arrives.
    Dropped,
}

/// A fault of one request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    kind: Kind,
    delay_ms: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default = "every")]
    operation: String,
    kind: Kind,
    #[serde(default = "once")]
    times: i64,
    #[serde(default = "a_second")]
    delay_ms: u64,
}

fn every() -> String {
    "*".to_owned()
}

const fn once() -> i64 {
    1
}

const fn a_second() -> u64 {
    1_000
}

/// `POST /emulator/faults` with `{"operation"?: operationId or "*", "kind", "times"?, "delay_ms"?}`: the next so many
/// requests fail that way. Faults are used up in the order in which they were asked for.
pub(crate) async fn add(host: &impl Host, raw: &Bytes) -> Outcome {
    let wanted: Wanted = match body(raw) {
        Ok(wanted) => wanted,
        Err(refusal) => return Ok(refusal),
    };
    let known = wanted.operation == "*" || OPERATIONS.iter().any(|o| o.id == wanted.operation);
    if !known || !(1..=1_000_000).contains(&wanted.times) || wanted.delay_ms > DELAY_MAX_MS {
        return Ok((
            400,
            message(
                "operation is an operationId or *, times is 1 to 1000000, delay_ms 0 to 60000.",
            ),
        ));
    }
    host.sql(
        "INSERT INTO fault (operation, kind, times, delay_ms) VALUES (?1, ?2, ?3, ?4)",
        vec![
            wanted.operation.into(),
            name(wanted.kind).into(),
            wanted.times.into(),
            i64::try_from(wanted.delay_ms).unwrap_or(0).into(),
        ],
    )
    .await?;
    settings::put(host, "faults", "on".to_owned()).await?;
    list(host).await
}

/// `GET /emulator/faults`: what is still to come.
pub(crate) async fn list(host: &impl Host) -> Outcome {
    let rows = host
        .sql(
            "SELECT operation, kind, times, delay_ms FROM fault WHERE times > 0 ORDER BY number",
            Vec::new(),
        )
        .await?;
    let faults: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "operation": row.text(0),
                "kind": row.text(1),
                "times": row.integer(2),
                "delay_ms": row.integer(3),
            })
        })
        .collect();
    Ok((200, json!({ "faults": faults })))
}

/// `DELETE /emulator/faults`.
pub(crate) async fn clear(host: &impl Host) -> Outcome {
    host.sql("DELETE FROM fault", Vec::new()).await?;
    settings::put(host, "faults", "off".to_owned()).await?;
    list(host).await
}

/// Uses up the next fault of an operation, if there is one.
pub(crate) async fn take(host: &impl Host, operation: &str) -> Result<Option<Fault>, SqlError> {
    let rows = host
        .sql(
            "UPDATE fault SET times = times - 1 WHERE number = (SELECT number FROM fault WHERE times > 0 \
             AND operation IN (?1, '*') ORDER BY number LIMIT 1) RETURNING kind, delay_ms",
            vec![operation.into()],
        )
        .await?;
    Ok(rows.first().and_then(read))
}

fn read(row: &Row) -> Option<Fault> {
    Some(Fault {
        kind: serde_json::from_value(json!(row.text(0))).ok()?,
        delay_ms: u64::try_from(row.integer(1)).unwrap_or(0),
    })
}

fn name(kind: Kind) -> String {
    json!(kind).as_str().unwrap_or_default().to_owned()
}

impl Fault {
    /// What comes before the operation: a pause, or an error in its place.
    pub(crate) async fn before(self, host: &impl Host) -> Result<(), ApiError> {
        let error = |code, text| Err(ApiError::new(code, text));
        match self.kind {
            Kind::Delay => {
                host.pause(self.delay_ms).await;
                Ok(())
            }
            Kind::Failure => error(Code::InternalError, "A fault that was asked for."),
            Kind::Busy => error(Code::StateBusy, "A fault that was asked for.")
                .map_err(|error| error.retry_after(1)),
            Kind::TooMany => error(Code::RateLimitExceeded, "A fault that was asked for.")
                .map_err(|error| error.retry_after(1)),
            Kind::Malformed | Kind::Truncated | Kind::Dropped => Ok(()),
        }
    }

    /// What becomes of the answer. A length that the body does not keep makes the host break the connection off.
    pub(crate) fn spoil(self, response: &mut Response<Bytes>) {
        let body = response.body();
        let (length, rest) = (body.len().max(1), body.len() / 2);
        let rest = match self.kind {
            Kind::Malformed => {
                let mut broken = body.slice(..rest).to_vec();
                broken.extend_from_slice(b"\x00<!-- not JSON");
                *response.body_mut() = broken.into();
                return;
            }
            Kind::Truncated => rest,
            Kind::Dropped => 0,
            Kind::Delay | Kind::Failure | Kind::Busy | Kind::TooMany => return,
        };
        let kept = body.slice(..rest);
        *response.body_mut() = kept;
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
}
