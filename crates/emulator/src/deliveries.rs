//! Sending what is queued for webhook endpoints, after the request that queued it.
//!
//! A delivery is claimed in the workspace before it is sent, so that two requests at once do not send it twice.

use url::Url;

use crate::decisions::{DELIVERIES_AT_ONCE, DELIVERIES_TAKE_MS};
use crate::host::{Host, SqlError};
use crate::resources::webhook_calls::is_on_this_computer;
use crate::resources::webhooks::{State, Webhooks, signature};
use crate::store::workspaces;

/// What is sent, and where to.
struct Parcel {
    id: String,
    url: String,
    secret: String,
    event_id: String,
    event_type: String,
    payload: String,
}

/// Sends what is due in a workspace and notes how it went.
pub(crate) async fn send(host: &impl Host, workspace: &str) -> Result<(), SqlError> {
    let began = host.now_ms();
    let mut parcels = Vec::new();
    change(host, workspace, |webhooks| {
        parcels = claim(webhooks, began);
        !parcels.is_empty()
    })
    .await?;
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
    if outcomes.is_empty() {
        return Ok(());
    }
    change(host, workspace, |webhooks| {
        for (id, state) in &outcomes {
            let delivery = webhooks
                .deliveries
                .iter_mut()
                .find(|delivery| delivery.id == **id);
            // One that was deleted or asked for again in the meantime stays as it is.
            if let Some(delivery) = delivery
                && matches!(delivery.state, State::Claimed(_))
            {
                delivery.state = state.clone();
            }
        }
        true
    })
    .await
}

/// Changes the webhooks of a workspace; the change says whether there is anything to write.
async fn change(
    host: &impl Host,
    id: &str,
    mut change: impl FnMut(&mut Webhooks) -> bool,
) -> Result<(), SqlError> {
    let _turn = workspaces::turn(host).await;
    loop {
        let workspaces::Loaded {
            mut workspace,
            version,
        } = workspaces::load(host, id).await?;
        if !change(&mut workspace.webhooks)
            || workspaces::replace(host, version, &workspace).await?
        {
            return Ok(());
        }
        host.pause(1).await;
    }
}

fn claim(webhooks: &mut Webhooks, now: i64) -> Vec<Parcel> {
    let mut parcels = Vec::new();
    for delivery in &mut webhooks.deliveries {
        if parcels.len() == DELIVERIES_AT_ONCE {
            break;
        }
        if !delivery.is_due(now) {
            continue;
        }
        let endpoint = webhooks
            .endpoints
            .iter()
            .find(|endpoint| endpoint.id == delivery.endpoint_id);
        let Some(endpoint) = endpoint else {
            continue;
        };
        delivery.state = State::Claimed(now);
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
