//! From an order to a delivered account with live videos, played by the clock.

use serde_json::{Value, json};

use super::flow::{Flow, day};

#[test]
fn an_order_runs_from_its_placing_to_its_completion() {
    let flow = Flow::new();
    let bundle = flow.order(2, &json!({ "external_ref": "life" }));
    let before = flow.world.balance();
    flow.name_account(&bundle, "atelier.fr");
    assert_eq!(flow.configure(&bundle, 1, 3).data()["status"], "configured");
    flow.configure(&bundle, 2, 5).data();
    assert_eq!(
        flow.get(&format!("{bundle}/publish-readiness"))["blockers"],
        json!([])
    );
    flow.post(&format!("{bundle}/publish")).data();
    assert_eq!(flow.world.balance(), before, "publishing is free");
    assert_eq!(flow.get(&bundle)["account_status"], "published");
    assert_eq!(flow.get(&bundle)["saved_account_id"], Value::Null);

    flow.hours(1);
    assert_eq!(flow.status(&bundle), "accepted");
    assert_eq!(flow.status(&format!("{bundle}/videos/1")), "accepted");
    flow.hours(23);
    let delivered = flow.get(&bundle);
    assert_eq!(delivered["account_status"], "in_review");
    let id = delivered["saved_account_id"].as_str().unwrap();
    let account = flow.get(&format!("/accounts/{id}"));
    assert_eq!(
        (&account["username"], &account["visible_name"]),
        (&json!("atelier.fr"), &json!("Atelier"))
    );

    // 2026-11-25 12:00, the first video's day; an automatic approval follows an hour later.
    flow.hours(48);
    let live = flow.get(&format!("{bundle}/videos/1"));
    assert_eq!(live["status"], "in_review");
    assert!(
        live["platform_url"]
            .as_str()
            .unwrap()
            .starts_with("https://www.tiktok.com/@atelier.fr/video/7")
    );
    flow.hours(1);
    let approved = flow.get(&format!("{bundle}/videos/1"));
    assert_eq!(
        (&approved["status"], &approved["finalized_at"]),
        (&json!("finalized"), &json!("2026-11-25T13:00:00.000Z"))
    );
    // 72 h after the delivery of 2026-11-23 12:00.
    flow.hours(22);
    assert_eq!(flow.get(&bundle)["account_status"], "in_review");
    flow.hours(1);
    assert_eq!(flow.get(&bundle)["account_status"], "finalized");
    assert_eq!(flow.status(&bundle), "accepted");
    flow.hours(26);
    assert_eq!(flow.status(&bundle), "completed");
    assert_eq!(flow.get(&bundle)["saved_account_id"], id);
}

