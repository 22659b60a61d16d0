//! Uploads: signed links, inline files, and links to images.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::document::assert_documented;
use super::flow::Flow;
use super::world::Reply;
use crate::people::{demo_key, second_key};

const UNKNOWN: &str = "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b";

fn bundle_id(flow: &Flow) -> String {
    flow.get("/bundles")[0]["id"].as_str().unwrap().to_owned()
}

fn send(flow: &Flow, method: &str, url: &str, content_type: &str, body: &[u8]) -> Reply {
    let request = Request::builder()
        .method(method)
        .uri(url)
        .header("content-type", content_type)
        .body(Bytes::copy_from_slice(body))
        .unwrap();
    Reply(flow.world.send(request))
}

/// Sends a form with a file.
fn form(flow: &Flow, path: &str, headers: &[(&str, &str)], parts: &[(&str, &str)]) -> Reply {
    bounded_form(flow, path, headers, parts, "x")
}

fn bounded_form(
    flow: &Flow,
    path: &str,
    headers: &[(&str, &str)],
    parts: &[(&str, &str)],
    boundary: &str,
) -> Reply {
    let mut body = String::new();
    for (head, content) in parts {
        body +=
            &format!("--{boundary}\r\ncontent-disposition: form-data; {head}\r\n\r\n{content}\r\n");
    }
    body += &format!("--{boundary}--\r\n");
    let mut request = Request::post(format!("http://localhost:3000/api/ext{path}"))
        .header("x-api-key", demo_key())
        .header(
            "content-type",
            format!("multipart/form-data; boundary={boundary}"),
        );
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let reply = Reply(flow.world.send(request.body(body.into()).unwrap()));
    assert_documented(path, "POST", &reply);
    reply
}

fn link(flow: &Flow, body: Value) -> Value {
    flow.call("POST", "/upload/image", Some(body)).data()
}

