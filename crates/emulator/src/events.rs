//! What happened in a workspace, for its webhooks.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::resources::webhooks;
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

/// A fresh id of an event.
pub fn new_id(workspace: &mut Workspace) -> String {
    let id = workspace.ids.next(&workspace.id).replace('-', "");
    format!("evt_{id}")
}

/// Notes that something happened, and queues it for the webhook endpoints that want it.
pub fn emit(workspace: &mut Workspace, event: &str, data: Value) {
    let event = Event {
        id: new_id(workspace),
        r#type: event.to_owned(),
        created_at: workspace.clock,
        data,
    };
    webhooks::publish(workspace, &event);
    workspace.events.push(event);
    let surplus = workspace.events.len().saturating_sub(KEPT);
    workspace.events.drain(..surplus);
}
