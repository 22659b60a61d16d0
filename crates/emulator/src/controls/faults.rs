//! The control of faults: what is to go wrong, and how often.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::outcome::{Control, Outcome, body};
use crate::contract::Operation;
use crate::error::Code;
use crate::faults::refusal::{self, Refusal};
use crate::faults::{Fault, Kind, When};
use crate::host::Host;
use crate::portal;
use crate::store::settings;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    operation: Option<String>,
    kind: Option<String>,
    times: Option<i64>,
    when: Option<When>,
    delay_ms: Option<u64>,
    code: Option<String>,
    status: Option<u16>,
    message: Option<String>,
    details: Option<Map<String, Value>>,
}

/// `POST /emulator/faults`: the next so many requests fail that way. Faults are used up in the order of these calls.
pub(super) async fn add(host: &impl Host, raw: &Bytes) -> Outcome {
    let wanted: Wanted = body(raw)?;
    let operation = wanted.operation.clone().unwrap_or_else(|| "*".to_owned());
    let times = wanted.times.unwrap_or(1);
    let is_known = operation == "*"
        || Operation::of(&operation).is_some()
        || portal::OPERATIONS
            .iter()
            .any(|(name, ..)| *name == operation);
    if !is_known || !(1..=1_000_000).contains(&times) {
        return Control::refuse(
            "operation is an operationId, a portal operation or *, and times is 1 to 1000000.",
        );
    }
    let fault = wanted.fault().or_else(Control::refuse)?;
    let used_up = "DELETE FROM planned_fault WHERE times = 0";
    host.sql(used_up, Vec::new()).await?;
    let statement = "INSERT INTO planned_fault (operation, times, fault) VALUES (?1, ?2, ?3)";
    let fault = json!(fault).to_string();
    let values = vec![operation.into(), times.into(), fault.into()];
    host.sql(statement, values).await?;
    settings::note_faults(host).await?;
    list(host).await
}

impl Wanted {
    /// The fault, or what is wrong with the request.
    fn fault(self) -> Result<Fault, &'static str> {
        let kind = self.kind.as_deref().unwrap_or("error");
        let code = match kind {
            "error" => self.code.as_deref(),
            _ if self.code.is_some() => return Err("A code belongs to the kind error."),
            "500" => Some(Code::InternalError.as_str()),
            "503" => Some(Code::StateBusy.as_str()),
            "429" => Some(Code::RateLimitExceeded.as_str()),
            _ => None,
        };
        let kind = match (kind, code) {
            (_, Some(code)) => {
                Kind::Error(Refusal::of(code, self.status, self.message, self.details)?)
            }
            ("delay", _) => Kind::Delay {
                delay_ms: self.delay_ms.unwrap_or(1_000),
            },
            ("malformed", _) => Kind::Malformed,
            ("truncated", _) => Kind::Truncated,
            ("dropped", _) => Kind::Dropped,
            ("error", _) => {
                return Err(
                    "An error needs a code; GET /emulator/errors lists those that are known.",
                );
            }
            _ => {
                return Err(
                    "kind is error, 500, 503, 429, delay, malformed, truncated or dropped.",
                );
            }
        };
        if matches!(kind, Kind::Delay { delay_ms } if delay_ms > 60_000) {
            return Err("delay_ms is 0 to 60000.");
        }
        let usual = match kind {
            Kind::Error(_) | Kind::Delay { .. } => When::Before,
            Kind::Malformed | Kind::Truncated | Kind::Dropped => When::After,
        };
        Ok(Fault {
            kind,
            when: self.when.unwrap_or(usual),
        })
    }
}

/// `GET /emulator/errors`: every code that is known, as a fault answers it.
pub(super) fn errors() -> Outcome {
    let errors: Vec<Refusal> = refusal::every().collect();
    Ok(json!({ "errors": errors }))
}

/// `GET /emulator/faults`: what is still to come.
pub(super) async fn list(host: &impl Host) -> Outcome {
    let statement =
        "SELECT operation, times, fault FROM planned_fault WHERE times > 0 ORDER BY number";
    let rows = host.sql(statement, Vec::new()).await?;
    let faults = rows.iter().map(|row| {
        let mut fault: Value = serde_json::from_str(&row.text(2)).unwrap_or_default();
        fault["operation"] = row.text(0).into();
        fault["times"] = row.integer(1).into();
        fault
    });
    Ok(json!({ "faults": faults.collect::<Vec<_>>() }))
}

/// `DELETE /emulator/faults`.
pub(super) async fn clear(host: &impl Host) -> Outcome {
    host.sql("DELETE FROM planned_fault", Vec::new()).await?;
    settings::note_faults(host).await?;
    list(host).await
}
