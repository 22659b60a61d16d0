//! What happened in a workspace, queued for the webhook endpoints that asked for it. [`crate::deliveries`] sends it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::contract::API_VERSION;
use crate::error::Code;
use crate::time::{HOUR, MINUTE, SECOND, Time};
use crate::workspace::{Workspace, item};

/// Deliveries that a workspace keeps; the oldest go first.
const KEPT: usize = 200;
/// After how long a failed delivery is sent again, once for each pause. `GET /webhooks/events` announces it.
pub(crate) const RETRIES: [i64; 5] = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 12 * HOUR];
/// How long, in real time, a delivery whose sender vanished is left alone.
const CLAIMED_MS: i64 = 60 * SECOND;

/// A receiver.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    pub(crate) url: String,
    /// Event types it asked for, in alphabetical order.
    pub(crate) events: Vec<String>,
    pub(crate) description: Option<String>,
    pub(crate) enabled: bool,
    /// Signs what it is sent. Only the answer to its creation shows it.
    pub(crate) secret: String,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

item!(Endpoint, "endpoints", "webhook endpoint", Code::NotFound);

impl Endpoint {
    pub(super) fn wants(&self, event: &str) -> bool {
        self.events.iter().any(|wanted| wanted == event)
    }
}

/// One event for one receiver.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) id: String,
    pub(crate) endpoint_id: String,
    pub(crate) event_id: String,
    pub(crate) event_type: String,
    /// The body, the same at each attempt.
    pub(crate) payload: String,
    pub(crate) created_at: Time,
    #[serde(flatten)]
    pub(crate) course: Course,
}

/// How the sending of a delivery goes since it was queued.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Course {
    /// Whether the receiver took it; nothing before the first attempt ended.
    success: Option<bool>,
    /// What the receiver answered.
    status_code: Option<u16>,
    /// Why it did not arrive.
    error: Option<String>,
    failures: usize,
    /// When it is sent again by itself.
    retry_at: Option<Time>,
    /// The real time at which a request took it for sending.
    pub(crate) claimed_at: Option<i64>,
}

item!(Delivery, "deliveries", "delivery", Code::NotFound);

impl Course {
    /// Whether it is to be sent now. One whose sender vanished is sent again: receivers compare event ids.
    pub(crate) fn is_due(&self, real_now: i64, now: Time) -> bool {
        match self.claimed_at {
            Some(at) => real_now - at > CLAIMED_MS,
            None => self.success.is_none() || self.retry_at.is_some_and(|at| at <= now),
        }
    }

    /// Notes how an attempt went: the status of the answer, or why there was none.
    pub(crate) fn note(&mut self, outcome: Result<u16, String>, now: Time) {
        let success = matches!(outcome, Ok(200..300));
        let pause = RETRIES.get(self.failures).filter(|_| !success);
        *self = Self {
            success: Some(success),
            status_code: outcome.as_ref().ok().copied(),
            error: outcome.err(),
            failures: self.failures + 1,
            retry_at: pause.map(|pause| now + *pause),
            claimed_at: None,
        };
    }
}

/// Queues an event for the enabled endpoints that asked for its type.
pub(crate) fn emit(workspace: &mut Workspace, kind: &str, data: Value) {
    let endpoints = workspace.all::<Endpoint>();
    let wants = |endpoint: &&Endpoint| endpoint.enabled && endpoint.wants(kind);
    let receivers: Vec<_> = endpoints.iter().filter(wants).collect();
    if receivers.is_empty() {
        return;
    }
    let event = new_event(workspace, kind, data);
    for endpoint in receivers {
        queue(workspace, endpoint, &event);
    }
}

/// An event with a fresh id, as it is sent.
pub(super) fn new_event(workspace: &mut Workspace, kind: &str, data: Value) -> Value {
    json!({
        "id": format!("evt_{}", workspace.new_id().replace('-', "")),
        "type": kind,
        "api_version": API_VERSION,
        "created_at": workspace.now,
        "data": data,
    })
}

/// Queues an event for one endpoint.
pub(super) fn queue(workspace: &mut Workspace, endpoint: &Endpoint, event: &Value) -> Delivery {
    let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
    let delivery = Delivery {
        id: workspace.new_id(),
        endpoint_id: endpoint.id.clone(),
        event_id: text("id"),
        event_type: text("type"),
        payload: event.to_string(),
        created_at: workspace.now,
        course: Course::default(),
    };
    let kept = workspace.all_mut::<Delivery>();
    kept.push(delivery.clone());
    kept.drain(..kept.len().saturating_sub(KEPT));
    delivery
}
