//! What webhook endpoints were sent, and what is sent to them on request.

use serde_json::json;

use super::catalogue;
use super::outbox::{self, Course, Delivery, Endpoint};
use crate::answer::Answer;
use crate::call::{Call, Reply};
use crate::error::{ApiError, Code};
use crate::workspace::Workspace;

/// `GET /webhooks/{id}/deliveries`, the newest first.
pub(crate) fn list(workspace: &mut Workspace, call: &Call) -> Reply {
    let endpoint = workspace.find::<Endpoint>(call.id())?;
    let deliveries = workspace.all::<Delivery>();
    let own = |delivery: &&Delivery| delivery.endpoint_id == endpoint.id;
    let rows = deliveries.iter().rev().filter(own);
    Ok(call.page(rows.map(|delivery| json!(delivery))))
}

/// `POST /webhooks/{id}/deliveries/{delivery_id}/retry`: the same body, to the present address.
pub(crate) fn retry(workspace: &mut Workspace, call: &Call) -> Reply {
    let endpoint = workspace.find::<Endpoint>(call.id())?;
    let delivery = workspace.find_mut::<Delivery>(call.path("delivery_id"))?;
    if delivery.endpoint_id != endpoint.id {
        let message = "The delivery belongs to another endpoint.";
        return Err(ApiError::new(Code::NotFound, message));
    }
    delivery.course = Course::default();
    Ok(Answer::data(delivery))
}

/// `POST /webhooks/{id}/test`: sends `webhook.test`, even to a disabled endpoint.
pub(crate) fn test(workspace: &mut Workspace, call: &Call) -> Reply {
    let endpoint = workspace.find::<Endpoint>(call.id())?;
    let kind = "webhook.test";
    let data = catalogue::example(kind, "message").into();
    let event = outbox::new_event(workspace, kind, data);
    Ok(Answer::data(outbox::queue(workspace, &endpoint, &event)))
}
