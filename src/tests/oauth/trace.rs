//! The trace of a browser's request goes on to the portal, and never to the host of a client's document.

use super::world::{Browser, CALLBACK, World, authorize, location};
use bytes::Bytes;
use http::Request;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn traced(path: &str, browser: &Browser) -> Request<Bytes> {
    Request::get(path)
        .header("cookie", browser.cookies.join("; "))
        .header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01"))
        .header("tracestate", "vendor=1")
        .body(Bytes::new())
        .expect("a request")
}

#[test]
fn trace_goes_to_the_portal_and_not_to_document_hosts() {
    let world = World::new();
    let url = "https://trace.example/client.json";
    let document = format!(
        r#"{{"client_id":"{url}","client_name":"App","redirect_uris":["{CALLBACK}"],"token_endpoint_auth_method":"none"}}"#
    );
    world
        .documents
        .borrow_mut()
        .insert(url.to_owned(), document);
    let mut browser = Browser::default();
    let start = authorize(url, &[]);
    let reply = browser.get(&world, &start);
    let callback = world.portal.sign_in(&location(&reply));
    world.app.host.sent.borrow_mut().clear();
    assert_eq!(world.send(traced(&callback, &browser)).status(), 303);
    // Another client, so that its document is fetched within the trace.
    let other = "https://other-trace.example/client.json";
    world.send(traced(&authorize(other, &[]), &browser));

    let sent = world.app.host.sent.borrow();
    let mut portal = 0;
    let mut foreign = 0;
    for request in sent.iter() {
        let parent = request.headers().get("traceparent");
        match request.uri().host() {
            Some("portal.example") => {
                portal += 1;
                let parent = parent.expect("the trace").to_str().expect("ASCII");
                assert!(parent.starts_with(&format!("00-{TRACE}-")), "{parent}");
                assert!(!parent.contains("00f067aa0ba902b7"), "{parent}");
                assert_eq!(request.headers()["tracestate"], "vendor=1");
            }
            _ => {
                foreign += 1;
                assert_eq!(parent, None, "{}", request.uri());
                assert!(!request.headers().contains_key("tracestate"));
            }
        }
    }
    assert!(portal > 0 && foreign > 0, "{portal} {foreign}");
}
