//! What a control answers, and how its body is read.

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::host::SqlError;
use crate::workspaces::Unchanged;

/// What a control answers.
pub(crate) type Outcome = Result<Value, Control>;

/// Why a control did nothing.
pub(crate) enum Control {
    /// The status, and what to do.
    Refused(u16, String),
    Sql(SqlError),
}

impl Control {
    /// The request makes no sense.
    pub(crate) fn refuse<T>(message: &str) -> Result<T, Self> {
        Err(Self::Refused(400, message.to_owned()))
    }
}

impl From<SqlError> for Control {
    fn from(error: SqlError) -> Self {
        Self::Sql(error)
    }
}

impl From<Unchanged<Self>> for Control {
    fn from(unchanged: Unchanged<Self>) -> Self {
        match unchanged {
            Unchanged::Refused(control) => control,
            Unchanged::Busy => Self::Refused(503, "Too many writes at once.".to_owned()),
            Unchanged::Sql(error) => Self::Sql(error),
        }
    }
}

/// Parses the body of a control; an empty one counts as `{}`.
pub(crate) fn body<T: DeserializeOwned>(raw: &Bytes) -> Result<T, Control> {
    let text: &[u8] = if raw.is_empty() { b"{}" } else { raw };
    serde_json::from_slice(text)
        .or_else(|error| Control::refuse(&format!("The body does not fit: {error}.")))
}
