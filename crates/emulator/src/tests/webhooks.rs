//! Webhook endpoints, and deliveries that are signed and sent once.

use serde_json::{Value, json};

use super::flow::Flow;
use crate::resources::webhooks::signature;

const HERE: &str = "http://localhost:9900/hook";

/// Registers a receiver and answers its path and its secret.
fn register(flow: &Flow, events: &[&str]) -> (String, String) {
    let body = json!({ "url": HERE, "events": events, "description": "Mine" });
    let endpoint = flow.call("POST", "/webhooks", Some(body)).data();
    let secret = endpoint["signing_secret"].as_str().unwrap().to_owned();
    assert!(
        secret.starts_with("whsec_") && secret.len() > 38,
        "{secret}"
    );
    (
        format!("/webhooks/{}", endpoint["id"].as_str().unwrap()),
        secret,
    )
}

#[test]
fn an_event_is_sent_once_with_a_signature() {
    let flow = Flow::new();
    let (path, secret) = register(&flow, &["bundle.created"]);
    flow.order(0, &json!({}));
    let post = flow.world.receiver.lock().unwrap().post.clone();
    assert_eq!(post.len(), 1);
    let header = |name: &str| {
        let found = post[0].headers.iter().find(|(header, _)| *header == name);
        found.unwrap().1.clone()
    };
    let event: Value = serde_json::from_str(&post[0].body).unwrap();
    assert_eq!(post[0].url, HERE);
    assert_eq!(
        (&event["type"], &event["api_version"]),
        (&json!("bundle.created"), &json!("2026-05-25"))
    );
    assert_eq!(header("tokportal-event-id"), event["id"].as_str().unwrap());
    assert_eq!(header("tokportal-event-type"), "bundle.created");
    let signed = header("tokportal-signature");
    let seconds: i64 = signed[2..].split(',').next().unwrap().parse().unwrap();
    assert_eq!(seconds, super::world::START / 1000);
    assert_eq!(signed, signature(&secret, seconds, &post[0].body));
    assert_ne!(signed, signature("whsec_other", seconds, &post[0].body));

    flow.get("/me");
    assert_eq!(flow.world.receiver.lock().unwrap().post.len(), 1);
    let deliveries = flow.get(&format!("{path}/deliveries?success=true"));
    assert_eq!(
        (&deliveries[0]["status_code"], &deliveries[0]["event_id"]),
        (&json!(200), &event["id"])
    );
    assert_eq!(flow.get(&path).get("signing_secret"), None);
}

#[test]
fn the_signature_is_the_one_that_clients_compute() {
    // Computed with OpenSSL: printf '1.{}' | openssl dgst -sha256 -hmac whsec_test
    assert_eq!(
        signature("whsec_test", 1, "{}"),
        "t=1,v1=7500d5d4be4b3ef07af1fe56f7d522d135cdaa7530de557e67cc1049c52de094"
    );
}

#[test]
fn a_failed_delivery_is_sent_again_to_the_present_address() {
    let flow = Flow::new();
    let (path, _) = register(&flow, &["bundle.created"]);
    flow.world.receiver.lock().unwrap().answer = Err("Nobody there.".into());
    flow.order(0, &json!({}));
    let failed = flow.get(&format!("{path}/deliveries?success=false"));
    assert_eq!(failed[0]["error"], "Nobody there.");
    let elsewhere = json!({ "url": "http://127.0.0.1:9901/new" });
    flow.call("PATCH", &path, Some(elsewhere)).data();
    flow.world.receiver.lock().unwrap().answer = Ok(204);
    let id = failed[0]["id"].as_str().unwrap();
    let again = flow.post(&format!("{path}/deliveries/{id}/retry")).data();
    assert_eq!(again["event_id"], failed[0]["event_id"]);
    let post = flow.world.receiver.lock().unwrap().post.clone();
    assert_eq!(post.len(), 2);
    assert_eq!(
        (&post[0].body, &*post[1].url),
        (&post[1].body, "http://127.0.0.1:9901/new")
    );
    let rows = flow.get(&format!("{path}/deliveries"));
    assert_eq!(
        (rows.as_array().unwrap().len(), &rows[0]["status_code"]),
        (1, &json!(204))
    );
    assert_eq!(rows[0]["success"], true);
    let unknown = "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b";
    let unknown = flow.post(&format!("{path}/deliveries/{unknown}/retry"));
    assert_eq!(unknown.refusal(), (404, "NOT_FOUND".into()));
}

