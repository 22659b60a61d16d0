//! Large uploads at once: the host limits the memory of an instance, so they wait for each other.

use super::api;
use crate::support::{Running, demo_key, json_of};
use futures::future::join_all;
use serde_json::Value;

const BOUNDARY: &str = "boundary-of-the-form";

/// A form with an image of this size for an order.
fn form(bundle: &str, size: usize) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=bundle_id\r\n\r\n{bundle}\r\n\
         --{BOUNDARY}\r\ncontent-disposition: form-data; name=file; filename=a.png\r\ncontent-type: image/png\r\n\r\n"
    );
    let tail = format!("\r\n--{BOUNDARY}--\r\n");
    [head.as_bytes(), &vec![7; size], tail.as_bytes()].concat()
}

#[tokio::test]
async fn eight_uploads_of_15_mb_in_parallel_are_all_stored() {
    const SIZE: usize = 15_000_000;
    let app = Running::start().await;
    let bundles = api(&app, "GET", "/bundles", Value::Null).await;
    let form = form(bundles[0]["id"].as_str().expect("an id"), SIZE);
    let uploads = (0..8).map(async |_| {
        let media_type = format!("multipart/form-data; boundary={BOUNDARY}");
        let upload = app.request("POST", "/emulator/api/ext/upload/image/direct");
        let upload = upload.header("x-api-key", demo_key());
        let upload = upload.header("content-type", media_type);
        json_of(upload.body(form.clone()).send().await.expect("an answer")).await
    });
    for (status, answer) in join_all(uploads).await {
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["data"]["size_bytes"], SIZE);
    }
}
