//! `/webhooks`: registering, changing, testing and removing receivers, and what they were sent.

use serde::Deserialize;
use serde_json::{Value, json};
use url::{Host, Url};

use crate::answer::{Answer, Body};
use crate::decisions::WEBHOOKS_MAX;
use crate::error::{ApiError, Code};
use crate::events::{self, Event};
use crate::request::{Context, Request};
use crate::resources::webhook_events::example;
use crate::resources::webhooks::{Delivery, Endpoint, queue};
use crate::schema::Problem;
use crate::workspace::Workspace;

#[derive(Deserialize)]
struct Wanted {
    url: Option<String>,
    events: Option<Vec<String>>,
    enabled: Option<bool>,
}

/// `GET /webhooks`, the oldest first.
pub fn list(workspace: &mut Workspace, request: &Request, _: &Context) -> Result<Answer, ApiError> {
    let enabled = request.query.get("enabled").and_then(Value::as_bool);
    let event = request.text("event");
    let rows = workspace
        .webhooks
        .endpoints
        .iter()
        .filter(|endpoint| enabled.is_none_or(|wanted| endpoint.enabled == wanted))
        .filter(|endpoint| event.is_none_or(|name| endpoint.events.iter().any(|e| e == name)))
        .map(Endpoint::to_json)
        .collect();
    Ok(Answer::page(rows, request))
}

/// `POST /webhooks`: the only answer with the signing secret.
pub fn create(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let wanted: Wanted = request.body()?;
    if workspace.webhooks.endpoints.len() >= WEBHOOKS_MAX {
        return Err(ApiError::field(
            "url",
            "is one receiver too many: delete another one first",
        ));
    }
    let endpoint = Endpoint {
        id: workspace.new_id(context),
        url: wanted.url.unwrap_or_default(),
        events: some_events(wanted.events.unwrap_or_default())?,
        description: request.body["description"].as_str().map(str::to_owned),
        enabled: wanted.enabled.unwrap_or(true),
        secret: format!("whsec_{}", context.secret()),
        created_at: context.now,
        updated_at: context.now,
    };
    let mut shown = endpoint.to_json();
    // A secret that signs nothing would only mislead.
    if !context.dry_run {
        shown["signing_secret"] = json!(endpoint.secret);
    }
    workspace.webhooks.endpoints.push(endpoint);
    Ok(Answer::created(shown))
}

/// `GET /webhooks/{id}`.
pub fn get(workspace: &mut Workspace, request: &Request, _: &Context) -> Result<Answer, ApiError> {
    Ok(Answer::ok(endpoint(workspace, request)?.to_json()))
}

/// `PATCH /webhooks/{id}`: fields that are left out stay, the list of events is replaced.
pub fn update(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let wanted: Wanted = request.body()?;
    let endpoint = endpoint(workspace, request)?;
    if let Some(url) = wanted.url {
        endpoint.url = url;
    }
    if let Some(events) = wanted.events {
        endpoint.events = some_events(events)?;
    }
    if let Some(description) = request.body.get("description") {
        endpoint.description = description.as_str().map(str::to_owned);
    }
    endpoint.enabled = wanted.enabled.unwrap_or(endpoint.enabled);
    endpoint.updated_at = context.now;
    Ok(Answer::ok(endpoint.to_json()))
}

/// `DELETE /webhooks/{id}`: with everything that was to be sent.
pub fn delete(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let id = endpoint(workspace, request)?.id.clone();
    let webhooks = &mut workspace.webhooks;
    webhooks.endpoints.retain(|endpoint| endpoint.id != id);
    webhooks
        .deliveries
        .retain(|delivery| delivery.endpoint_id != id);
    let mut answer = Answer::json(204, json!({}));
    if context.dry_run {
        answer.status = 200;
    } else {
        answer.body = Body::Empty;
    }
    Ok(answer)
}

/// `GET /webhooks/{id}/deliveries`, the latest first.
pub fn deliveries(
    workspace: &mut Workspace,
    request: &Request,
    _: &Context,
) -> Result<Answer, ApiError> {
    let id = endpoint(workspace, request)?.id.clone();
    let success = request.query.get("success").and_then(Value::as_bool);
    let kind = request.text("event_type");
    let rows = workspace
        .webhooks
        .deliveries
        .iter()
        .rev()
        .filter(|delivery| delivery.endpoint_id == id)
        .filter(|delivery| success.is_none_or(|wanted| delivery.success() == Some(wanted)))
        .filter(|delivery| kind.is_none_or(|kind| delivery.event_type == kind))
        .map(Delivery::to_json)
        .collect();
    Ok(Answer::page(rows, request))
}

/// `POST /webhooks/{id}/deliveries/{delivery_id}/retry`: the same event and body, signed afresh, to the present address.
pub fn retry(
    workspace: &mut Workspace,
    request: &Request,
    _: &Context,
) -> Result<Answer, ApiError> {
    let endpoint_id = endpoint(workspace, request)?.id.clone();
    let id = request.path("delivery_id");
    let delivery = workspace
        .webhooks
        .deliveries
        .iter_mut()
        .find(|delivery| delivery.endpoint_id == endpoint_id && delivery.id == id)
        .ok_or_else(|| ApiError::new(Code::NotFound, "There is no delivery with this id."))?;
    delivery.requeue();
    Ok(Answer::ok(delivery.to_json()))
}

/// `POST /webhooks/{id}/test`: sends `webhook.test`, also to a receiver that is disabled or did not ask for it.
pub fn test(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let endpoint_id = endpoint(workspace, request)?.id.clone();
    let event = Event {
        id: events::new_id(workspace),
        r#type: "webhook.test".to_owned(),
        created_at: context.now,
        data: example("webhook.test"),
    };
    let id = workspace.new_id(context);
    let delivery = queue(workspace, id, &endpoint_id, &event);
    Ok(Answer::ok(delivery.to_json()))
}

/// Whether a broken rule does not hold here: receivers on this computer may do without TLS.
pub fn waives(problem: &Problem, body: &Value) -> bool {
    let url = body["url"].as_str().and_then(|url| Url::parse(url).ok());
    problem.field == "url" && url.is_some_and(|url| is_on_this_computer(&url))
}

/// `http://localhost` or `http://127.0.0.1` at any port: what the emulator is allowed to reach.
pub fn is_on_this_computer(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.octets() == [127, 0, 0, 1],
        _ => false,
    };
    here && url.scheme() == "http"
}

fn some_events(mut events: Vec<String>) -> Result<Vec<String>, ApiError> {
    if events.is_empty() {
        return Err(ApiError::field(
            "events",
            "must name at least one event type",
        ));
    }
    events.sort();
    events.dedup();
    Ok(events)
}

fn endpoint<'a>(
    workspace: &'a mut Workspace,
    request: &Request,
) -> Result<&'a mut Endpoint, ApiError> {
    let id = request.path("id");
    workspace
        .webhooks
        .endpoints
        .iter_mut()
        .find(|endpoint| endpoint.id.eq_ignore_ascii_case(id))
        .ok_or_else(|| ApiError::new(Code::NotFound, "There is no webhook endpoint with this id."))
}
