//! From an answer or a refusal to an HTTP response: what the call cost, and the headers that are on every answer.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::Trail;
use crate::answer::{Answer, Body};
use crate::decisions::{API_VERSION, DRY_RUN_HEADER};
use crate::error::ApiError;
use crate::request::Context;
use crate::{dry_run, idempotency};

/// Adds what the call cost, or would have cost.
pub(super) fn account_for(answer: &mut Answer, context: &Context, balance: i64) {
    let charge = answer.charge.take();
    let Body::Json(members) = &mut answer.body else {
        return;
    };
    if context.dry_run {
        // The copy has paid; the workspace has not.
        let unpaid = balance + charge.as_ref().map_or(0, |charge| charge.cost.total());
        dry_run::mark(members, charge.as_ref(), unpaid);
    } else if let Some(charge) = charge {
        members.insert("credits_charged".into(), charge.cost.total().into());
        members.insert("credits_remaining".into(), balance.into());
        members.insert("cost_breakdown".into(), charge.cost.to_json());
    }
}

pub(super) fn replay(record: &idempotency::Record) -> Answer {
    let body = match record.content_type.as_deref() {
        Some("application/json") => {
            serde_json::from_str(&record.body).map_or(Body::Empty, Body::Json)
        }
        Some("text/html") => Body::Text("text/html", record.body.clone()),
        Some(_) => Body::Text("text/plain", record.body.clone()),
        None => Body::Empty,
    };
    Answer {
        status: record.status,
        body,
        headers: Vec::new(),
        charge: None,
        file: None,
    }
}

pub(super) fn refusal(error: &ApiError) -> Answer {
    let mut answer = Answer::json(error.status().as_u16(), error.envelope());
    if let Some(seconds) = error.retry_after {
        answer.headers.push(("retry-after", seconds.to_string()));
    }
    answer
}

/// Turns an answer into an HTTP response with the headers that are on every one.
pub(super) fn dress(answer: Answer, trail: &Trail, request_id: &str) -> Response<Bytes> {
    let body = answer.bytes();
    let mut response = Response::new(Bytes::new());
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set("x-tokportal-api-version", API_VERSION);
    set("x-tokportal-api-stability", "stable");
    set("x-tokportal-request-id", request_id);
    set("access-control-allow-origin", "*");
    set("cache-control", "no-store");
    if let Some(media_type) = answer.content_type() {
        set("content-type", media_type);
    }
    if let (Some(admission), Some(settings)) = (&trail.admission, &trail.settings) {
        let missing = settings.bucket_size - admission.level;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "seconds until the bucket is full"
        )]
        let reset = trail.now / 1000 + (missing / settings.bucket_refill.max(0.001)).ceil() as i64;
        set("x-ratelimit-limit", &format!("{:.0}", settings.bucket_size));
        set(
            "x-ratelimit-remaining",
            &format!("{:.0}", admission.level.floor()),
        );
        set("x-ratelimit-reset", &reset.to_string());
    }
    if trail.dry_run {
        set(DRY_RUN_HEADER, "true");
    }
    if trail.replayed {
        set("idempotent-replayed", "true");
    }
    for (name, value) in &answer.headers {
        set(name, value);
    }
    *response.body_mut() = body;
    response
}

pub(super) fn preflight() -> Vec<(&'static str, String)> {
    vec![
        ("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE".to_owned()),
        (
            "access-control-allow-headers",
            "authorization, content-type, idempotency-key, x-api-key, x-request-id, x-tokportal-client, x-tokportal-dry-run"
                .to_owned(),
        ),
        ("access-control-max-age", "86400".to_owned()),
    ]
}
