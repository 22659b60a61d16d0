//! Webhook endpoints: registering, listing, changing and removing receivers.

use serde_json::{Value, json};
use url::Url;

use super::outbox::{Delivery, Endpoint};
use crate::answer::Answer;
use crate::api::collections::{self, Shown};
use crate::call::{Call, Reply};
use crate::workspace::Workspace;

impl Shown for Endpoint {
    fn show(&self, _: &Workspace) -> Value {
        json!(self)
    }

    fn changed(&mut self, call: &Call) {
        self.events.sort();
        self.events.dedup();
        self.updated_at = call.now;
    }
}

/// `GET /webhooks`, the oldest first.
pub(crate) fn list(workspace: &mut Workspace, call: &Call) -> Reply {
    let endpoints = workspace.all::<Endpoint>();
    let event = call.text("event");
    let wanted = |endpoint: &&Endpoint| event.is_none_or(|event| endpoint.wants(event));
    let rows = endpoints.iter().filter(wanted);
    Ok(call.page(rows.map(|endpoint| json!(endpoint))))
}

/// `POST /webhooks`: the only answer with the signing secret.
pub(crate) fn create(workspace: &mut Workspace, call: &Call) -> Reply {
    let blank = Endpoint {
        id: workspace.new_id(),
        enabled: true,
        secret: format!("whsec_{}", call.secret()),
        created_at: call.now,
        ..Endpoint::default()
    };
    let mut endpoint = collections::overlay(&blank, call)?;
    endpoint.changed(call);
    let mut shown = json!(endpoint);
    // The secret of a dry run would sign nothing.
    if !call.dry_run {
        shown["signing_secret"] = json!(endpoint.secret);
    }
    workspace.add(endpoint);
    Ok(Answer::created(shown))
}

/// `DELETE /webhooks/{id}`, with its deliveries.
pub(crate) fn delete(workspace: &mut Workspace, call: &Call) -> Reply {
    let id = workspace.find::<Endpoint>(call.id())?.id;
    let deliveries = workspace.all_mut::<Delivery>();
    deliveries.retain(|delivery| delivery.endpoint_id != id);
    collections::delete::<Endpoint>(workspace, call)
}

/// Whether the rules for a field of the body do not hold: a receiver on this computer needs no TLS.
pub(crate) fn waives(field: &str, body: &Value) -> bool {
    field == "url" && body["url"].as_str().is_some_and(is_on_this_computer)
}

/// Whether a link leads to this computer, the only one that is sent anything: without TLS, to any port.
pub(crate) fn is_on_this_computer(link: &str) -> bool {
    let hosts = [Some("localhost"), Some("127.0.0.1")];
    Url::parse(link).is_ok_and(|url| url.scheme() == "http" && hosts.contains(&url.host_str()))
}