#[test]
fn the_outcome_does_not_depend_on_how_often_somebody_looks() {
    let (patient, curious) = (Flow::new(), Flow::new());
    let extra = json!({ "wants_advanced_warming": true, "advanced_warming_terms": ["one pot", "meal prep", "easy dinner"] });
    patient.published(3, &extra);
    curious.published(3, &extra);
    patient.hours(24 * 12);
    for _ in 0..24 * 12 {
        curious.hours(1);
        curious
            .call("PATCH", "/me", Some(json!({ "niche": "n" })))
            .data();
    }
    patient
        .call("PATCH", "/me", Some(json!({ "niche": "n" })))
        .data();
    let of = |flow: &Flow| {
        let workspace = flow.workspace();
        let mut events = workspace.events;
        events.retain(|event| !event.r#type.starts_with("subscription"));
        events.sort_by_key(|event| event.created_at);
        let events: Vec<_> = events
            .into_iter()
            .map(|event| (event.r#type, event.created_at))
            .collect();
        (workspace.bundles, workspace.warming, events)
    };
    let (patient, curious) = (of(&patient), of(&curious));
    assert_eq!(patient.0.len(), curious.0.len());
    for (one, other) in patient.0.iter().zip(&curious.0) {
        assert_eq!(
            (one.status, &one.account, one.delivered_at),
            (other.status, &other.account, other.delivered_at)
        );
        for (slot, twin) in one.videos.iter().zip(&other.videos) {
            assert_eq!(
                (slot.status, slot.since, slot.posted_at),
                (twin.status, twin.since, twin.posted_at)
            );
        }
    }
    assert_eq!(patient.1.len(), curious.1.len());
    assert_eq!(patient.2, curious.2);
}

#[test]
fn events_tell_the_way_in_order() {
    let flow = Flow::new();
    flow.published(1, &json!({}));
    flow.hours(24 * 10);
    flow.call("PATCH", "/me", Some(json!({ "niche": "n" })))
        .data();
    let workspace = flow.workspace();
    let bundle = &workspace.bundles.last().unwrap().id;
    let own: Vec<_> = workspace
        .events
        .iter()
        .filter(|event| event.data["bundle_id"] == **bundle)
        .filter(|event| !event.r#type.starts_with("subscription"))
        .collect();
    let kinds: Vec<&str> = own.iter().map(|event| event.r#type.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "bundle.created",
            "account.configured",
            "video.configured",
            "bundle.published",
            "account.published",
            "video.published",
            "account.in_review",
            "account.finalized",
            "video.in_review",
            "video.finalized",
        ]
    );
    let delivered = own[6];
    assert_eq!(
        crate::time::timestamp(delivered.created_at),
        "2026-11-23T12:00:00.000Z"
    );
    assert!(delivered.id.len() == 36 && delivered.id.starts_with("evt_"));
    for key in [
        "account_id",
        "saved_account_id",
        "bundle_id",
        "username",
        "platform",
        "status",
        "previous_status",
    ] {
        assert!(delivered.data[key].is_string(), "{key}: {}", delivered.data);
    }
    let finalized = &own[9].data;
    assert_eq!(
        (&finalized["previous_status"], &finalized["position"]),
        (&json!("in_review"), &json!(1))
    );
    assert!(finalized["platform_url"].is_string());
}

#[test]
fn a_manual_review_ends_by_itself_after_three_days() {
    let flow = Flow::new();
    let bundle = flow.published(1, &json!({ "auto_finalize_videos": false }));
    let path = format!("{bundle}/videos/1");
    flow.hours(4 * 24);
    assert_eq!(flow.status(&path), "in_review");
    flow.hours(71);
    assert_eq!(flow.status(&path), "in_review");
    flow.hours(1);
    assert_eq!(flow.status(&path), "finalized");
}

#[test]
fn automatic_approval_can_be_turned_on_later() {
    let flow = Flow::new();
    let bundle = flow.published(1, &json!({ "auto_finalize_videos": false }));
    flow.hours(4 * 24 + 10);
    let path = format!("{bundle}/videos/1");
    assert_eq!(flow.status(&path), "in_review");
    flow.call(
        "PATCH",
        &bundle,
        Some(json!({ "auto_finalize_videos": true })),
    )
    .data();
    assert_eq!(flow.status(&path), "in_review");
    flow.hours(1);
    assert_eq!(
        flow.get(&path)["finalized_at"],
        format!("{}T23:00:00.000Z", day(4))
    );
}

#[test]
fn without_coverage_a_video_waits_for_another_day() {
    let flow = Flow::new();
    let bundle = flow.published(1, &json!({}));
    flow.hours(25);
    let account = flow.get(&bundle)["saved_account_id"]
        .as_str()
        .unwrap()
        .to_owned();
    flow.post(&format!("/accounts/{account}/managed-subscription/cancel"))
        .data();
    flow.hours(24 * 9);
    let path = format!("{bundle}/videos/1");
    assert_eq!(flow.status(&path), "accepted");
    let quote =
        flow.get(&format!("/accounts/{account}/managed-subscription"))["reactivation_quote"]
            .clone();
    let body = json!({
        "expected_credits": quote["credits"],
        "expected_current_period_end": quote["current_period_end"],
        "expected_lock_version": quote["lock_version"],
    });
    flow.call(
        "POST",
        &format!("/accounts/{account}/managed-subscription/reactivate"),
        Some(body),
    )
    .data();
    flow.hours(24);
    assert_eq!(flow.get(&path)["target_publish_date"], day(11));
    assert_eq!(flow.status(&path), "finalized");
}
