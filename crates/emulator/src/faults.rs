//! Faults on demand: what a client has to live with, for one operation or for all.

mod errors;

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use self::errors::Refusal;
use crate::answer::Answer;
use crate::controls::{Outcome, body, message};
use crate::error::Code;
use crate::host::{Host, Row, SqlError};
use crate::operations::OPERATIONS;
use crate::store::settings;

/// Longest delay.
const DELAY_MAX_MS: u64 = 60_000;

/// What goes wrong with a request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Fault {
    /// The answer takes longer.
    Delay {
        /// How much longer.
        delay_ms: u64,
    },
    /// An error comes in place of the operation.
    Error(Refusal),
    /// It happened, but the answer is no JSON.
    Malformed,
    /// It happened, but the answer breaks off in the middle.
    Truncated,
    /// It happened, but no answer arrives.
    Dropped,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default = "every")]
    operation: String,
    #[serde(default = "error")]
    kind: String,
    #[serde(default = "once")]
    times: i64,
    #[serde(default = "a_second")]
    delay_ms: u64,
    code: Option<String>,
    status: Option<u16>,
    message: Option<String>,
    details: Option<Map<String, Value>>,
}

fn every() -> String {
    "*".to_owned()
}

fn error() -> String {
    "error".to_owned()
}

const fn once() -> i64 {
    1
}

const fn a_second() -> u64 {
    1_000
}

/// `POST /emulator/faults` with `{"operation"?: operationId or "*", "kind" or "code", "times"?, "delay_ms"?, "status"?,
/// "message"?, "details"?}`: the next so many requests fail that way. Faults are used up in the order in which they were
/// asked for.
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
    let (operation, times) = (wanted.operation.clone(), wanted.times);
    let fault = match wanted.fault() {
        Ok(fault) => fault,
        Err(text) => return Ok((400, message(text))),
    };
    host.sql(
        "INSERT INTO planned_fault (operation, times, fault) VALUES (?1, ?2, ?3)",
        vec![
            operation.into(),
            times.into(),
            json!(fault).to_string().into(),
        ],
    )
    .await?;
    settings::put(host, "faults", "on".to_owned()).await?;
    list(host).await
}

impl Wanted {
    /// The fault, or what is wrong with the wish.
    fn fault(self) -> Result<Fault, &'static str> {
        let code = match &*self.kind {
            "error" => self.code,
            _ if self.code.is_some() => return Err("A code belongs to the kind error."),
            "500" => Some(Code::InternalError.as_str().to_owned()),
            "503" => Some(Code::StateBusy.as_str().to_owned()),
            "429" => Some(Code::RateLimitExceeded.as_str().to_owned()),
            "delay" => {
                return Ok(Fault::Delay {
                    delay_ms: self.delay_ms,
                });
            }
            "malformed" => return Ok(Fault::Malformed),
            "truncated" => return Ok(Fault::Truncated),
            "dropped" => return Ok(Fault::Dropped),
            _ => {
                return Err(
                    "kind is error, 500, 503, 429, delay, malformed, truncated or dropped.",
                );
            }
        };
        let code =
            code.ok_or("An error needs a code; GET /emulator/errors lists those that are known.")?;
        Refusal::of(code, self.status, self.message, self.details).map(Fault::Error)
    }
}

/// `GET /emulator/errors`: every code that is known, as a fault answers it.
pub(crate) fn errors() -> (u16, Value) {
    let errors: Vec<Refusal> = errors::every().collect();
    (200, json!({ "errors": errors }))
}

/// `GET /emulator/faults`: what is still to come.
pub(crate) async fn list(host: &impl Host) -> Outcome {
    let rows = host
        .sql(
            "SELECT operation, times, fault FROM planned_fault WHERE times > 0 ORDER BY number",
            Vec::new(),
        )
        .await?;
    let faults: Vec<Value> = rows
        .iter()
        .map(|row| {
            let mut fault = json!(read(row, 2));
            fault["operation"] = row.text(0).into();
            fault["times"] = row.integer(1).into();
            fault
        })
        .collect();
    Ok((200, json!({ "faults": faults })))
}

/// `DELETE /emulator/faults`.
pub(crate) async fn clear(host: &impl Host) -> Outcome {
    host.sql("DELETE FROM planned_fault", Vec::new()).await?;
    settings::put(host, "faults", "off".to_owned()).await?;
    list(host).await
}

/// Uses up the next fault of an operation, if there is one.
pub(crate) async fn take(host: &impl Host, operation: &str) -> Result<Option<Fault>, SqlError> {
    let rows = host
        .sql(
            "UPDATE planned_fault SET times = times - 1 WHERE number = (SELECT number FROM planned_fault \
             WHERE times > 0 AND operation IN (?1, '*') ORDER BY number LIMIT 1) RETURNING fault",
            vec![operation.into()],
        )
        .await?;
    Ok(rows.first().and_then(|row| read(row, 0)))
}

fn read(row: &Row, column: usize) -> Option<Fault> {
    serde_json::from_str(&row.text(column)).ok()
}

impl Fault {
    /// What comes before the operation: a pause, or an error in its place.
    pub(crate) async fn before(&self, host: &impl Host) -> Option<Answer> {
        match self {
            Self::Delay { delay_ms } => {
                host.pause(*delay_ms).await;
                None
            }
            Self::Error(refusal) => Some(refusal.answer()),
            Self::Malformed | Self::Truncated | Self::Dropped => None,
        }
    }

    /// What becomes of the answer. A length that the body does not keep makes the host break the connection off.
    pub(crate) fn spoil(&self, response: &mut Response<Bytes>) {
        let body = response.body();
        let (length, rest) = (body.len().max(1), body.len() / 2);
        let rest = match self {
            Self::Malformed => {
                let mut broken = body.slice(..rest).to_vec();
                broken.extend_from_slice(b"\x00<!-- not JSON");
                *response.body_mut() = broken.into();
                return;
            }
            Self::Truncated => rest,
            Self::Dropped => 0,
            Self::Delay { .. } | Self::Error(_) => return,
        };
        let kept = body.slice(..rest);
        *response.body_mut() = kept;
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
}
