//! Faults on demand, for one operation of the API or of the portal, or for all: errors, pauses and broken responses, in
//! place of the operation or after it was done.

pub(crate) mod refusal;

use std::mem::replace;

use http::header::CONTENT_LENGTH;
use serde::{Deserialize, Serialize};
use serde_json::Map;

use self::refusal::Refusal;
use crate::answer::Answer;
use crate::host::{Host, SqlError};
use crate::outgoing::Response;

/// What happens, and when: before the operation, which an error or a broken response then replaces, or after it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Fault {
    #[serde(flatten)]
    pub(crate) kind: Kind,
    pub(crate) when: When,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Kind {
    Error(Refusal),
    /// The response takes longer.
    Delay {
        delay_ms: u64,
    },
    /// The body is no JSON.
    Malformed,
    /// The connection ends in the middle of the body.
    Truncated,
    /// The connection ends before the body.
    Dropped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum When {
    Before,
    After,
}

/// Uses up the next fault of an operation, if there is one.
pub(crate) async fn take(host: &impl Host, operation: &str) -> Result<Option<Fault>, SqlError> {
    let statement = "UPDATE planned_fault SET times = times - 1 WHERE number = (SELECT number FROM planned_fault \
                     WHERE times > 0 AND operation IN (?1, '*') ORDER BY number LIMIT 1) RETURNING fault";
    let rows = host.sql(statement, vec![operation.into()]).await?;
    let fault = rows.first().map(|row| serde_json::from_str(&row.text(0)));
    Ok(fault.and_then(Result::ok))
}

impl Fault {
    /// What comes before the operation: nothing, a pause, or an answer in its place.
    pub(crate) async fn before(&self, host: &impl Host) -> Option<Answer> {
        match &self.kind {
            _ if self.when == When::After => None,
            Kind::Delay { delay_ms } => {
                host.pause(*delay_ms).await;
                None
            }
            Kind::Error(refusal) => Some(refusal.answer()),
            // `after` breaks it.
            Kind::Malformed | Kind::Truncated | Kind::Dropped => {
                Some(Answer::json(200, Map::new()))
            }
        }
    }

    /// What becomes of the response. A length that the body does not reach makes the host end the connection.
    pub(crate) async fn after(&self, host: &impl Host, response: &mut Response) {
        let (length, half) = (response.body().len().max(1), response.body().len() / 2);
        let kept = match &self.kind {
            Kind::Error(refusal) if self.when == When::After => {
                let lost = replace(response, refusal.answer().response());
                for (name, value) in lost.headers() {
                    let entry = response.headers_mut().entry(name);
                    entry.or_insert_with(|| value.clone());
                }
                return;
            }
            Kind::Delay { delay_ms } if self.when == When::After => {
                return host.pause(*delay_ms).await;
            }
            Kind::Error(_) | Kind::Delay { .. } => return,
            Kind::Malformed => {
                let mut broken = response.body().slice(..half).to_vec();
                broken.extend_from_slice(b"\x00<!-- not JSON");
                *response.body_mut() = broken.into();
                return;
            }
            Kind::Truncated => half,
            Kind::Dropped => 0,
        };
        let kept = response.body().slice(..kept);
        *response.body_mut() = kept;
        let headers = response.headers_mut();
        headers.insert(CONTENT_LENGTH, length.into());
    }
}
