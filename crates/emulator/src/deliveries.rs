//! Sends what is queued for webhook endpoints. The request that finds something due sends it before it is answered, for
//! about three seconds at most; the next request sends the rest.
//!
//! A delivery is claimed in the workspace before it is sent, so that two requests at once do not send it twice.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::api::webhooks::endpoints::is_on_this_computer;
use crate::api::webhooks::outbox::{Delivery, Endpoint};
use crate::host::{Host, SqlError};
use crate::time::Time;
use crate::workspace::Workspace;
use crate::workspaces::{self, Unchanged};

/// Deliveries that are claimed together.
const AT_ONCE: usize = 20;
/// How long, in real time, one request goes on sending.
const TAKE_MS: i64 = 3_000;

/// Sends what is due in a workspace at an emulated time, and notes how it went.
pub(crate) async fn send(host: &impl Host, workspace: &str, now: Time) -> Result<(), SqlError> {
    let began = host.now_ms();
    let is_late = || host.now_ms() - began > TAKE_MS;
    while !is_late() {
        let claimed = change(host, workspace, |workspace| {
            Some(claim(workspace, host.now_ms(), now)).filter(|parcels| !parcels.is_empty())
        });
        let Some(parcels) = claimed.await? else {
            break;
        };
        let mut outcomes = Vec::new();
        for (endpoint, delivery) in &parcels {
            // What a slow receiver leaves no time for goes with the next request.
            let outcome = match is_late() {
                true => None,
                false => Some(post(host, endpoint, delivery).await),
            };
            outcomes.push((&delivery.id, outcome));
        }
        let noted = change(host, workspace, |workspace| {
            for (id, outcome) in &outcomes {
                // A delivery that was removed or asked for again in the meantime stays as it is.
                if let Ok(Delivery { course, .. }) = workspace.find_mut(id)
                    && course.claimed_at.take().is_some()
                    && let Some(outcome) = outcome
                {
                    course.note(outcome.clone(), now);
                }
            }
            Some(())
        });
        noted.await?;
    }
    Ok(())
}

/// Whether there is something to send.
pub(crate) fn has_due(workspace: &Workspace, real_now: i64) -> bool {
    let deliveries = workspace.all::<Delivery>();
    let mut courses = deliveries.iter().map(|delivery| &delivery.course);
    courses.any(|course| course.is_due(real_now, workspace.now))
}

/// Changes a workspace, unless the change answers nothing.
async fn change<T>(
    host: &impl Host,
    id: &str,
    mut change: impl FnMut(&mut Workspace) -> Option<T>,
) -> Result<Option<T>, SqlError> {
    match workspaces::change(host, id, |workspace| change(workspace).ok_or(())).await {
        Ok(outcome) => Ok(Some(outcome)),
        // A later request sends what is claimed for too long.
        Err(Unchanged::Refused(()) | Unchanged::Busy) => Ok(None),
        Err(Unchanged::Sql(error)) => Err(error),
    }
}

/// Takes deliveries that are due, with their receivers.
fn claim(workspace: &mut Workspace, real_now: i64, now: Time) -> Vec<(Endpoint, Delivery)> {
    let endpoints = workspace.all::<Endpoint>();
    let deliveries = workspace.all_mut::<Delivery>().iter_mut();
    let due = deliveries.filter(|delivery| delivery.course.is_due(real_now, now));
    let taken = due.filter_map(|delivery| {
        let is_receiver = |endpoint: &&Endpoint| endpoint.id == delivery.endpoint_id;
        let endpoint = endpoints.iter().find(is_receiver)?;
        delivery.course.claimed_at = Some(real_now);
        Some((endpoint.clone(), delivery.clone()))
    });
    taken.take(AT_ONCE).collect()
}

/// Answers the status of the receiver, or why there is none.
async fn post(host: &impl Host, endpoint: &Endpoint, delivery: &Delivery) -> Result<u16, String> {
    if !is_on_this_computer(&endpoint.url) {
        return Err("The emulator delivers to http://localhost and http://127.0.0.1 only.".into());
    }
    // Receivers compare with their own clock, so this is the real time.
    let signature = signature(&endpoint.secret, host.now_ms() / 1000, &delivery.payload);
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("tokportal-event-id", delivery.event_id.clone()),
        ("tokportal-event-type", delivery.event_type.clone()),
        ("tokportal-signature", signature),
    ];
    let body = delivery.payload.clone();
    host.post(&endpoint.url, headers, body).await
}

/// `TokPortal-Signature` of a body at a real time in seconds.
fn signature(secret: &str, seconds: i64, body: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes any key");
    let mac = mac.chain_update(format!("{seconds}.{body}"));
    let digest = HEXLOWER.encode(&mac.finalize().into_bytes());
    format!("t={seconds},v1={digest}")
}
