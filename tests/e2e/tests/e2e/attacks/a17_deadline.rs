//! Attack family 17: slow steps that use up the time of a request before a paid call.

use crate::support::Running;
use crate::support::canned::{Canned, response};
use crate::support::demo_key;
use crate::support::elicitation::{ORDER, accept, call, code, modern, order, question};
use std::time::{Duration, Instant};
use tokio::sync::watch;

const JSON: &str = "200 OK\r\ncontent-type: application/json";

/// Whether this is the preview of an order.
fn is_preview(request: &str) -> bool {
    request.to_lowercase().contains("x-tokportal-dry-run: true")
}

/// A11: a host ends a request after 60 seconds. A preview that took 28 of them, and a call that took 30, left an order
/// that was charged and never told. So the preview ends early enough, and the order is not sent.
#[tokio::test]
async fn preview_that_is_slow_leaves_no_paid_call_untold() {
    let (open, gate) = watch::channel(true);
    let mut api = Canned::behind(gate, is_preview, |request| {
        if is_preview(request) {
            let body =
                br#"{"data":{},"dry_run":true,"credits_charged":0,"credits_would_charge":32}"#;
            response(JSON, body)
        } else {
            response(JSON, br#"{"data":{"id":"order"},"credits_charged":32}"#)
        }
    })
    .await;
    let app = Running::sharing_instances(&api.url).await;
    let (_, state) = question(&call(&app, ORDER, order()).await);
    open.send(false).expect("the API runs");
    let started_at = Instant::now();
    let answer = modern(&app, &demo_key(), ORDER, order(), accept(&state)).await;
    assert_eq!(code(&answer), "UPSTREAM_TIMEOUT", "{answer}");
    // The limit of a preview is 15 seconds, and that of other calls 30.
    assert!(started_at.elapsed() < Duration::from_secs(25));
    let error = &answer["result"]["structuredContent"]["error"];
    assert_eq!(error["retryable"], true, "{answer}");
    let message = error["message"].as_str().expect("text");
    assert!(
        message.contains("Nothing was done and nothing was charged"),
        "{message}"
    );
    let orders = |requests: Vec<String>| {
        let is_order = |one: &&String| one.starts_with("POST ") && !is_preview(one);
        requests.iter().filter(is_order).count()
    };
    assert_eq!(orders(api.seen()), 0, "no order was sent");
    // The yes is not used up.
    open.send(true).expect("the API runs");
    let answer = modern(&app, &demo_key(), ORDER, order(), accept(&state)).await;
    assert!(answer["result"]["isError"].is_null(), "{answer}");
    assert_eq!(orders(api.seen()), 1);
}
