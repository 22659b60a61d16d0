//! What happened in a workspace, for its webhooks.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::workspace::Workspace;

/// How many events a workspace keeps; the oldest go first.
const KEPT: usize = 500;

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// `evt_` and 32 hexadecimal digits.
    pub id: String,
    /// Such as `account.banned`.
    pub r#type: String,
    /// When it happened.
    pub created_at: i64,
    /// What belongs to it.
    pub data: Value,
}

/// Notes that something happened.
pub fn emit(workspace: &mut Workspace, event: &str, data: Value) {
    let id = workspace.ids.next(&workspace.id).replace('-', "");
    workspace.events.push(Event {
        id: format!("evt_{id}"),
        r#type: event.to_owned(),
        created_at: workspace.clock,
        data,
    });
    let surplus = workspace.events.len().saturating_sub(KEPT);
    workspace.events.drain(..surplus);
}
