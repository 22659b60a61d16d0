//! Webhooks of the emulator: an endpoint is registered, an event happens, and a receiver on this computer is called.

use super::{api, control};
use crate::support::Running;
use crate::support::canned::{Canned, response};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A receiver that answers 200 or 500, as a switch says.
struct Receiver {
    server: Canned,
    works: Arc<AtomicBool>,
}

impl Receiver {
    async fn start(works: bool) -> Self {
        let works = Arc::new(AtomicBool::new(works));
        let flag = Arc::clone(&works);
        let server = Canned::by(move |_| {
            let head = if flag.load(Ordering::Relaxed) {
                "200 OK"
            } else {
                "500 Internal Server Error"
            };
            response(head, b"")
        });
        Self {
            server: server.await,
            works,
        }
    }
}

async fn pass(app: &Running, seconds: u64) {
    control(app, "/clock", json!({ "advance_seconds": seconds })).await;
}

/// Registers the receiver: the path of the endpoint and its signing secret.
async fn register(app: &Running, receiver: &Receiver, event: &str) -> (String, String) {
    let url = format!("{}/hook", receiver.server.url);
    let endpoint = api(
        app,
        "POST",
        "/webhooks",
        json!({ "url": url, "events": [event] }),
    )
    .await;
    (
        format!("/webhooks/{}", endpoint["id"].as_str().expect("an id")),
        endpoint["signing_secret"]
            .as_str()
            .expect("a secret")
            .to_owned(),
    )
}

async fn order(app: &Running) -> String {
    let body = json!({ "bundle_type": "account_only", "country": "FR" });
    let bundle = api(app, "POST", "/bundles", body).await;
    bundle["id"].as_str().expect("an id").to_owned()
}

/// Verifies the signature as documented: the event id of the headers, and the body.
fn verified(request: &str, secret: &str) -> (String, Value) {
    let (head, body) = request.split_once("\r\n\r\n").expect("a body");
    let header = |name: &str| {
        head.lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_owned())
            .unwrap_or_else(|| panic!("no {name} in {head}"))
    };
    let signature = header("tokportal-signature");
    let (t, v1) = signature
        .strip_prefix("t=")
        .and_then(|rest| rest.split_once(",v1="))
        .expect("t and v1");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(format!("{t}.{body}").as_bytes());
    let hex: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(v1, hex);
    let event: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(header("tokportal-event-id"), event["id"]);
    assert_eq!(header("tokportal-event-type"), event["type"]);
    (header("tokportal-event-id"), event)
}

#[tokio::test]
async fn event_is_delivered_with_a_valid_signature() {
    let app = Running::start().await;
    let mut receiver = Receiver::start(true).await;
    let (path, secret) = register(&app, &receiver, "bundle.created").await;
    let bundle = order(&app).await;
    let seen = receiver.server.seen();
    assert_eq!(seen.len(), 1);
    let (id, event) = verified(&seen[0], &secret);
    assert_eq!(event["type"], "bundle.created");
    assert_eq!(event["data"]["bundle_id"], bundle);
    let rows = api(&app, "GET", &format!("{path}/deliveries"), Value::Null).await;
    assert_eq!(
        (
            &rows[0]["event_id"],
            &rows[0]["success"],
            &rows[0]["status_code"]
        ),
        (&json!(id), &json!(true), &json!(200))
    );
}

#[tokio::test]
async fn events_of_the_clock_are_delivered_with_the_clock() {
    let app = Running::start().await;
    let mut receiver = Receiver::start(true).await;
    let (_, secret) = register(&app, &receiver, "account.in_review").await;
    let bundle = order(&app).await;
    let profile = json!({
        "username": "a.b", "visible_name": "A", "biography": "B",
        "profile_picture_url": "profile-pictures/a.jpg",
    });
    api(&app, "PUT", &format!("/bundles/{bundle}/account"), profile).await;
    api(
        &app,
        "POST",
        &format!("/bundles/{bundle}/publish"),
        Value::Null,
    )
    .await;
    assert!(receiver.server.seen().is_empty());
    pass(&app, 26 * 3600).await;
    let events: Vec<Value> = receiver
        .server
        .seen()
        .iter()
        .map(|request| verified(request, &secret).1)
        .collect();
    assert!(
        events
            .iter()
            .any(|event| event["data"]["bundle_id"] == bundle),
        "{events:?}"
    );
}

#[tokio::test]
async fn failing_receiver_is_retried_by_clock_and_on_request() {
    let app = Running::start().await;
    let mut receiver = Receiver::start(false).await;
    let (path, secret) = register(&app, &receiver, "bundle.created").await;
    let deliveries = format!("{path}/deliveries");
    order(&app).await;
    let first = receiver.server.seen();
    assert_eq!(first.len(), 1);
    let rows = api(&app, "GET", &deliveries, Value::Null).await;
    assert_eq!(
        (&rows[0]["success"], &rows[0]["status_code"]),
        (&json!(false), &json!(500))
    );

    // No retry before the first pause, one after each pause, and none after the last.
    pass(&app, 30).await;
    assert!(receiver.server.seen().is_empty());
    let (id, event) = verified(&first[0], &secret);
    for seconds in [31, 300, 1_800, 7_200, 43_200] {
        pass(&app, seconds).await;
        let again = receiver.server.seen();
        assert_eq!(again.len(), 1, "after {seconds} s");
        assert_eq!(verified(&again[0], &secret), (id.clone(), event.clone()));
    }
    pass(&app, 864_000).await;
    assert!(receiver.server.seen().is_empty());

    receiver.works.store(true, Ordering::Relaxed);
    let delivery = rows[0]["id"].as_str().expect("an id");
    let retry = format!("{deliveries}/{delivery}/retry");
    api(&app, "POST", &retry, Value::Null).await;
    assert_eq!(
        verified(&receiver.server.seen().remove(0), &secret),
        (id, event)
    );
    let rows = api(&app, "GET", &deliveries, Value::Null).await;
    assert_eq!(
        (rows.as_array().map(Vec::len), &rows[0]["success"]),
        (Some(1), &json!(true))
    );
    pass(&app, 864_000).await;
    assert!(receiver.server.seen().is_empty());
}
