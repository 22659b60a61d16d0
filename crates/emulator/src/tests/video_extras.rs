//! CSV import and ad codes.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::document::assert_documented;
use super::flow::{Flow, day};
use super::world::Reply;
use crate::people::{demo_key, demo_read_key, second_key};

const FORM: &str = "/bundles/{id}/videos/import-csv";

fn import(flow: &Flow, bundle: &str, csv: &str, auto_publish: Option<&str>) -> Reply {
    import_with(
        flow,
        bundle,
        csv.as_bytes(),
        auto_publish,
        &demo_key(),
        false,
    )
}

fn import_with(
    flow: &Flow,
    bundle: &str,
    csv: &[u8],
    auto_publish: Option<&str>,
    key: &str,
    dry_run: bool,
) -> Reply {
    let mut form = b"--x1\r\ncontent-disposition: form-data; name=\"file\"; filename=\"v.csv\"\r\ncontent-type: text/csv\r\n\r\n".to_vec();
    form.extend(csv);
    if let Some(text) = auto_publish {
        form.extend(
            format!(
                "\r\n--x1\r\ncontent-disposition: form-data; name=\"auto_publish\"\r\n\r\n{text}"
            )
            .bytes(),
        );
    }
    form.extend(b"\r\n--x1--\r\n");
    let mut request = Request::post(format!(
        "http://localhost:3000/api/ext{bundle}/videos/import-csv"
    ))
    .header("x-api-key", key)
    .header("content-type", "multipart/form-data; boundary=x1");
    if dry_run {
        request = request.header("x-tokportal-dry-run", "true");
    }
    let reply = Reply(flow.world.send(request.body(Bytes::from(form)).unwrap()));
    assert_documented(FORM, "POST", &reply);
    reply
}

#[test]
fn rows_of_a_file_fill_slots() {
    let flow = Flow::new();
    let bundle = flow.order(5, &json!({}));
    let (near, far) = (day(1), day(4));
    let csv = format!(
        "\u{feff}position,video_type,description,target_publish_date,video_url,carousel_images,tiktok_sound_url,disclose_as_ads,volume_added_sound\r\n\
         2,video,\"Two, with a comma\nand a line\",{far},https://m.example/2.mp4,,,TRUE,40\r\n\
         ,,,,,,,,\r\n\
         3,video,Too soon,{near},https://m.example/3.mp4,,,,\r\n\
         ,carousel,Next free,{far},,a.jpg; b.jpg,https://m.example/s,,\r\n\
         9,video,No slot,{far},https://m.example/9.mp4,,,,\r\n\
         4,reel,Wrong kind,{far},https://m.example/4.mp4,,,,\r\n"
    );
    let reply = import(&flow, &bundle, &csv, None).json();
    let data = &reply["data"];
    assert_eq!(
        (
            &data["imported"],
            &data["skipped"],
            &reply["credits_charged"]
        ),
        (&json!(2), &json!(4), &json!(1))
    );
    let errors: Vec<(i64, &str)> = data["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| {
            let code = e["message"].as_str().unwrap().split(':').next().unwrap();
            (e["row"].as_i64().unwrap(), code)
        })
        .collect();
    assert_eq!(
        errors,
        [
            (4, "INVALID_DATE"),
            (6, "VIDEO_NOT_FOUND"),
            (7, "VALIDATION_ERROR")
        ]
    );
    let slot = flow.get(&format!("{bundle}/videos/2"));
    assert_eq!(slot["description"], "Two, with a comma\nand a line");
    let carousel = flow.get(&format!("{bundle}/videos/1"));
    assert_eq!(carousel["carousel_images"], json!(["a.jpg", "b.jpg"]));
}

#[test]
fn a_file_can_be_published_with_its_import() {
    let flow = Flow::new();
    let bundle = flow.published(1, &json!({}));
    let path = format!("{bundle}/add-video-slots");
    flow.call("POST", &path, Some(json!({ "quantity": 1 })))
        .data();
    let csv = format!(
        "video_type,description,target_publish_date,video_url\nvideo,New,{},https://m.example/2.mp4\n",
        day(5)
    );
    import(&flow, &bundle, &csv, Some("true")).data();
    assert_eq!(flow.status(&format!("{bundle}/videos/2")), "published");
}

#[test]
fn a_file_that_is_none_is_refused() {
    let flow = Flow::new();
    let bundle = flow.order(1, &json!({}));
    let rows = "position\n".to_owned() + &"1\n".repeat(501);
    for (csv, code) in [
        ("", "VALIDATION_ERROR"),
        ("position,caption\n1,x\n", "UNKNOWN_FIELD"),
        ("position,target_publish_end_date\n1,x\n", "UNKNOWN_FIELD"),
        ("position,auto_publish\n1,true\n", "UNKNOWN_FIELD"),
        (rows.as_str(), "VALIDATION_ERROR"),
        (&" ".repeat((1 << 20) + 1), "VALIDATION_ERROR"),
    ] {
        let reply = import(&flow, &bundle, csv, None);
        assert_eq!(reply.refusal(), (400, code.to_owned()), "{:.40}", csv);
    }
    let csv = b"position,description\n1,\xff\xfe\n";
    let reply = import_with(&flow, &bundle, csv, None, &demo_key(), false);
    assert_eq!(reply.refusal(), (400, "VALIDATION_ERROR".into()));
    let reply = import(&flow, &bundle, "position\n", Some("maybe"));
    assert_eq!(reply.refusal(), (400, "VALIDATION_ERROR".into()));
    let reply = import_with(&flow, &bundle, b"position\n", None, &demo_read_key(), false);
    assert_eq!(reply.refusal(), (403, "AUTH_INSUFFICIENT_SCOPE".into()));
    let reply = import_with(&flow, &bundle, b"position\n", None, &second_key(), false);
    assert_eq!(reply.refusal(), (403, "BUNDLE_NOT_OWNED".into()));

    let row = format!(
        "video_type,description,target_publish_date,video_url\nvideo,A,{},https://m.example/1.mp4\n",
        day(4)
    );
    let dry = import_with(&flow, &bundle, row.as_bytes(), None, &demo_key(), true);
    assert_eq!(dry.data()["imported"], 1);
    assert_eq!(flow.status(&format!("{bundle}/videos/1")), "pending");
}