#[test]
fn a_signed_link_takes_the_announced_bytes_and_serves_them() {
    let flow = Flow::new();
    let body = json!({
        "filename": "../My pic.png", "content_type": "image/png", "bundle_id": bundle_id(&flow),
    });
    let data = link(&flow, body);
    let (upload, public) = (
        data["upload_url"].as_str().unwrap(),
        data["public_url"].as_str().unwrap(),
    );
    assert!(upload.contains(data["token"].as_str().unwrap()));
    assert!(
        public.ends_with(data["storage_path"].as_str().unwrap()),
        "{public}"
    );
    assert!(public.ends_with("-Mypic.png"), "{public}");
    assert_eq!(send(&flow, "GET", public, "", b"").status(), 404);
    // Another type, another path, no token, a changed token.
    let last = if upload.ends_with('0') { '1' } else { '0' };
    let changed = format!("{}{last}", &upload[..upload.len() - 1]);
    let other = upload.replace("Mypic", "Other");
    for (url, media_type) in [
        (upload, "text/html"),
        (&*other, "image/png"),
        (public, "image/png"),
        (&*changed, "image/png"),
    ] {
        let refused = send(&flow, "PUT", url, media_type, b"bytes");
        assert_eq!(refused.status(), 403, "{url}");
    }
    assert_eq!(send(&flow, "PUT", upload, "image/png", b"").status(), 400);
    let large = vec![0; (20 << 20) + 1];
    assert_eq!(
        send(&flow, "PUT", upload, "image/png", &large).status(),
        413
    );
    assert_eq!(
        send(&flow, "PUT", upload, "image/png", b"\xff\x00png").status(),
        200
    );
    let served = send(&flow, "GET", public, "", b"");
    assert_eq!(served.header("content-type"), Some("image/png"));
    assert_eq!(served.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(served.0.body().as_ref(), b"\xff\x00png");
    flow.world
        .control("/clock", json!({ "advance_seconds": 15 * 60 }));
    assert_eq!(
        send(&flow, "PUT", upload, "image/png", b"late").status(),
        403
    );
}

#[test]
fn a_link_of_a_dry_run_opens_nothing() {
    let flow = Flow::new();
    let body = json!({ "filename": "a.mp4", "bundle_id": bundle_id(&flow) });
    let dry = [("x-tokportal-dry-run", "true")];
    let reply = flow.call_with("POST", "/upload/video", Some(body.clone()), &dry);
    let url = reply.data()["upload_url"].as_str().unwrap().to_owned();
    flow.call("POST", "/upload/video", Some(body)).data();
    assert_eq!(send(&flow, "PUT", &url, "video/mp4", b"x").status(), 403);
}

#[test]
fn links_are_for_media_and_for_own_orders() {
    let flow = Flow::new();
    let own = bundle_id(&flow);
    let body = |name: &str, kind: &str, bundle: &str| json!({ "filename": name, "content_type": kind, "bundle_id": bundle });
    let refused = |path: &str, body: Value| flow.call("POST", path, Some(body)).refusal();
    for (name, kind) in [("a.svg", "image/svg+xml"), ("a.html", "text/html")] {
        assert_eq!(
            refused("/upload/image", body(name, kind, &own)),
            (400, "VALIDATION_ERROR".into())
        );
    }
    assert_eq!(
        refused("/upload/video", body("a.mp4", "video/", &own)),
        (400, "VALIDATION_ERROR".into())
    );
    assert_eq!(
        refused("/upload/video", body("a.mp4", "video/mp4", UNKNOWN)),
        (404, "BUNDLE_NOT_FOUND".into())
    );
    let foreign = flow.call_with(
        "POST",
        "/upload/video",
        Some(body("a.mp4", "video/mp4", &own)),
        &[("x-api-key", &second_key())],
    );
    assert_eq!(foreign.refusal(), (403, "BUNDLE_NOT_OWNED".into()));
    let keyed = [("idempotency-key", "k")];
    let keyed = flow.call_with(
        "POST",
        "/upload/image",
        Some(body("a.png", "image/png", &own)),
        &keyed,
    );
    assert_eq!(
        keyed.refusal(),
        (
            400,
            "IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE".into()
        )
    );
}

#[test]
fn an_inline_file_is_stored_and_replayed() {
    let flow = Flow::new();
    let id = bundle_id(&flow);
    let file = "name=\"file\"; filename=\"clip.MOV\"\r\ncontent-type: application/octet-stream";
    let parts = [(file, "moving pictures"), ("name=\"bundle_id\"", &*id)];
    let dry = form(
        &flow,
        "/upload/video/direct",
        &[("x-tokportal-dry-run", "true")],
        &parts,
    )
    .data();
    let key = [("idempotency-key", "clip")];
    let first = form(&flow, "/upload/video/direct", &key, &parts).data();
    assert_eq!(
        (
            &first["content_type"],
            &first["size_bytes"],
            &first["filename"]
        ),
        (&json!("video/quicktime"), &json!(15), &json!("clip.MOV"))
    );
    let again = bounded_form(&flow, "/upload/video/direct", &key, &parts, "another");
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let other = [(file, "other pictures"), parts[1]];
    let conflict = form(&flow, "/upload/video/direct", &key, &other).refusal();
    assert_eq!(conflict, (409, "IDEMPOTENCY_KEY_CONFLICT".into()));
    let read = |url: &Value| send(&flow, "GET", url.as_str().unwrap(), "", b"");
    assert_eq!(
        read(&first["public_url"]).0.body().as_ref(),
        b"moving pictures"
    );
    assert_eq!(read(&dry["public_url"]).status(), 404);

    let picture = "name=\"file\"; filename=\"me.jpg\"\r\ncontent-type: image/jpeg";
    let image = [
        (picture, "still"),
        ("name=\"bundle_id\"", &*id),
        ("name=\"purpose\"", "profile_picture"),
    ];
    let stored = form(&flow, "/upload/image/direct", &[], &image).data();
    assert!(stored["storage_path"].as_str().unwrap().starts_with(&id));
    for (parts, code) in [
        (&image[..1], "VALIDATION_ERROR"),
        (&image[1..], "VALIDATION_ERROR"),
        (&parts[..], "VALIDATION_ERROR"),
        (
            &[image[0], ("name=\"bundle_id\"", UNKNOWN)][..],
            "BUNDLE_NOT_FOUND",
        ),
    ] {
        let refused = form(&flow, "/upload/image/direct", &[], parts);
        assert_eq!(refused.refusal().1, code);
    }
}

#[test]
fn a_picture_stands_for_an_image_on_the_web() {
    let flow = Flow::new();
    let id = bundle_id(&flow);
    let body = |url: &str| Some(json!({ "url": url, "bundle_id": id }));
    let path = "/upload/image/from-url";
    let stored = flow
        .call("POST", path, body("https://cdn.example.com/a/b.jpg?w=1"))
        .data();
    assert_eq!(stored["content_type"], "image/png");
    let served = send(
        &flow,
        "GET",
        stored["public_url"].as_str().unwrap(),
        "",
        b"",
    );
    assert!(served.0.body().starts_with(b"\x89PNG"));
    for url in [
        "http://localhost/a.png",
        "http://127.0.0.1/a.png",
        "http://192.168.1.1/a.png",
        "http://[::1]/a.png",
        "https://media.invalid/a.png",
        "file:///a.png",
        "https://example.com/a.pdf",
    ] {
        let refused = flow.call("POST", path, body(url));
        assert_eq!(refused.refusal(), (400, "VALIDATION_ERROR".into()), "{url}");
    }
}
