//! Video slots: configuring one by one, and moving.

use serde_json::{Value, json};

use super::flow::{Flow, day, merged, video, video_with};

#[test]
fn a_slot_shows_its_configuration() {
    let flow = Flow::new();
    let bundle = flow.order(2, &json!({}));
    let path = format!("{bundle}/videos/1");
    let state = flow
        .call("PUT", &path, Some(video_with(&json!({ "name": "Teaser", "external_ref": "v-1", "editing_instructions": "Cut the end" }))))
        .data();
    assert_eq!(
        (&state["status"], &state["position"]),
        (&json!("configured"), &json!(1))
    );
    let slot = flow.get(&path);
    assert_eq!(slot["id"], state["video_id"]);
    assert_eq!(
        (
            &slot["target_publish_date"],
            &slot["target_publish_end_date"]
        ),
        (&json!(day(4)), &json!(day(5)))
    );
    assert_eq!(
        (
            &slot["name"],
            &slot["external_ref"],
            &slot["editing_instructions"]
        ),
        (&json!("Teaser"), &json!("v-1"), &json!("Cut the end"))
    );
    flow.configure(&bundle, 1, 5).data();
    assert_eq!(flow.get(&path)["name"], Value::Null, "replaced as a whole");
    assert_eq!(
        flow.get(&format!("{bundle}/videos"))[1]["status"],
        "pending"
    );
    assert_eq!(flow.get(&bundle)["videos_configured_count"], 1);
    for position in ["3", "0", "-1", "1.0", "x", "01"] {
        let reply = flow.call("GET", &format!("{bundle}/videos/{position}"), None);
        assert_eq!(
            reply.refusal(),
            (404, "VIDEO_NOT_FOUND".into()),
            "{position}"
        );
    }
}

#[test]
fn each_kind_of_post_has_its_rules() {
    let flow = Flow::new();
    let tiktok = format!("{}/videos/1", flow.order(1, &json!({})));
    let instagram = format!(
        "{}/videos/1",
        flow.order(1, &json!({ "platform": "instagram" }))
    );
    let story = json!({ "video_type": "story", "description": null });
    let remove = |mut body: Value, names: &[&str]| {
        for name in names {
            body.as_object_mut().unwrap().remove(*name);
        }
        Some(body)
    };
    let story = |extra: Value| {
        let body = video_with(&merged(story.clone(), &extra));
        remove(body, &["description", "video_url"])
    };
    let media = "https://media.example.com/a";
    for (path, body, field) in [
        (&tiktok, remove(video(4), &["description"]), "description"),
        (&tiktok, remove(video(4), &["video_url"]), "video_url"),
        (&tiktok, remove(video(4), &["video_type"]), "video_type"),
        (
            &tiktok,
            Some(video_with(&json!({ "video_type": "carousel" }))),
            "carousel_images",
        ),
        (
            &tiktok,
            Some(video_with(
                &json!({ "video_type": "carousel", "carousel_images": ["a.jpg"] }),
            )),
            "tiktok_sound_url",
        ),
        (
            &tiktok,
            Some(video_with(
                &json!({ "story_repost_url": "https://www.tiktok.com/@a/video/1" }),
            )),
            "story_repost_url",
        ),
        (
            &tiktok,
            Some(video_with(&json!({ "volume_added_sound": 101 }))),
            "volume_added_sound",
        ),
        (
            &tiktok,
            Some(video_with(&json!({ "video_url": "a.mp4" }))),
            "video_url",
        ),
        (
            &tiktok,
            Some(video_with(&json!({ "target_publish_date": "2026-02-30" }))),
            "target_publish_date",
        ),
        (&tiktok, story(json!({})), "story_image_url"),
        (
            &instagram,
            Some(video_with(&json!({}))),
            "instagram_content_type",
        ),
    ] {
        let reply = flow.call("PUT", path, body.clone());
        assert_eq!(
            reply.refusal(),
            (400, "VALIDATION_ERROR".into()),
            "{body:?}"
        );
        let fields = &reply.json()["error"]["details"]["fields"];
        assert_eq!(fields[0]["field"], field, "{body:?}");
    }
    let both = json!({ "video_type": "story", "video_url": media, "story_image_url": media });
    let elsewhere = json!({ "story_image_url": media, "story_repost_url": "https://www.tiktok.com/@a/video/1" });
    for body in [Some(video_with(&both)), story(elsewhere)] {
        assert_eq!(
            flow.call("PUT", &instagram, body).refusal(),
            (400, "VALIDATION_ERROR".into())
        );
    }
    for field in ["target_publish_end_date", "caption"] {
        let reply = flow.call("PUT", &tiktok, Some(video_with(&json!({ field: day(5) }))));
        assert_eq!(reply.refusal(), (400, "UNKNOWN_FIELD".into()));
    }
    for (path, body) in [
        (&instagram, story(json!({ "story_image_url": media }))),
        (
            &instagram,
            Some(video_with(&json!({ "instagram_content_type": "reel" }))),
        ),
        (
            &tiktok,
            Some(video_with(
                &json!({ "video_type": "carousel", "carousel_images": ["a.jpg"], "tiktok_sound_url": media }),
            )),
        ),
    ] {
        flow.call("PUT", path, body).data();
    }
}

