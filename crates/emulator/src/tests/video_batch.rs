//! Video slots: configuring many at once.

use serde_json::{Value, json};

use super::flow::{Flow, merged, video};

#[test]
fn a_batch_has_a_result_for_each_slot() {
    let flow = Flow::new();
    let bundle = flow.order(3, &json!({}));
    let item = |position: i64, days: i64, extra: Value| {
        let mut item = video(days);
        item["position"] = position.into();
        merged(item, &extra)
    };
    let path = format!("{bundle}/videos/batch");
    let videos = json!([
        item(1, 4, json!({ "volume_added_sound": 10 })),
        item(2, 1, json!({})),
        item(9, 4, json!({})),
        item(3, 4, json!({ "instant_repost_as_story": true })),
    ]);
    let reply = flow
        .call("PUT", &path, Some(json!({ "videos": videos })))
        .json();
    assert_eq!(reply["credits_charged"], 2);
    let results = reply["data"]["results"].as_array().unwrap();
    let seen: Vec<(&Value, &Value, &Value)> = results
        .iter()
        .map(|r| (&r["position"], &r["status"], &r["error"]["code"]))
        .collect();
    assert_eq!(
        seen,
        [
            (&json!(1), &json!("configured"), &Value::Null),
            (&json!(2), &Value::Null, &json!("INVALID_DATE")),
            (&json!(9), &Value::Null, &json!("VIDEO_NOT_FOUND")),
            (&json!(3), &json!("configured"), &Value::Null),
        ]
    );
    let unknown = json!({ "videos": [item(1, 4, json!({ "auto_publish": true }))] });
    assert_eq!(
        flow.call("PUT", &path, Some(unknown)).refusal(),
        (400, "UNKNOWN_FIELD".into())
    );
    flow.world.control("/credits", json!({ "balance": 0 }));
    let poor = json!({ "videos": [item(2, 4, json!({ "volume_added_sound": 10 }))] });
    assert_eq!(
        flow.call("PUT", &path, Some(poor)).refusal(),
        (402, "INSUFFICIENT_CREDITS".into())
    );
    assert_eq!(flow.status(&format!("{bundle}/videos/2")), "pending");
}
