//! Orders: prices, rules, dates, and the course by the clock. `:` is the path of the last order, and `$VIDEO "{+4}"` a
//! video of that day.

use serde_json::{Value, json};

use super::script::{Script, scripts};

#[rustfmt::skip]
const WORDS: [(&str, &str); 7] = [
    (" :", " /bundles/{order}"),
    ("$ORDER", r#""bundle_type": "account_and_videos", "country": "FR", "videos_quantity": 3"#),
    ("$BULK", r#""platforms": ["tiktok", "instagram"], "country": "GB""#),
    ("$PROFILE", r#""username": "a.b", "visible_name": "A", "biography": "B", "profile_picture_url": "profile-pictures/a.jpg""#),
    ("$TERMS", r#"["one pot", "meal prep", "easy dinner"]"#),
    ("$WARMED", r#""wants_advanced_warming": true, "advanced_warming_terms_count": 3"#),
    ("$VIDEO", r#""video_type": "video", "description": "C", "video_url": "https://a.test", "target_publish_date":"#),
];

fn play(script: &str) {
    Script::new(&WORDS).run(script);
}

scripts! { play;
order_is_charged_item_by_item_at_once: r#"
    POST /bundles {$ORDER, "country": "US", "edits_quantity": 1} => /credits_remaining 1209 & /data/country "USA" & /cost_breakdown {"account_creation": 32, "video_slots": 6, "edit_slots": 3, "advanced_warming": 0, "total": 41}
    POST /bundles {$ORDER, "wants_advanced_warming": true, "advanced_warming_terms": $TERMS} => /cost_breakdown/advanced_warming 15 & /credits_charged 53
    POST /bundles {$ORDER, "wants_niche_warming": true, "niche_warming_instructions": "F"} => /cost_breakdown/niche_warming 7 & /credits_charged 45
    GET /accounts >> account=/data/0/id
    POST /bundles {"bundle_type": "videos_only", "account_id": "{account}", "videos_quantity": 2} => /credits_charged 4 & /data/saved_account_id "{account}"
    control /credits {"balance": 37}
    POST /bundles {$ORDER} => INSUFFICIENT_CREDITS & /error/details/missing 1
    GET /credits/balance => /data/total_credits 37"#
order_that_breaks_a_rule_has_its_code_and_is_free: r#"
    GET /accounts >> account=/data/0/id
    POST /bundles {$ORDER, "country": "JP"} => COUNTRY_NOT_ENABLED
    POST /bundles {$ORDER, "account_id": "{account}"} => ACCOUNT_ID_NOT_ALLOWED
    POST /bundles {$ORDER, "platform": "youtube"} => YOUTUBE_DELAYED
    POST /bundles {$ORDER, "platform": "youtube", "wants_advanced_warming": true} => ADVANCED_WARMING_PLATFORM
    POST /bundles {$ORDER, "wants_deep_warming": true} => DEEP_WARMING_DEPRECATED
    POST /bundles {$ORDER, "advanced_warming_terms": $TERMS} => ADVANCED_WARMING_FLAG_REQUIRED
    POST /bundles {$ORDER, "wants_advanced_warming": true} => ADVANCED_WARMING_COUNT_MISMATCH
    POST /bundles {$ORDER, "advanced_warming_terms": ["one", "ONE", "two"]} => ADVANCED_WARMING_TERMS_REJECTED & /error/details/rejected_terms ["ONE"]
    POST /bundles {$ORDER, $WARMED, "wants_niche_warming": true} => WARMING_CONFLICT
    POST /bundles {$WARMED, "bundle_type": "videos_only", "account_id": "{account}", "videos_quantity": 1} => WARMING_CONFLICT
    POST /bundles {$ORDER, "videos_quantity": 0} => VALIDATION_ERROR
    POST /bundles {$ORDER, "bundle_type": "videos_only"} => VALIDATION_ERROR
    GET /credits/balance => /data/total_credits 1250"#
order_with_a_used_reference_or_an_old_price_is_refused: r#"
    place 3 {"external_ref": "r"}
    POST /bundles {$ORDER, "external_ref": "r"} => DUPLICATE_ACCOUNT_BUNDLE & /error/details/existing_bundle_id "{order}"
    control /prices {"account_creation": 40}
    POST /bundles {$ORDER} => BUNDLE_PRICING_CHANGED
    control /clock {"advance_seconds": 300}
    POST /bundles {$ORDER} => /credits_charged 46"#
bulk_order_is_placed_as_a_whole: r#"
    POST /bundles/bulk {$BULK, "platforms": ["tiktok", "youtube"], "accounts_count": 2} => YOUTUBE_DELAYED
    POST /bundles/bulk {$BULK, "accounts_count": 20} => INSUFFICIENT_CREDITS
    POST /bundles/bulk {$BULK, "accounts_count": 100, "upload_accounts_count": 100, "videos_per_account": 500} => VALIDATION_ERROR
    POST /bundles/bulk {$BULK, "accounts_count": 2, "upload_accounts_count": 1, "videos_per_account": 5, $WARMED} => /credits_charged 208 & /data/total_count 4 & /data/bundles/0/videos_quantity 5 & /data/bundles/1/bundle_type "account_only" & /data/bundles/2/platform "instagram"
    GET /credits/balance => /data/total_credits 1042"#
capacity_is_for_orders_and_their_publishing: r#"
    publish 0
    control /credits {"balance": 1000000}
    POST /bundles/bulk {$BULK, "accounts_count": 100}
    POST /bundles/bulk {$BULK, "accounts_count": 100}
    POST /bundles/bulk {$BULK, "accounts_count": 49}
    POST /bundles {$ORDER} => capacity_cooldown
    POST :/unpublish
    POST :/publish => capacity_cooldown
    1h POST :/publish"#
further_slots_are_paid_at_once: r#"
    place 0
    POST :/add-video-slots {"quantity": 3} => /credits_charged 6 & /data/bundle_type "account_and_videos"
    POST :/add-edit-slots {"quantity": 4} => VALIDATION_ERROR
    POST :/add-video-slots {"quantity": 10000000000000000000} => VALIDATION_ERROR
    POST :/add-edit-slots {"quantity": 3} => /credits_charged 9 & /data/edits_quantity 3
    GET /bundles?status=completed >> order=/data/0/id
    POST :/add-video-slots {"quantity": 1} => BUNDLE_INVALID_STATUS"#
order_is_published_once_nothing_is_missing: r#"
    place 1
    GET :/publish-readiness => /data/blockers/0/code "ACCOUNT_NOT_CONFIGURED" & /data/blockers/1/code "ACCOUNT_MISSING_FIELDS" & /data/blockers/1/message "The profile is not complete. Missing: username, visible_name, biography." & /data/blockers/2/code "NO_VIDEOS_CONFIGURED"
    PUT :/account {"username": "x", "visible_name": "X"} => /data/biography null
    GET :/publish-readiness => /data/blockers/0 {"code": "ACCOUNT_MISSING_FIELDS", "message": "The profile is not complete. Missing: biography."}
    POST :/publish => ACCOUNT_MISSING_FIELDS & /error/details/missing_fields ["biography"] & /error/message "The profile is not complete. Missing: biography."
    PUT :/account {$PROFILE}
    PUT :/videos/1 {$VIDEO "{+3}"}
    POST :/videos/1/publish => INVALID_STATUS_TRANSITION & /error/details {"current_status": "pending_setup", "allowed_statuses": ["published", "accepted"]}
    POST :/publish => /data/status "published" & /data/account_status "published"
    POST :/publish => BUNDLE_ALREADY_PUBLISHED
    POST :/unpublish => /data/status "pending_setup" & /data/account_status "configured"
    POST :/unpublish => BUNDLE_INVALID_STATUS & /error/details/current_status "pending_setup"
    POST :/publish
    1h POST :/unpublish => already_accepted"#
order_without_a_profile_picture_is_published: r#"
    place 0
    PUT :/account {"username": "a.b", "visible_name": "A", "biography": "B"} => /data/profile_picture_url null
    GET :/publish-readiness => /data/blockers [] & /data/warnings/0/code "PROFILE_PICTURE_MISSING"
    PUT :/account {$PROFILE} => /data/profile_picture_url "profile-pictures/a.jpg"
    GET :/publish-readiness => /data/warnings []
    PUT :/account {"username": "a.b", "visible_name": "A", "biography": "B"}
    POST :/publish => /data/status "published""#
day_that_is_too_close_or_full_is_refused_or_moved: r#"
    place 5
    PUT :/videos/1 {$VIDEO "{+2}"} => INVALID_DATE & /error/details {"min_days_ahead": 3, "earliest_allowed": "{+3}"}
    PUT :/videos/1 {$VIDEO "9999-12-31"} => VALIDATION_ERROR & /error/details/fields/0/field "target_publish_date"
    PUT :/videos/batch {"videos": [{"position": 1, $VIDEO "{+3}"}, {"position": 2, $VIDEO "{+3}"}, {"position": 3, $VIDEO "{+3}"}]}
    PUT :/videos/4 {$VIDEO "{+3}"} => VIDEOS_PER_DAY_EXCEEDED & /error/details {"date": "{+3}", "current_count": 3}
    PUT :/videos/batch {"videos": [{"position": 4, $VIDEO "{+5}"}, {"position": 5, $VIDEO "{+5}"}]}
    PUT :/account {$PROFILE}
    48h POST :/publish => /adjusted_videos/0/previous_date "{+3}" & /adjusted_videos/0/new_date "{+5}" & /adjusted_videos/1/new_date "{+6}"
    GET :/videos/3 => /data/target_publish_date "{+6}" & /data/target_publish_end_date "{+7}"
    GET /accounts >> account=/data/0/id
    POST /bundles {"bundle_type": "videos_only", "account_id": "{account}", "videos_quantity": 1} >> order=/data/id
    PUT :/videos/1 {$VIDEO "{+2}"} => /error/details/min_days_ahead 1"#
video_that_breaks_a_rule_names_the_field: r#"
    place 1
    PUT :/videos/1 {$VIDEO "{+4}", "description": " "} => /error/details/fields/0/field "description"
    PUT :/videos/1 {$VIDEO "{+4}", "video_type": "carousel"} => /error/details/fields/0/field "carousel_images"
    PUT :/videos/1 {$VIDEO "{+4}", "video_type": "carousel", "carousel_images": ["a.jpg"]} => /error/details/fields/0/field "tiktok_sound_url"
    PUT :/videos/1 {$VIDEO "{+4}", "video_type": "story", "story_repost_url": "https://a.example/?//tiktok.com/"} => /error/details/fields/0/field "story_repost_url"
    PUT :/videos/1 {$VIDEO "{+4}", "story_repost_url": "https://www.tiktok.com/@a/video/1"} => /error/details/fields/0/field "story_repost_url"
    PUT :/videos/1 {$VIDEO "{+4}", "video_type": "story", "story_image_url": "https://m.example/a.jpg"} => /error/details/fields/0/field "story_image_url"
    place 1 {"platform": "instagram"}
    PUT :/videos/1 {$VIDEO "{+4}"} => /error/details/fields/0/field "instagram_content_type"
    PUT :/videos/1 {$VIDEO "{+4}", "video_type": "story", "story_repost_url": "https://notinstagram.com/1"} => /error/details/fields/0/field "story_repost_url""#
paid_option_is_paid_once_for_a_slot: r#"
    place 1
    PUT :/videos/1 {$VIDEO "{+4}", "volume_original_sound": 50, "volume_added_sound": 0, "instant_repost_as_story": true} => /credits_charged 2
    PUT :/videos/1 {$VIDEO "{+4}", "volume_original_sound": 50, "instant_repost_as_story": true} => /credits_charged null
    POST :/videos/1/reset
    PUT :/videos/1 {$VIDEO "{+4}", "volume_added_sound": 0} => /credits_charged null
    control /credits {"balance": 0}
    PUT :/videos/1 {$VIDEO "{+4}", "video_type": "story", "story_repost_url": "https://tiktok.com/1"} => INSUFFICIENT_CREDITS
    GET :/videos/1 => /data/video_type "video""#
patched_video_keeps_what_is_left_out: r#"
    place 1
    PATCH :/videos/1 {"description": "x"} => INVALID_STATUS_TRANSITION & /error/details {"current_status": "pending", "allowed_statuses": ["configured", "published", "accepted"]}
    PUT :/videos/1 {$VIDEO "{+4}", "external_ref": "e"}
    PATCH :/videos/1 {"target_publish_start_date": "{+6}"} => VALIDATION_ERROR
    PATCH :/videos/1 {"target_publish_date": "{+6}"} => UNKNOWN_FIELD
    PATCH :/videos/1 {"target_publish_start_date": "{+6}", "target_publish_end_date": "9999-12-31"} => VALIDATION_ERROR & /error/details/fields/0/field "target_publish_end_date"
    PATCH :/videos/1 {"target_publish_start_date": "{+6}", "target_publish_end_date": "{+8}", "external_ref": null}
    GET :/videos/1 => /data/target_publish_date "{+6}" & /data/target_publish_end_date "{+8}" & /data/external_ref null & /data/description "C""#
batch_has_a_result_for_each_video: r#"
    place 3
    PUT :/videos/batch {"videos": [{"position": 1, $VIDEO "{+4}", "volume_added_sound": 1}, {"position": 2, $VIDEO "{+1}"}, {"position": 9, $VIDEO "{+4}"}]} => /credits_charged 1 & /data/results/0/status "configured" & /data/results/1/error/code "INVALID_DATE" & /data/results/2/error/code "VIDEO_NOT_FOUND" & /data/results/2/position 9
    PUT :/videos/2 {$VIDEO "{+1}"} => INVALID_DATE >> refusal=/error
    PUT :/videos/batch {"videos": [{"position": 2, $VIDEO "{+1}"}]} => /data/results/0/error {refusal} & /data/results/0/error/details {"min_days_ahead": 3, "earliest_allowed": "{+3}"} & /data/results/0/position 2
    PUT :/videos/3 {$VIDEO "{+4}", "description": " "} => VALIDATION_ERROR >> refusal=/error
    PUT :/videos/batch {"videos": [{"position": 3, $VIDEO "{+4}", "description": " "}]} => /data/results/0/error {refusal} & /data/results/0/error/details/fields/0/field "description"
    control /credits {"balance": 0}
    PUT :/videos/batch {"videos": [{"position": 2, $VIDEO "{+4}"}, {"position": 3, $VIDEO "{+4}", "volume_added_sound": 1}]} => INSUFFICIENT_CREDITS
    GET :/videos/2 => /data/status "pending""#
import_has_an_error_for_each_row_that_does_not_fit: r#"
    place 4
    POST :/videos/import-csv "\ufeffposition,video_type,description,target_publish_date,video_url,carousel_images,tiktok_sound_url,disclose_as_ads,volume_added_sound\r\n2,video,\"Two,\nlines\",{+4},https://m.example/2.mp4,,,TRUE,40\r\n3,video,Soon,{+1},https://m.example/3.mp4,,,,\r\n1,carousel,TRUE story,{+4},,a.jpg; b.jpg,https://m.example/s,,\r\n9,video,No slot,{+4},https://m.example/9.mp4,,,,\r\n4,reel,Kind,{+4},https://m.example/4.mp4,,,," => /credits_charged 1 & /data/imported 2 & /data/skipped 3 & /data/errors/0/row 3 & /data/errors/1 {"row": 5, "message": "VIDEO_NOT_FOUND: The bundle has no such video."} & /data/errors/2/row 6
    GET :/videos/2 => /data/description "Two,\nlines"
    GET :/videos/1 => /data/carousel_images ["a.jpg", "b.jpg"] & /data/description "TRUE story"
    POST :/videos/import-csv "position,caption\n1,x\n" => UNKNOWN_FIELD & /error/details/field "caption""#
order_runs_by_the_clock_to_its_completion: r#"
    publish 1
    1h GET : => /data/status "accepted" & /data/account_status "published"
    23h GET : => /data/account_status "in_review"
    72h GET : => /data/account_status "finalized" & /data/status "accepted"
    GET :/videos/1 => /data/status "in_review" & /data/finalized_at null
    1h GET :/videos/1 => /data/finalized_at "{+4}T13:00:00.000Z"
    GET : => /data/status "completed""#
review_ends_by_itself_or_by_a_change_of_mode: r#"
    publish 2 {"auto_finalize_videos": false}
    106h POST :/videos/2/finalize => /data {"position": 2, "status": "finalized", "finalized_at": "{+4}T22:00:00.000Z"}
    PATCH : {"auto_finalize_videos": true} => /data/review_mode "auto"
    1h GET :/videos/1 => /data/finalized_at "{+4}T23:00:00.000Z""#
review_lasts_three_days_at_most: r#"
    publish 1 {"auto_finalize_videos": false}
    167h PATCH : {"auto_finalize_videos": true}
    PATCH : {"auto_finalize_videos": false}
    1h GET :/videos/1 => /data/status "finalized""#
long_step_of_the_clock_does_what_short_steps_do: r#"
    publish 1
    1500h GET :/videos/1 => /data/finalized_at "{+4}T13:00:00.000Z""#
readiness_names_coverage_that_is_off: r#"
    GET /accounts >> account=/data/0/id
    POST /bundles {"bundle_type": "videos_only", "account_id": "{account}", "videos_quantity": 1} >> order=/data/id
    PUT :/videos/1 {$VIDEO "{+4}"}
    POST /accounts/{account}/managed-subscription/cancel
    GET :/publish-readiness => /data/blockers/0/code "MANAGED_ACCOUNT_TASK_BLOCKED""#
delivered_work_is_corrected_and_approved: r#"
    publish 1 {"auto_finalize_videos": false}
    24h POST :/account/corrections {"comment": "Again"} => /data/status "pending_corrections"
    12h POST :/account/finalize => /data/status "finalized"
    60h POST :/videos/1/corrections {"comment": "Again"} => /data/status "pending_corrections"
    83h GET :/videos/1 => /data/status "in_review"
    1h GET : => /data/status "completed""#
media_that_cannot_be_downloaded_is_replaced: r#"
    place 1
    PUT :/account {$PROFILE}
    PUT :/videos/1 {$VIDEO "{+4}", "video_url": "https://drive.invalid/a.mp4"}
    POST :/publish
    144h GET :/videos/1 => /data/status "pending_corrections"
    POST :/videos/1/fix-download {"video_url": "https://m.example/b.mp4"} => /data/status "accepted"
    1h GET :/videos/1 => /data/status "finalized" & /data/video_url "https://m.example/b.mp4""#
slot_is_published_and_cleared_after_its_order: r#"
    publish 1
    POST :/add-video-slots {"quantity": 3}
    PUT :/videos/3 {$VIDEO "{+3}", "auto_publish": true} => /data/status "published"
    PUT :/videos/4 {$VIDEO "{+4}"}
    92h POST :/videos/publish-all => /data/videos_published 1 & /dates_adjusted true & /adjusted_videos/0/new_date "{+5}"
    POST :/videos/4/unschedule => /data/status "pending"
    GET :/videos/4 => /data/target_publish_date null & /data/video_url null"#
video_waits_for_a_renewal_that_the_credits_do_not_cover: r#"
    publish 0
    24h GET : >> account=/data/saved_account_id
    POST /bundles {"bundle_type": "videos_only", "account_id": "{account}", "videos_quantity": 1} >> order=/data/id
    PUT :/videos/1 {$VIDEO "{+33}"}
    POST :/publish
    control /credits {"balance": 24}
    770h GET :/videos/1 => /data/status "accepted"
    POST :/videos/publish-all => /data/videos_published 0
    control /credits {"balance": 30}
    2h GET :/videos/1 => /data/status "finalized"
    GET /credits/balance => /data/total_credits 5"#
ad_code_is_delivered_after_a_day: r#"
    GET /bundles?status=completed&platform=tiktok >> order=/data/0/id
    GET :/videos >> video=/data/0/id
    POST /videos/{video}/ad-code-request {"note": "N"} => /credits_charged 7 & /data/status "pending" & /data/code null & /data/note "N"
    POST /videos/{video}/ad-code-request {} => INVALID_STATUS_TRANSITION & /error/details/current_status "pending"
    24h GET /videos/{video}/ad-code-request => /data/status "in_review" >> code=/data/code
    72h GET /videos/{video}/ad-code-request => /data/status "finalized" & /data/code "{code}""#
warming_targets_are_named_once_and_worked_through: r#"
    publish 0 {$WARMED}
    PUT :/warming-terms {"advanced_warming_terms": ["a1", "b1", "c1", "d1"]} => ADVANCED_WARMING_TERMS & /error/details/purchased_terms_count 3
    PUT :/warming-terms {"advanced_warming_terms": $TERMS} => /data/status "scheduled" & /data/terms_total 3
    PUT :/warming-terms {"advanced_warming_terms": ["a1", "b1", "c1", "d1"]} => WARMING_TERMS_ALREADY_SET
    49h GET : >> account=/data/saved_account_id
    GET :/account => /data/advanced_warming/status "in_progress" & /data/advanced_warming/terms_verified 1 & /data/advanced_warming/started_at "{+1}T12:00:00.000Z"
    POST /accounts/{account}/rewarm {"search_terms": $TERMS} => REWARM_ALREADY_ACTIVE
    47h GET :/account => /data/advanced_warming/status "completed" & /data/advanced_warming/completed_at "{+4}T12:00:00.000Z"
    POST /accounts/{account}/rewarm {"search_terms": $TERMS} => /credits_charged 15 & /data/status "in_progress"
    GET /accounts/{account}/warming-sessions => /data/0/status "in_progress" & /data/1/status "completed""#
warming_targets_without_names_are_refunded_as_paid: r#"
    place 0 {$WARMED}
    control /prices {"warming_target": 9}
    335h GET :/account => /data/advanced_warming/status "pending_terms"
    1h GET :/account => /data/advanced_warming null
    GET /credits/history => /data/0/amount 15"#
video_waits_while_coverage_is_paused: r#"
    publish 1
    25h GET : >> account=/data/saved_account_id
    POST /accounts/{account}/managed-subscription/cancel
    216h GET :/videos/1 => /data/status "accepted"
    GET /accounts/{account}/managed-subscription >> credits=/data/reactivation_quote/credits end=/data/current_period_end version=/data/lock_version
    POST /accounts/{account}/managed-subscription/reactivate {"expected_credits": {credits}, "expected_current_period_end": "{end}", "expected_lock_version": {version}}
    24h GET :/videos/1 => /data/status "finalized" & /data/target_publish_date "{+11}""#
suggested_terms_are_distinct_and_fit_to_be_bought: r#"
    POST /warming/generate-terms {"text": "Weeknight dinners for busy parents", "count": 30} >> terms=/data/terms
    place 0 {"wants_advanced_warming": true, "advanced_warming_terms": {terms}, "advanced_warming_terms_count": 30}"#
}

#[test]
fn course_is_the_same_however_often_it_is_looked_at() {
    let kinds = "video.configured account.configured bundle.published account.published video.published \
        account.in_review warming.session_started account.finalized video.in_review video.finalized";
    let kinds = json!(kinds.split(' ').collect::<Vec<_>>());
    let hook = json!({ "url": "http://localhost:9900/hook", "events": kinds });
    let order = "publish 1 {$WARMED, \"advanced_warming_terms\": $TERMS}";
    let run = |hours: usize| {
        let mut play = Script::new(&WORDS);
        play.run(&format!("POST /webhooks {hook}\n {order}"));
        let pass = format!("{hours}h PATCH : {{\"title\": \"T\"}}\n");
        play.run(&pass.repeat(12 * 24 / hours));
        let mut events = play.events();
        events.retain(|event| event["data"]["bundle_id"] == *play.known.0["order"]);
        let column = |name| events.iter().map(|event| event[name].clone()).collect();
        (column("type"), column("created_at"))
    };
    let seldom: (Value, Value) = run(12 * 24);
    assert_eq!(seldom.0, kinds);
    assert_eq!(seldom, run(1));
}