#[test]
fn days_keep_the_lead_time_and_hold_three_videos() {
    let flow = Flow::new();
    let bundle = flow.order(4, &json!({}));
    let reply = flow.configure(&bundle, 1, 2);
    assert_eq!(reply.refusal(), (400, "INVALID_DATE".into()));
    let details = &reply.json()["error"]["details"];
    assert_eq!(
        (&details["min_days_ahead"], &details["earliest_allowed"]),
        (&json!(3), &json!(day(3)))
    );
    for position in 1..=3 {
        flow.configure(&bundle, position, 3).data();
    }
    flow.configure(&bundle, 3, 3).data();
    let reply = flow.configure(&bundle, 4, 3);
    assert_eq!(reply.refusal(), (400, "VIDEOS_PER_DAY_EXCEEDED".into()));
    let details = &reply.json()["error"]["details"];
    assert_eq!(
        (&details["date"], &details["current_count"]),
        (&json!(day(3)), &json!(3))
    );
    let delivered = flow.videos_only(1);
    assert_eq!(
        flow.configure(&delivered, 1, 0).json()["error"]["details"]["min_days_ahead"],
        1
    );
    flow.configure(&delivered, 1, 1).data();
}

#[test]
fn paid_options_are_paid_once() {
    let flow = Flow::new();
    let bundle = flow.order(1, &json!({}));
    let path = format!("{bundle}/videos/1");
    let options = json!({ "volume_original_sound": 50, "volume_added_sound": 0, "instant_repost_as_story": true });
    let reply = flow.call("PUT", &path, Some(video_with(&options))).json();
    assert_eq!(reply["credits_charged"], 2);
    let again = flow.call("PUT", &path, Some(video_with(&options))).json();
    assert_eq!(again.get("credits_charged"), None);
    flow.post(&format!("{path}/reset")).data();
    let again = flow.call("PUT", &path, Some(video_with(&options))).json();
    assert_eq!(again.get("credits_charged"), None);
    let repost =
        json!({ "video_type": "story", "story_repost_url": "https://www.tiktok.com/@a/video/1" });
    let dry = [("x-tokportal-dry-run", "true")];
    let reply = flow
        .call_with("PUT", &path, Some(video_with(&repost)), &dry)
        .json();
    assert_eq!(
        (&reply["credits_would_charge"], &reply["credits_charged"]),
        (&json!(1), &json!(0))
    );
    flow.world.control("/credits", json!({ "balance": 0 }));
    assert_eq!(
        flow.call("PUT", &path, Some(video_with(&repost))).refusal(),
        (402, "INSUFFICIENT_CREDITS".into())
    );
}

#[test]
fn a_patch_changes_a_window_as_a_pair() {
    let flow = Flow::new();
    let bundle = flow.order(1, &json!({}));
    let path = format!("{bundle}/videos/1");
    let patch = |body: Value| flow.call("PATCH", &path, Some(body));
    patch(json!({ "name": "Later" })).data();
    let reply = patch(json!({ "description": "x" }));
    assert_eq!(reply.refusal(), (409, "INVALID_STATUS_TRANSITION".into()));
    assert_eq!(
        reply.json()["error"]["details"],
        json!({ "current_status": "pending", "allowed_statuses": ["configured", "published", "accepted"] })
    );
    flow.configure(&bundle, 1, 4).data();
    patch(json!({ "target_publish_start_date": day(6), "target_publish_end_date": day(8), "external_ref": "e" })).data();
    let slot = flow.get(&path);
    assert_eq!(
        (
            &slot["target_publish_date"],
            &slot["target_publish_end_date"],
            &slot["external_ref"]
        ),
        (&json!(day(6)), &json!(day(8)), &json!("e"))
    );
    patch(json!({ "external_ref": null })).data();
    assert_eq!(flow.get(&path)["external_ref"], Value::Null);
    for (body, code) in [
        (
            json!({ "target_publish_start_date": day(6) }),
            "VALIDATION_ERROR",
        ),
        (
            json!({ "target_publish_end_date": day(6) }),
            "VALIDATION_ERROR",
        ),
        (
            json!({ "target_publish_start_date": day(6), "target_publish_end_date": day(5) }),
            "VALIDATION_ERROR",
        ),
        (
            json!({ "target_publish_start_date": day(1), "target_publish_end_date": day(5) }),
            "INVALID_DATE",
        ),
        (json!({ "target_publish_date": day(6) }), "UNKNOWN_FIELD"),
        (json!({ "video_url": "https://a.example" }), "UNKNOWN_FIELD"),
    ] {
        assert_eq!(
            patch(body.clone()).refusal(),
            (400, code.to_owned()),
            "{body}"
        );
    }
}
