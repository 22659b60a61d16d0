//! Video slots with the managers: publishing, taking back, reviewing, replacing media.

use serde_json::{Value, json};

use super::flow::{Flow, day, video_with};

#[test]
fn slots_are_published_one_by_one_once_the_order_is() {
    let flow = Flow::new();
    let bundle = flow.order(4, &json!({}));
    flow.name_account(&bundle, "a.b");
    flow.configure(&bundle, 1, 4).data();
    let (one, all) = (
        format!("{bundle}/videos/1/publish"),
        format!("{bundle}/videos/publish-all"),
    );
    let reply = flow.post(&one);
    assert_eq!(reply.refusal(), (409, "INVALID_STATUS_TRANSITION".into()));
    assert_eq!(
        flow.post(&all).refusal(),
        (409, "BUNDLE_INVALID_STATUS".into())
    );
    flow.post(&format!("{bundle}/publish")).data();
    let reply = flow.post(&one);
    assert_eq!(
        reply.json()["error"]["details"],
        json!({ "current_status": "published", "allowed_statuses": ["configured"] })
    );
    flow.configure(&bundle, 2, 4).data();
    flow.hours(48);
    let published = flow.post(&format!("{bundle}/videos/2/publish")).data();
    assert_eq!(
        (
            &published["status"],
            &published["date_adjusted"],
            &published["new_date"]
        ),
        (&json!("published"), &json!(false), &Value::Null)
    );
    flow.configure(&bundle, 3, 4).data();
    let auto = Some(video_with(
        &json!({ "target_publish_date": day(3), "auto_publish": true }),
    ));
    let state = flow.call("PUT", &format!("{bundle}/videos/4"), auto).data();
    assert_eq!(state["status"], "published");
    flow.hours(48);
    let reply = flow.post(&all).json();
    assert_eq!(
        (&reply["data"]["videos_published"], &reply["dates_adjusted"]),
        (&json!(1), &json!(true))
    );
    assert_eq!(
        (
            &reply["adjusted_videos"][0]["previous_date"],
            &reply["adjusted_videos"][0]["new_date"]
        ),
        (&json!(day(4)), &json!(day(5)))
    );
    let none = flow.post(&all).json();
    assert_eq!(
        (&none["data"]["videos_published"], &none["dates_adjusted"]),
        (&json!(0), &json!(false))
    );
}

#[test]
fn a_slot_can_be_cleared_until_the_manager_delivers() {
    let flow = Flow::new();
    let bundle = flow.published(1, &json!({}));
    let path = format!("{bundle}/videos/1");
    assert_eq!(
        flow.post(&format!("{path}/reset")).refusal(),
        (409, "INVALID_STATUS_TRANSITION".into())
    );
    let state = flow.post(&format!("{path}/unschedule")).data();
    assert_eq!(state["status"], "pending");
    let slot = flow.get(&path);
    assert_eq!(
        (&slot["video_url"], &slot["target_publish_date"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        flow.post(&format!("{path}/unschedule")).refusal(),
        (409, "INVALID_STATUS_TRANSITION".into())
    );
    flow.post(&format!("{path}/reset")).data();
}

#[test]
fn a_delivered_video_is_corrected_and_approved() {
    let flow = Flow::new();
    let bundle = flow.published(2, &json!({ "auto_finalize_videos": false }));
    let path = format!("{bundle}/videos/1");
    let wish = || Some(json!({ "comment": "Louder", "fields": { "sound": "louder" } }));
    let corrections = format!("{path}/corrections");
    assert_eq!(
        flow.call("POST", &corrections, wish()).refusal(),
        (409, "INVALID_STATUS_TRANSITION".into())
    );
    flow.hours(4 * 24);
    assert_eq!(
        flow.call("POST", &corrections, wish()).data()["status"],
        "pending_corrections"
    );
    flow.hours(12);
    assert_eq!(flow.status(&path), "in_review");
    let done = flow.post(&format!("{path}/finalize")).data();
    assert_eq!(
        done,
        json!({ "position": 1, "status": "finalized", "finalized_at": format!("{}T00:00:00.000Z", day(5)) })
    );
    assert_eq!(
        flow.post(&format!("{path}/finalize")).refusal(),
        (409, "INVALID_STATUS_TRANSITION".into())
    );
}

#[test]
fn media_that_cannot_be_downloaded_is_replaced() {
    let flow = Flow::new();
    let bundle = flow.order(1, &json!({}));
    flow.name_account(&bundle, "a.b");
    let path = format!("{bundle}/videos/1");
    let broken = Some(video_with(
        &json!({ "video_url": "https://drive.invalid/a.mp4" }),
    ));
    flow.call("PUT", &path, broken).data();
    let fix = |body: Value| flow.call("POST", &format!("{path}/fix-download"), Some(body));
    let good = json!({ "video_url": "https://media.example.com/b.mp4" });
    assert_eq!(
        fix(good.clone()).refusal(),
        (409, "INVALID_STATUS_TRANSITION".into())
    );
    flow.post(&format!("{bundle}/publish")).data();
    flow.hours(24 * 6);
    assert_eq!(flow.status(&path), "pending_corrections");
    assert!(flow.events().contains(&"video.pending_corrections".into()));
    for wrong in [
        json!({}),
        json!({ "carousel_images": ["a.jpg"] }),
        json!({ "video_url": "https://a.example", "carousel_images": ["a.jpg"] }),
    ] {
        assert_eq!(fix(wrong).refusal(), (400, "VALIDATION_ERROR".into()));
    }
    assert_eq!(fix(good).data()["status"], "accepted");
    flow.hours(1);
    let slot = flow.get(&path);
    assert_eq!(slot["status"], "finalized");
    assert_eq!(slot["video_url"], "https://media.example.com/b.mp4");
}
