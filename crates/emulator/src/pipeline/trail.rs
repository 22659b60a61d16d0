//! What is known of a request while it is answered.

use crate::contract::Operation;
use crate::error::ApiError;
use crate::faults::Fault;
use crate::host::SqlError;
use crate::store::keys::Admission;
use crate::time::Time;

/// Marks a dry run, in the request and in its response.
pub(super) const DRY_RUN_HEADER: &str = "x-tokportal-dry-run";

/// What a response says besides its body, and what follows it.
#[derive(Default)]
pub(super) struct Trail {
    pub(super) admission: Option<Admission>,
    pub(super) now: Time,
    pub(super) operation: Option<&'static Operation>,
    pub(super) dry_run: bool,
    pub(super) replayed: bool,
    /// The workspace that has webhook deliveries to send.
    pub(super) sends: Option<&'static str>,
    pub(super) fault: Option<Fault>,
}

/// Why there is no answer.
pub(super) enum Failure {
    Api(ApiError),
    Sql(SqlError),
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<SqlError> for Failure {
    fn from(error: SqlError) -> Self {
        Self::Sql(error)
    }
}
