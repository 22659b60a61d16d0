//! Every write on the way of an order: refused with a read-only key, simulated without a trace, then done.

use serde_json::{Value, json};

use super::flow::{Flow, day, video};
use crate::people::demo_read_key;

struct Step {
    method: &'static str,
    path: String,
    body: Option<Value>,
    /// Hours that pass first.
    after: i64,
}

fn step(after: i64, method: &'static str, path: &str, body: impl Into<Option<Value>>) -> Step {
    Step {
        method,
        path: path.to_owned(),
        body: body.into(),
        after,
    }
}

fn way(bundle: &str, account: &str, live_video: &str) -> Vec<Step> {
    let at = |rest: &str| format!("{bundle}{rest}");
    let slot = |rest: &str| format!("{bundle}/videos/1{rest}");
    let profile = json!({ "username": "a.b", "visible_name": "A", "biography": "B", "profile_picture_url": "p.jpg" });
    let mut item = video(4);
    item["position"] = json!(1);
    let window = json!({ "target_publish_start_date": day(5), "target_publish_end_date": day(6) });
    let wish = json!({ "comment": "Once more" });
    let terms = json!(["one pot", "meal prep", "easy dinner"]);
    let bulk = json!({ "platforms": ["tiktok"], "country": "FR", "accounts_count": 1 });
    vec![
        step(0, "POST", "/bundles/bulk", bulk),
        step(0, "PATCH", bundle, json!({ "title": "T" })),
        step(0, "POST", &at("/add-video-slots"), json!({ "quantity": 2 })),
        step(0, "POST", &at("/add-edit-slots"), json!({ "quantity": 1 })),
        step(0, "PUT", &at("/account"), profile),
        step(
            0,
            "PUT",
            &at("/warming-terms"),
            json!({ "advanced_warming_terms": terms }),
        ),
        step(0, "PUT", &at("/videos/batch"), json!({ "videos": [item] })),
        step(0, "POST", &slot("/reset"), None),
        step(0, "PUT", &slot(""), video(4)),
        step(0, "PATCH", &slot(""), window),
        step(0, "PUT", &at("/videos/2"), video(4)),
        step(0, "POST", &at("/publish"), None),
        step(0, "POST", &at("/unpublish"), None),
        step(0, "POST", &at("/publish"), None),
        step(1, "PUT", &at("/videos/3"), video(4)),
        step(0, "POST", &at("/videos/3/publish"), None),
        step(0, "POST", &at("/videos/publish-all"), None),
        step(0, "POST", &at("/videos/3/unschedule"), None),
        step(
            0,
            "POST",
            &slot("/fix-download"),
            json!({ "video_url": "https://m.example/b.mp4" }),
        ),
        step(24, "POST", &at("/account/corrections"), wish.clone()),
        step(12, "POST", &at("/account/finalize"), None),
        step(3 * 24, "POST", &at("/videos/2/corrections"), wish),
        step(12, "POST", &at("/videos/2/finalize"), None),
        step(0, "POST", live_video, json!({})),
        step(0, "POST", account, json!({ "search_terms": terms })),
        step(
            0,
            "POST",
            "/warming/generate-terms",
            json!({ "text": "pasta" }),
        ),
    ]
}

#[test]
fn each_write_can_be_refused_simulated_and_done() {
    let flow = Flow::new();
    let extra = json!({
        "wants_advanced_warming": true,
        "advanced_warming_terms_count": 3,
        "auto_finalize_videos": false,
    });
    let bundle = flow.order(1, &extra);
    let delivered = flow.get("/bundles?status=completed&platform=tiktok")[0].clone();
    let live = flow.get(&format!(
        "/bundles/{}/videos",
        delivered["id"].as_str().unwrap()
    ));
    let live = format!(
        "/videos/{}/ad-code-request",
        live[0]["id"].as_str().unwrap()
    );
    let account = delivered["saved_account_id"].as_str().unwrap();
    let account = format!("/accounts/{account}/rewarm");
    for (index, step) in way(&bundle, &account, &live).into_iter().enumerate() {
        let name = format!("{} {}", step.method, step.path);
        flow.hours(step.after);
        let call = |headers: &[(&str, &str)]| {
            flow.call_with(step.method, &step.path, step.body.clone(), headers)
        };
        let refused = call(&[("x-api-key", &demo_read_key())]);
        assert_eq!(
            refused.refusal(),
            (403, "AUTH_INSUFFICIENT_SCOPE".into()),
            "{name}"
        );
        flow.get("/me");
        let (before, balance) = (flow.workspace(), flow.world.balance());
        let simulated = call(&[("x-tokportal-dry-run", "true")]);
        assert!(
            (200..202).contains(&simulated.status()),
            "{name}: {:?}",
            simulated.0
        );
        let answer = simulated.json();
        assert_eq!(
            (&answer["dry_run"], &answer["credits_remaining"]),
            (&json!(true), &json!(balance)),
            "{name}"
        );
        assert_eq!(flow.workspace(), before, "{name}");

        let key = format!("step-{index}");
        let key = [("idempotency-key", key.as_str())];
        let done = call(&key);
        assert_eq!(done.status(), simulated.status(), "{name}: {:?}", done.0);
        let spent = balance - flow.world.balance();
        assert_eq!(answer["credits_would_charge"], spent, "{name}");
        let replayed = call(&key);
        assert_eq!(
            replayed.header("idempotent-replayed"),
            Some("true"),
            "{name}"
        );
        assert_eq!(replayed.json(), done.json(), "{name}");
        assert_eq!(balance - flow.world.balance(), spent, "{name}");
    }
}