#[test]
fn a_body_that_is_no_form_is_refused() {
    let flow = Flow::new();
    let bundle = flow.order(1, &json!({}));
    for (content_type, body, code) in [
        ("multipart/form-data", "--x1\r\n", "VALIDATION_ERROR"),
        (
            "multipart/form-data; boundary=x1",
            "position\n1\n",
            "VALIDATION_ERROR",
        ),
        (
            "multipart/form-data; boundary=x1",
            "--x1\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\nposition",
            "VALIDATION_ERROR",
        ),
        (
            "multipart/form-data; boundary=x1",
            "--x1\r\ncontent-disposition: form-data; name=\"other\"\r\n\r\na\r\n--x1--\r\n",
            "UNKNOWN_FIELD",
        ),
    ] {
        let request = Request::post(format!(
            "http://localhost:3000/api/ext{bundle}/videos/import-csv"
        ))
        .header("x-api-key", demo_key())
        .header("content-type", content_type)
        .body(Bytes::from(body))
        .unwrap();
        let reply = Reply(flow.world.send(request));
        assert_documented(FORM, "POST", &reply);
        assert_eq!(reply.refusal(), (400, code.into()), "{body}");
    }
}

fn finalized_video(flow: &Flow, platform: &str) -> String {
    let bundle =
        flow.get(&format!("/bundles?status=completed&platform={platform}"))[0]["id"].clone();
    let videos = flow.get(&format!("/bundles/{}/videos", bundle.as_str().unwrap()));
    format!(
        "/videos/{}/ad-code-request",
        videos[0]["id"].as_str().unwrap()
    )
}

#[test]
fn an_ad_code_is_delivered_after_a_day() {
    let flow = Flow::new();
    for (platform, prefix) in [("tiktok", "#"), ("instagram", "")] {
        let path = finalized_video(&flow, platform);
        assert_eq!(
            flow.call("GET", &path, None).refusal(),
            (404, "VIDEO_NOT_FOUND".into())
        );
        let reply = flow.call(
            "POST",
            &path,
            Some(json!({ "note": "For the spring campaign" })),
        );
        assert_eq!(
            (reply.status(), &reply.json()["credits_charged"]),
            (201, &json!(7))
        );
        assert_eq!(
            (&reply.data()["status"], &reply.data()["code"]),
            (&json!("pending"), &Value::Null)
        );
        let again = flow.call("POST", &path, Some(json!({})));
        assert_eq!(again.refusal(), (409, "INVALID_STATUS_TRANSITION".into()));
        flow.hours(24);
        let delivered = flow.get(&path);
        assert_eq!(delivered["status"], "in_review");
        assert!(delivered["code"].as_str().unwrap().starts_with(prefix));
        flow.hours(72);
        assert_eq!(flow.get(&path)["status"], "finalized");
        assert_eq!(flow.get(&path)["code"], delivered["code"]);
    }
}

#[test]
fn an_ad_code_needs_a_live_video_and_credits() {
    let flow = Flow::new();
    let bundle = flow.published(1, &json!({}));
    flow.hours(1);
    let slot = flow.get(&format!("{bundle}/videos/1"));
    let path = format!("/videos/{}/ad-code-request", slot["id"].as_str().unwrap());
    let order = || flow.call("POST", &path, Some(json!({})));
    let reply = order();
    assert_eq!(reply.refusal(), (409, "INVALID_STATUS_TRANSITION".into()));
    assert_eq!(
        reply.json()["error"]["details"]["current_status"],
        "accepted"
    );
    flow.post(&format!("{bundle}/videos/1/finalize")).data();
    assert_eq!(
        order().refusal(),
        (409, "INVALID_STATUS_TRANSITION".into()),
        "no live link"
    );
    for none in ["11111111-1111-4111-8111-111111111111", "nonsense"] {
        let path = format!("/videos/{none}/ad-code-request");
        let reply = flow.call("POST", &path, Some(json!({})));
        assert_eq!(reply.refusal(), (404, "VIDEO_NOT_FOUND".into()));
    }
    flow.world.control("/credits", json!({ "balance": 6 }));
    let path = finalized_video(&flow, "tiktok");
    let reply = flow.call("POST", &path, Some(json!({})));
    assert_eq!(reply.refusal(), (402, "INSUFFICIENT_CREDITS".into()));
}
