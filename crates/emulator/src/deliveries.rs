//! Sending what is queued for webhook endpoints, after the request that queued it.
//!
//! A delivery is claimed in the workspace before it is sent, so that two requests at once do not send it twice.

use url::Url;

use crate::decisions::{DELIVERIES_AT_ONCE, DELIVERIES_TAKE_MS};
use crate::host::{Host, SqlError};
use crate::resources::webhook_calls::is_on_this_computer;
use crate::resources::webhooks::{State, Webhooks, signature};
use crate::store::workspaces::{self, Unchanged};

/// What is sent, and where to.
struct Parcel {
    id: String,
    url: String,
    secret: String,
    event_id: String,
    event_type: String,
    payload: String,
}

/// Sends what is due in a workspace at an emulated time, and notes how it went.
pub(crate) async fn send(host: &impl Host, workspace: &str, now: i64) -> Result<(), SqlError> {
    let began = host.now_ms();
    loop {
        let claimed = change(host, workspace, |webhooks| {
            Some(claim(webhooks, host.now_ms(), now)).filter(|parcels| !parcels.is_empty())
        });
        let Some(parcels) = claimed.await? else {
            return Ok(());
        };
        let mut outcomes = Vec::new();
        for parcel in &parcels {
            // What a slow receiver leaves no time for goes with the next request.
            let state = if host.now_ms() - began > DELIVERIES_TAKE_MS {
                State::Queued
            } else {
                post(host, parcel).await
            };
            outcomes.push((&parcel.id, state));
        }
        let late = outcomes.iter().any(|(_, state)| *state == State::Queued);
        change(host, workspace, |webhooks| {
            for (id, state) in &outcomes {
                webhooks.note(id, state, now);
            }
            Some(())
        })
        .await?;
        if late {
            return Ok(());
        }
    }
}

/// Changes the webhooks of a workspace, unless the change answers nothing.
async fn change<T>(
    host: &impl Host,
    id: &str,
    mut change: impl FnMut(&mut Webhooks) -> Option<T>,
) -> Result<Option<T>, SqlError> {
    let _turn = workspaces::turn(host).await;
    let changed = workspaces::change(
        host,
        id,
        |workspace| change(&mut workspace.webhooks).ok_or(()),
        async |_| Ok(()),
    );
    match changed.await {
        Ok(outcome) => Ok(Some(outcome)),
        // What is claimed for too long is sent by a later request.
        Err(Unchanged::Refused(()) | Unchanged::Busy) => Ok(None),
        Err(Unchanged::Sql(error)) => Err(error),
    }
}

fn claim(webhooks: &mut Webhooks, real_now: i64, now: i64) -> Vec<Parcel> {
    let mut parcels = Vec::new();
    for delivery in &mut webhooks.deliveries {
        if parcels.len() == DELIVERIES_AT_ONCE {
            break;
        }
        if !delivery.is_due(real_now, now) {
            continue;
        }
        let endpoint = webhooks
            .endpoints
            .iter()
            .find(|endpoint| endpoint.id == delivery.endpoint_id);
        let Some(endpoint) = endpoint else {
            continue;
        };
        delivery.state = State::Claimed(real_now);
        parcels.push(Parcel {
            id: delivery.id.clone(),
            url: endpoint.url.clone(),
            secret: endpoint.secret.clone(),
            event_id: delivery.event_id.clone(),
            event_type: delivery.event_type.clone(),
            payload: delivery.payload.clone(),
        });
    }
    parcels
}

async fn post(host: &impl Host, parcel: &Parcel) -> State {
    if !Url::parse(&parcel.url).is_ok_and(|url| is_on_this_computer(&url)) {
        return State::Failed(
            "The emulator delivers to http://localhost and http://127.0.0.1 only.".to_owned(),
        );
    }
    // Receivers compare with their own clock, so this is the real time.
    let signature = signature(&parcel.secret, host.now_ms() / 1000, &parcel.payload);
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("tokportal-event-id", parcel.event_id.clone()),
        ("tokportal-event-type", parcel.event_type.clone()),
        ("tokportal-signature", signature),
    ];
    match host
        .post(&parcel.url, headers, parcel.payload.clone())
        .await
    {
        Ok(status) => State::Answered(status),
        Err(error) => State::Failed(error),
    }
}