#[test]
fn only_this_computer_is_reached_and_only_it_may_do_without_tls() {
    let flow = Flow::new();
    let body = |url: &str| json!({ "url": url, "events": ["bundle.created"] });
    for url in [
        "http://example.com/hook",
        "http://localhost.example.com/hook",
        "http://127.0.0.1.example.com/",
        "ftp://localhost/",
        "no link",
    ] {
        let refused = flow.call("POST", "/webhooks", Some(body(url)));
        assert_eq!(refused.refusal(), (400, "VALIDATION_ERROR".into()), "{url}");
    }
    let public = flow
        .call("POST", "/webhooks", Some(body("https://example.com/hook")))
        .data();
    flow.order(0, &json!({}));
    assert!(flow.world.receiver.lock().unwrap().post.is_empty());
    let path = format!("/webhooks/{}/deliveries", public["id"].as_str().unwrap());
    assert_eq!(flow.get(&path)[0]["success"], false);
}

#[test]
fn endpoints_are_listed_changed_paused_and_removed() {
    let flow = Flow::new();
    let (path, _) = register(
        &flow,
        &["video.finalized", "bundle.created", "bundle.created"],
    );
    assert_eq!(
        flow.get("/webhooks?event=bundle.created&enabled=true")[0]["events"],
        json!(["bundle.created", "video.finalized"])
    );
    assert_eq!(flow.get("/webhooks?enabled=false"), json!([]));
    let change = json!({ "enabled": false, "description": null });
    let changed = flow.call("PATCH", &path, Some(change)).data();
    assert_eq!(
        (&changed["enabled"], &changed["description"]),
        (&json!(false), &Value::Null)
    );
    flow.order(0, &json!({}));
    assert_eq!(flow.get(&format!("{path}/deliveries")), json!([]));
    let test = flow.post(&format!("{path}/test")).data();
    assert_eq!(test["event_type"], "webhook.test");
    let sent = flow.get(&format!("{path}/deliveries?event_type=webhook.test"));
    assert_eq!(sent[0]["success"], true);
    for events in [json!([]), json!(["bundle.exploded"])] {
        let refused = flow.call("PATCH", &path, Some(json!({ "events": events })));
        assert_eq!(refused.refusal(), (400, "VALIDATION_ERROR".into()));
    }
    let removed = flow.world.call("DELETE", &path, None);
    assert_eq!((removed.status(), removed.0.body().len()), (204, 0));
    assert_eq!(
        flow.call("GET", &path, None).refusal(),
        (404, "NOT_FOUND".into())
    );
    assert_eq!(flow.get("/webhooks"), json!([]));
}

#[test]
fn a_dry_run_neither_sends_nor_shows_a_secret() {
    let flow = Flow::new();
    let (path, _) = register(&flow, &["bundle.created"]);
    let dry = [("x-tokportal-dry-run", "true")];
    let body = json!({ "url": HERE, "events": ["bundle.created"] });
    let simulated = flow.call_with("POST", "/webhooks", Some(body), &dry);
    assert_eq!(simulated.data().get("signing_secret"), None);
    flow.call_with("POST", &format!("{path}/test"), None, &dry)
        .data();
    let removed = flow.call_with("DELETE", &path, None, &dry);
    assert_eq!(
        (removed.status(), &removed.json()["dry_run"]),
        (200, &json!(true))
    );
    assert_eq!(flow.get("/webhooks").as_array().unwrap().len(), 1);
    assert!(flow.world.receiver.lock().unwrap().post.is_empty());
}

#[test]
fn the_catalogue_needs_no_key_and_knows_every_type() {
    let flow = Flow::new();
    let reply = flow.call_with("GET", "/webhooks/events", None, &[("authorization", "")]);
    let data = reply.data();
    let events = data["events"].as_array().unwrap();
    let document: Value =
        serde_json::from_str(include_str!("../../../../static/openapi.json")).unwrap();
    let documented = &document["components"]["schemas"]["WebhookEvent"]["enum"];
    let names: Vec<Value> = events.iter().map(|event| event["type"].clone()).collect();
    assert_eq!(json!(names), *documented);
    assert_eq!(names.len(), 34);
    assert!(
        events
            .iter()
            .all(|event| event["example"] != json!({}) && event["schema"]["type"] == "object")
    );
}

#[test]
fn two_instances_do_not_send_a_delivery_twice() {
    let flow = Flow::new();
    register(&flow, &["bundle.created"]);
    let others: Vec<_> = (0..4).map(|_| flow.world.another_instance()).collect();
    std::thread::scope(|scope| {
        for other in &others {
            scope.spawn(move || {
                for _ in 0..5 {
                    let body = json!({ "bundle_type": "account_only", "country": "FR" });
                    other.call("POST", "/bundles", Some(body)).data();
                }
            });
        }
    });
    flow.get("/me");
    let post = flow.world.receiver.lock().unwrap().post.clone();
    let mut bodies: Vec<String> = post.into_iter().map(|parcel| parcel.body).collect();
    bodies.sort();
    let sent = bodies.len();
    bodies.dedup();
    assert_eq!((sent, bodies.len()), (20, 20));
}
