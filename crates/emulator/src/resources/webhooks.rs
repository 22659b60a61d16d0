//! Webhook endpoints, and what is to be sent to them. Sending itself is in [`crate::deliveries`].

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::decisions::{API_VERSION, DELIVERIES_KEPT, DELIVERY_CLAIM_MS, DELIVERY_RETRY_AFTER_MS};
use crate::events::Event;
use crate::time;
use crate::workspace::Workspace;

/// The receivers of a workspace, and what they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhooks {
    /// Receivers, the oldest first.
    #[serde(default)]
    pub endpoints: Vec<Endpoint>,
    /// What was or is to be sent, the oldest first.
    #[serde(default)]
    pub deliveries: Vec<Delivery>,
}

/// A receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Id.
    pub id: String,
    /// Address.
    pub url: String,
    /// Event types it wants.
    pub events: Vec<String>,
    /// Label.
    pub description: Option<String>,
    /// Whether it is sent anything.
    pub enabled: bool,
    /// Signs what it is sent. Shown once.
    pub secret: String,
    /// When it was made.
    pub created_at: i64,
    /// When it changed last.
    pub updated_at: i64,
}

/// One event for one receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Id.
    pub id: String,
    /// The receiver.
    pub endpoint_id: String,
    /// Id of the event.
    pub event_id: String,
    /// Type of the event.
    pub event_type: String,
    /// The body, the same at each attempt.
    pub payload: String,
    /// When it was queued.
    pub created_at: i64,
    /// How far it is.
    pub state: State,
    /// How often it failed since it was queued.
    #[serde(default)]
    pub failures: usize,
    /// When it is sent again by itself.
    #[serde(default)]
    pub retry_at: Option<i64>,
}

/// How far a delivery is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// To be sent.
    Queued,
    /// Somebody took it for sending at this real time.
    Claimed(i64),
    /// The receiver answered with this status.
    Answered(u16),
    /// It did not get there.
    Failed(String),
}

impl Webhooks {
    /// Whether there is something to send now.
    pub fn has_something_due(&self, real_now: i64, now: i64) -> bool {
        self.deliveries
            .iter()
            .any(|delivery| delivery.is_due(real_now, now))
    }

    /// Notes how an attempt went. A delivery that was deleted or asked for again in the meantime stays as it is.
    pub fn note(&mut self, id: &str, state: &State, now: i64) {
        let claimed = self
            .deliveries
            .iter_mut()
            .find(|delivery| delivery.id == *id && matches!(delivery.state, State::Claimed(_)));
        let Some(delivery) = claimed else {
            return;
        };
        delivery.state = state.clone();
        delivery.retry_at = None;
        if delivery.success() == Some(false) {
            let pause = DELIVERY_RETRY_AFTER_MS.get(delivery.failures);
            delivery.retry_at = pause.map(|pause| now + pause);
            delivery.failures += 1;
        }
    }
}

impl Endpoint {
    /// As an answer shows it, without the secret.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "url": self.url,
            "events": self.events,
            "description": self.description,
            "enabled": self.enabled,
            "created_at": time::timestamp(self.created_at),
            "updated_at": time::timestamp(self.updated_at),
        })
    }
}

impl Delivery {
    /// Whether the receiver took it; nothing while that is open.
    pub fn success(&self) -> Option<bool> {
        match &self.state {
            State::Queued | State::Claimed(_) => None,
            State::Answered(status) => Some((200..300).contains(status)),
            State::Failed(_) => Some(false),
        }
    }

    /// Whether it is to be sent now. One whose sender vanished is sent again: receivers tell by the event's id.
    pub fn is_due(&self, real_now: i64, now: i64) -> bool {
        match self.state {
            State::Queued => true,
            State::Claimed(at) => real_now - at > DELIVERY_CLAIM_MS,
            State::Answered(_) | State::Failed(_) => self.retry_at.is_some_and(|at| at <= now),
        }
    }

    /// Sends it again, as if it had just been queued.
    pub fn requeue(&mut self) {
        self.state = State::Queued;
        self.failures = 0;
        self.retry_at = None;
    }

    /// As an answer shows it.
    pub fn to_json(&self) -> Value {
        let (status_code, error) = match &self.state {
            State::Queued | State::Claimed(_) => (None, None),
            State::Answered(status) => (Some(*status), None),
            State::Failed(error) => (None, Some(error)),
        };
        json!({
            "id": self.id,
            "event_id": self.event_id,
            "event_type": self.event_type,
            "success": self.success(),
            "status_code": status_code,
            "error": error,
            "created_at": time::timestamp(self.created_at),
        })
    }
}

/// The body that an event is sent as.
pub fn payload(event: &Event) -> String {
    json!({
        "id": event.id,
        "type": event.r#type,
        "api_version": API_VERSION,
        "created_at": time::timestamp(event.created_at),
        "data": event.data,
    })
    .to_string()
}

/// `TokPortal-Signature` of a body at a real time in seconds.
pub fn signature(secret: &str, seconds: i64, body: &str) -> String {
    let digest = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mac| {
        let signed = format!("{seconds}.{body}");
        mac.chain_update(signed).finalize().into_bytes()
    });
    // HMAC takes keys of any length.
    let digest = digest.unwrap_or_default();
    format!("t={seconds},v1={}", data_encoding::HEXLOWER.encode(&digest))
}

/// Queues an event for a receiver, and answers the delivery.
pub fn queue(workspace: &mut Workspace, id: String, endpoint_id: &str, event: &Event) -> Delivery {
    let delivery = Delivery {
        id,
        endpoint_id: endpoint_id.to_owned(),
        event_id: event.id.clone(),
        event_type: event.r#type.clone(),
        payload: payload(event),
        created_at: event.created_at,
        state: State::Queued,
        failures: 0,
        retry_at: None,
    };
    let kept = &mut workspace.webhooks.deliveries;
    kept.push(delivery.clone());
    let surplus = kept.len().saturating_sub(DELIVERIES_KEPT);
    kept.drain(..surplus);
    delivery
}

/// Queues an event for everybody who wants it.
pub fn publish(workspace: &mut Workspace, event: &Event) {
    let receivers: Vec<String> = workspace
        .webhooks
        .endpoints
        .iter()
        .filter(|endpoint| endpoint.enabled && endpoint.events.contains(&event.r#type))
        .map(|endpoint| endpoint.id.clone())
        .collect();
    for endpoint in receivers {
        let id = workspace.ids.next(&workspace.id);
        queue(workspace, id, &endpoint, event);
    }
}
