//! Dry runs: the same rules, permissions and prices on a copy of the workspace that is thrown away.

use http::HeaderMap;
use serde_json::Value;

use super::trail::DRY_RUN_HEADER;
use crate::api::orders;
use crate::call::Call;
use crate::error::{ApiError, Code};
use crate::ids::is_synthetic;
use crate::workspace::Workspace;

/// Whether a request asks for a simulation. A misspelt wish is refused: without it the call would spend credits.
pub(super) fn is_asked_for(headers: &HeaderMap) -> Result<bool, ApiError> {
    let mut asked = false;
    for wish in headers.get_all(DRY_RUN_HEADER) {
        match wish.as_bytes().to_ascii_lowercase().as_slice() {
            b"true" => asked = true,
            b"false" => {}
            _ => return Err(ApiError::field(DRY_RUN_HEADER, "must be true or false")),
        }
    }
    Ok(asked)
}

/// Refuses the id of a dry run in a real request.
pub(super) fn refuse_synthetic_ids(call: &Call) -> Result<(), ApiError> {
    match synthetic_ids(call).first() {
        None => Ok(()),
        Some(id) => Err(ApiError::new(
            Code::DryRunIdInLiveRequest,
            "This id was issued by a dry run and stands for nothing. Send the request as a dry run, or use a real id.",
        )
        .with("id", id.as_str())),
    }
}

/// Gives the ids of earlier dry runs an order to stand for, because no state is kept between calls.
pub(super) fn stand_in(workspace: &mut Workspace, call: &Call) {
    for id in synthetic_ids(call) {
        orders::stand_in(workspace, &id);
    }
}

fn synthetic_ids(call: &Call) -> Vec<String> {
    let mut found: Vec<_> = call.path.iter().map(|(_, value)| value.clone()).collect();
    found.extend(call.form.as_ref().and_then(|form| form.text("bundle_id")));
    let mut values = vec![&call.body];
    while let Some(value) = values.pop() {
        match value {
            Value::String(text) => found.push(text.clone()),
            Value::Array(items) => values.extend(items),
            Value::Object(members) => values.extend(members.values()),
            _ => {}
        }
    }
    found.retain(|text| is_synthetic(text));
    found
}
