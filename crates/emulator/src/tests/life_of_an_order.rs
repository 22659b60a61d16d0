//! The life of an order in one test: price, dry run, order, setup, upload, publishing, delivery, figures, webhooks, a ban
//! and its compensation.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::flow::{Flow, video};
use crate::resources::webhooks::signature;

/// Puts bytes behind a signed link.
fn put(flow: &Flow, link: &Value, content_type: &str) {
    let request = Request::put(link.as_str().unwrap())
        .header("content-type", content_type)
        .body(Bytes::from_static(b"media"))
        .unwrap();
    assert_eq!(flow.world.send(request).status(), 200);
}

#[test]
fn an_order_from_its_price_to_its_compensation() {
    let flow = Flow::new();
    let types = [
        "bundle.published",
        "account.in_review",
        "video.in_review",
        "account.banned",
        "account.ban_resolution.decided",
        "credits.restored",
    ];
    let hook = json!({ "url": "http://127.0.0.1:9900/hook", "events": types });
    let hook = flow.call("POST", "/webhooks", Some(hook)).data();
    let secret = hook["signing_secret"].as_str().unwrap();

    let costs = flow.get("/credit-costs")["costs"].clone();
    let price = costs["account_creation"]["tiktok"].as_i64().unwrap()
        + costs["video_upload"].as_i64().unwrap();
    let wanted =
        json!({ "bundle_type": "account_and_videos", "country": "FR", "videos_quantity": 1 });
    let dry = [("x-tokportal-dry-run", "true")];
    let simulated = flow
        .call_with("POST", "/bundles", Some(wanted.clone()), &dry)
        .json();
    assert_eq!(simulated["credits_would_charge"], price);
    let before = flow.world.balance();
    let placed = flow.call("POST", "/bundles", Some(wanted));
    let id = placed.data()["id"].clone();
    let bundle = format!("/bundles/{}", id.as_str().unwrap());
    assert_eq!(flow.world.balance(), before - price);

    let image = json!({ "filename": "me.png", "content_type": "image/png", "bundle_id": id, "purpose": "profile_picture" });
    let image = flow.call("POST", "/upload/image", Some(image)).data();
    put(&flow, &image["upload_url"], "image/png");
    let profile = json!({
        "username": "atelier.fr", "visible_name": "Atelier", "biography": "Well made",
        "profile_picture_url": image["storage_path"],
    });
    flow.call("PUT", &format!("{bundle}/account"), Some(profile))
        .data();
    let clip = json!({ "filename": "a.mp4", "content_type": "video/mp4", "bundle_id": id });
    let clip = flow.call("POST", "/upload/video", Some(clip)).data();
    put(&flow, &clip["upload_url"], "video/mp4");
    let mut content = video(4);
    content["video_url"] = clip["public_url"].clone();
    flow.call("PUT", &format!("{bundle}/videos/1"), Some(content))
        .data();
    let ready = flow.get(&format!("{bundle}/publish-readiness"));
    assert_eq!(ready["blockers"], json!([]));
    flow.post(&format!("{bundle}/publish")).data();
    assert_eq!(flow.world.balance(), before - price);

    flow.hours(10 * 24);
    assert_eq!(flow.status(&bundle), "completed");
    let account = flow.get(&bundle)["saved_account_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let figures = flow.get(&format!("/accounts/{account}/analytics"));
    assert!(figures.is_object(), "{figures}");

    let ban = json!({ "account_id": account, "ban": { "appeal": false } });
    flow.world.control("/accounts", ban);
    flow.hours(10 * 24);
    let bans = flow.get("/account-bans");
    assert_eq!(bans[0]["account_id"], account, "{bans}");
    assert_eq!(flow.world.balance(), before - price + 32 - expired(&flow));

    let post = flow.world.receiver.lock().unwrap().post.clone();
    let mut seen = Vec::new();
    for parcel in &post {
        let event: Value = serde_json::from_str(&parcel.body).unwrap();
        let header = |name: &str| {
            let found = parcel.headers.iter().find(|(header, _)| *header == name);
            found.unwrap().1.clone()
        };
        let signed = header("tokportal-signature");
        let seconds = signed[2..].split(',').next().unwrap().parse().unwrap();
        assert_eq!(signed, signature(secret, seconds, &parcel.body));
        seen.push(event["type"].as_str().unwrap().to_owned());
    }
    for kind in types {
        assert!(seen.iter().any(|seen| seen == kind), "{kind}: {seen:?}");
    }
}

/// Credits that ran out meanwhile.
fn expired(flow: &Flow) -> i64 {
    let history = flow.get("/credits/history?per_page=100");
    let rows = history.as_array().unwrap().iter();
    let expired = rows.filter(|row| row["type"] == "expiration");
    expired.map(|row| -row["amount"].as_i64().unwrap()).sum()
}
