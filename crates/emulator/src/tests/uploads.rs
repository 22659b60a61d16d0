//! Uploads: signed links, files in a form, and images from links.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::world::{Reply, World};
use crate::people::{demo_key, second_key};

fn bundle_id(world: &World) -> String {
    let bundles = world.get("/bundles").data();
    bundles[0]["id"].as_str().unwrap().to_owned()
}

fn send(world: &World, method: &str, url: &Value, media_type: &str, body: &[u8]) -> Reply {
    let request = Request::builder().method(method).uri(url.as_str().unwrap());
    let request = request.header("content-type", media_type);
    Reply(world.send(request.body(Bytes::copy_from_slice(body)).unwrap()))
}

fn read(world: &World, data: &Value) -> Reply {
    send(world, "GET", &data["public_url"], "", b"")
}

/// Sends a video for an order in a form.
fn form(world: &World, bundle: &str, content: &str, boundary: &str) -> Reply {
    let file = ("name=file; filename=clip.MOV", content);
    let parts = [file, ("name=bundle_id", bundle)];
    let (path, key) = ("/upload/video/direct", [("idempotency-key", "k")]);
    world.form(boundary, path, &parts, &key)
}

#[test]
fn signed_link_takes_the_announced_bytes_and_serves_them() {
    let world = World::new();
    let (name, id) = ("../My pic.png", bundle_id(&world));
    let body = json!({ "filename": name, "content_type": "image/png", "bundle_id": id });
    let simulated = [("x-tokportal-dry-run", "true")];
    let simulated = world.call_with("POST", "/upload/image", Some(body.clone()), &simulated);
    let data = world.call("POST", "/upload/image", Some(body)).data();
    let (upload, public) = (&data["upload_url"], &data["public_url"]);
    assert!(public.as_str().unwrap().ends_with("-Mypic.png"), "{data}");
    assert_eq!(read(&world, &data).status(), 404);
    let replaced = |from: &str, to: &str| json!(upload.as_str().unwrap().replace(from, to));
    for (url, media_type) in [
        (upload, "text/html"),
        (public, "image/png"),
        (&replaced("Mypic", "Other"), "image/png"),
        (&replaced("?token=", "?token=9"), "image/png"),
        (&simulated.data()["upload_url"], "image/png"),
    ] {
        let refused = send(&world, "PUT", url, media_type, b"bytes");
        assert_eq!(refused.status(), 403, "{url}");
    }
    let put = |bytes: &[u8]| send(&world, "PUT", upload, "image/png", bytes).status();
    assert_eq!((put(b""), put(&vec![0; (20 << 20) + 1])), (400, 413));
    assert_eq!(put(b"\xff\x00png"), 200);
    let served = read(&world, &data);
    assert_eq!(served.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(served.0.body().as_ref(), b"\xff\x00png");
    world.control("/clock", json!({ "advance_seconds": 15 * 60 }));
    assert_eq!(put(b"late"), 403);
}

#[test]
fn links_are_for_media_and_for_own_orders() {
    let world = World::new();
    let own = bundle_id(&world);
    let link = |path: &str, media_type: &str, key: &str| {
        let body = json!({ "filename": "a", "content_type": media_type, "bundle_id": own });
        let (path, key) = (format!("/upload/{path}"), [("x-api-key", key)]);
        world.call_with("POST", &path, Some(body), &key).refusal().1
    };
    for (path, media_type) in [("image", "image/svg+xml"), ("video", "video/")] {
        assert_eq!(link(path, media_type, &demo_key()), "VALIDATION_ERROR");
    }
    let foreign = link("image", "image/png", &second_key());
    assert_eq!(foreign, "BUNDLE_NOT_OWNED");
}

#[test]
fn file_in_a_form_is_stored_and_replayed() {
    let world = World::new();
    let id = bundle_id(&world);
    let first = form(&world, &id, "moving pictures", "a").data();
    assert_eq!(first["content_type"], "video/quicktime");
    assert_eq!(read(&world, &first).0.body().as_ref(), b"moving pictures");
    let again = form(&world, &id, "moving pictures", "b");
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(form(&world, &id, "other pictures", "a").status(), 409);
}

#[test]
fn image_from_a_public_link_is_one_pixel() {
    let world = World::new();
    let id = bundle_id(&world);
    let from = |url: &str| {
        let body = json!({ "url": url, "bundle_id": id });
        world.call("POST", "/upload/image/from-url", Some(body))
    };
    let stored = from("https://cdn.example.com/a/b.jpg?w=1").data();
    assert_eq!(stored["content_type"], "image/png");
    assert!(read(&world, &stored).0.body().starts_with(b"\x89PNG"));
    for url in "localhost/a.png 127.0.0.1/a.png [::1]/a.png a.com/a.pdf a.com/a.heic".split(' ') {
        assert_eq!(from(&format!("http://{url}")).status(), 400, "{url}");
    }
}
