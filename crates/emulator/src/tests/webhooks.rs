//! Webhook endpoints, and deliveries that are sent once. The end-to-end tests have signatures and retries.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::world::{Parcel, World};

const HERE: &str = "http://localhost:9900/hook";

/// Registers a receiver and returns its path.
fn register(world: &World, url: &str) -> String {
    let events = ["video.finalized", "bundle.created", "bundle.created"];
    let body = json!({ "url": url, "events": events });
    let endpoint = world.call("POST", "/webhooks", Some(body)).data();
    format!("/webhooks/{}", endpoint["id"].as_str().unwrap())
}

fn sent(world: &World) -> Vec<Parcel> {
    world.receiver.lock().unwrap().post.clone()
}

#[test]
fn retry_on_request_goes_to_the_present_address() {
    let world = World::new();
    let path = register(&world, HERE);
    world.receiver.lock().unwrap().answer = Err("Nothing listens.".into());
    world.order(&[]).data();
    let failures = format!("{path}/deliveries?success=false");
    let failed = world.get(&failures).data()[0].clone();
    assert_eq!(failed["error"], "Nothing listens.");
    let elsewhere = "http://127.0.0.1:9901/new";
    let change = json!({ "url": elsewhere });
    world.call("PATCH", &path, Some(change)).data();
    let id = failed["id"].as_str().unwrap();
    let retry = format!("{path}/deliveries/{id}/retry");
    let queued = world.call("POST", &retry, None).data();
    assert_eq!(queued["success"], Value::Null);
    let post = sent(&world);
    assert_eq!((&*post[1].url, &post[1].body), (elsewhere, &post[0].body));
}

#[test]
fn only_this_computer_is_reached_and_needs_no_tls() {
    let world = World::new();
    for url in ["http://localhost.example.com", "ftp://localhost"] {
        let body = json!({ "url": url, "events": ["bundle.created"] });
        let refused = world.call("POST", "/webhooks", Some(body));
        assert_eq!(refused.refusal().1, "VALIDATION_ERROR", "{url}");
    }
    let public = register(&world, "https://example.com/hook");
    world.order(&[]).data();
    assert!(sent(&world).is_empty());
    let deliveries = world.get(&format!("{public}/deliveries")).data();
    assert_eq!(deliveries[0]["success"], false);
}

#[test]
fn disabled_endpoint_gets_test_events_only() {
    let world = World::new();
    let path = register(&world, HERE);
    let list = |query: &str| world.get(&format!("/webhooks?{query}")).data();
    let events = &list("event=bundle.created&enabled=true")[0]["events"];
    assert_eq!(*events, json!(["bundle.created", "video.finalized"]));
    assert_eq!(list("event=bundle.published"), json!([]));
    let disabled = json!({ "enabled": false });
    world.call("PATCH", &path, Some(disabled)).data();
    world.order(&[]).data();
    assert!(sent(&world).is_empty());
    world.call("POST", &format!("{path}/test"), None).data();
    let header = ("tokportal-event-type", "webhook.test".to_owned());
    assert!(sent(&world)[0].headers.contains(&header));
}

#[test]
fn dry_run_sends_nothing_and_shows_no_secret() {
    let world = World::new();
    let test = format!("{}/test", register(&world, HERE));
    let header = [("x-tokportal-dry-run", "true")];
    let dry = |path, body| world.call_with("POST", path, body, &header).data();
    let body = json!({ "url": HERE, "events": ["bundle.created"] });
    assert_eq!(dry("/webhooks", Some(body)).get("signing_secret"), None);
    dry(&test, None);
    world.get("/me").data();
    assert!(sent(&world).is_empty());
}

#[test]
fn catalogue_without_a_key_has_every_documented_type() {
    let keyless = [("authorization", "")];
    let reply = World::new().call_with("GET", "/webhooks/events", None, &keyless);
    let events = reply.data()["events"].clone();
    let document = include_str!("../../../../static/openapi.json");
    let document: Value = serde_json::from_str(document).unwrap();
    let documented = &document["components"]["schemas"]["WebhookEvent"]["enum"];
    let events = events.as_array().unwrap().iter();
    let types: Value = events.map(|event| event["type"].clone()).collect();
    assert_eq!(types, *documented);
}

#[test]
fn delivery_with_four_instances_is_sent_once() {
    let world = World::new();
    register(&world, HERE);
    let others: Vec<_> = (0..4).map(|_| world.another_instance()).collect();
    std::thread::scope(|scope| {
        for other in &others {
            scope.spawn(move || (0..5).for_each(|_| assert_eq!(other.order(&[]).status(), 201)));
        }
    });
    world.get("/me").data();
    let sent = sent(&world);
    let bodies: BTreeSet<_> = sent.iter().map(|parcel| &parcel.body).collect();
    assert_eq!((sent.len(), bodies.len()), (20, 20));
}
