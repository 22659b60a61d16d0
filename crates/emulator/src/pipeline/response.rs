//! From an answer or a refusal to an HTTP response: what the call cost, and the headers of every response.

use serde_json::Value;

use super::trail::{DRY_RUN_HEADER, Trail};
use crate::answer::{Answer, Body};
use crate::api::analytics;
use crate::contract::API_VERSION;
use crate::error::ApiError;
use crate::ledger::{Cost, balance};
use crate::outgoing::{Response, add};
use crate::workspace::Workspace;

const DRY_RUN_NOTICE: &str = "Simulated: nothing was stored and no credits were charged. Ids in this answer work in dry runs only.";

/// Adds what the call cost or, if it was a dry run, would have cost: then there is a balance from before it.
pub(super) fn account_for(answer: &mut Answer, before: Option<i64>, workspace: &Workspace) {
    let cost = answer.cost.take();
    let Body::Json(members) = &mut answer.body else {
        return;
    };
    let mut add = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    if let Some(balance) = before {
        let cost = cost.unwrap_or_else(Cost::order);
        add("dry_run", true.into());
        add("dry_run_notice", DRY_RUN_NOTICE.into());
        add("credits_charged", 0.into());
        add("credits_would_charge", cost.total().into());
        add("credits_remaining", balance.into());
        add("cost_breakdown", cost.to_json());
    } else if let Some(cost) = cost {
        add("credits_charged", cost.total().into());
        add("credits_remaining", balance(workspace).into());
        add("cost_breakdown", cost.to_json());
    }
}

pub(super) fn refusal(error: &ApiError) -> Answer {
    let code = error.code;
    Answer::refusal(code.status(), code.as_str(), &error.message, &error.details)
}

/// An HTTP response with the headers that every response has.
pub(super) fn respond(answer: &Answer, trail: &Trail, request_id: &str) -> Response {
    let mut response = answer.response();
    let mut set = |name: &'static str, value: &str| add(&mut response, name, value);
    set("x-tokportal-api-version", API_VERSION);
    set("x-tokportal-api-stability", "stable");
    set("x-tokportal-request-id", request_id);
    set("access-control-allow-origin", "*");
    set("cache-control", "no-store");
    let path = trail.operation.map_or("", |operation| operation.path);
    if path.starts_with("/analytics") && answer.status < 400 {
        set("x-tokportal-analytics-contract", analytics::CONTRACT);
    }
    if let Some(admission) = &trail.admission {
        let settings = admission.settings;
        let (size, left) = (settings.bucket_size, admission.level.floor());
        let reset = trail.now.0 / 1000 + settings.seconds_to_refill(size - admission.level);
        set("x-ratelimit-limit", &format!("{size:.0}"));
        set("x-ratelimit-remaining", &format!("{left:.0}"));
        set("x-ratelimit-reset", &reset.to_string());
    }
    if trail.dry_run {
        set(DRY_RUN_HEADER, "true");
    }
    if trail.replayed {
        set("idempotent-replayed", "true");
    }
    response
}

pub(super) fn preflight() -> Answer {
    const HEADERS: [(&str, &str); 3] = [
        (
            "access-control-allow-methods",
            "GET, POST, PUT, PATCH, DELETE",
        ),
        (
            "access-control-allow-headers",
            "authorization, content-type, idempotency-key, x-api-key, x-request-id, x-tokportal-client, x-tokportal-dry-run",
        ),
        ("access-control-max-age", "86400"),
    ];
    let mut answer = Answer::new(204, Body::Empty);
    let headers = HEADERS.map(|(name, value)| (name, value.to_owned()));
    answer.headers.extend(headers);
    answer
}
