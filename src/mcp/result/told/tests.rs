use super::*;
use crate::catalog;
use serde_json::json;

fn call<'a>(tool: &str, arguments: &'a Map<String, Value>) -> Call<'a> {
    Call::new(catalog::find(tool).expect("a tool"), arguments)
}

/// A dry run on a connection where no person is asked.
fn simulated<'a>(tool: &str, arguments: &'a Map<String, Value>) -> Call<'a> {
    Call {
        dry_run: true,
        ..call(tool, arguments)
    }
}

fn arguments(value: &Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

/// The text that a model reads.
fn text(told: &Told) -> Value {
    serde_json::from_str(told.text.as_ref().unwrap_or(&told.structured)).expect("JSON")
}

#[test]
fn dry_run_tells_the_price_first_and_of_many_items_one() {
    let tasks: Vec<Value> = (0..200)
        .map(|at| json!({"id": at, "comment_text": "nice", "status": "pending"}))
        .collect();
    let body = json!({"data": {"created": tasks, "rejected": []}, "credits_would_charge": 200, "credits_remaining": 1250});
    let none = Map::new();
    let dry = simulated("tokportal_create_comment_tasks", &none);
    let told = dry.tell(&body.to_string(), None);
    let read = text(&told);
    assert!(
        told.structured
            .starts_with(r#"{"credits_would_charge":200"#)
    );
    assert_eq!(read["data"]["created"][1], "… and 199 more like it");
    assert!(read.to_string().len() < 400, "{read}");
    let whole: Value = serde_json::from_str(&told.structured).expect("JSON");
    assert_eq!(whole, body, "programs read all of it");
}

#[test]
fn dry_run_of_what_cannot_be_undone_tells_what_follows() {
    let none = Map::new();
    for tool in &catalog::TOOLS {
        if !(tool.facts.dry_run && tool.facts.irreversible) {
            continue;
        }
        for asks_person in [false, true] {
            let dry = Call {
                asks_person,
                ..simulated(tool.name, &none)
            };
            let notes = dry.tell(r#"{"dry_run":true}"#, None).notes.join(" ");
            let warning = tool.confirmation.and_then(|words| words.warning);
            assert!(
                notes.contains(warning.expect(tool.name)),
                "{}: {notes}",
                tool.name
            );
            assert_eq!(notes.contains("A person is asked"), asks_person);
            assert_eq!(notes.contains("without a question"), !asks_person);
        }
    }
}

#[test]
fn amounts_of_nothing_are_for_programs_only() {
    let none = Map::new();
    let body = json!({"cost_breakdown": {"account_creation": 32, "edit_slots": 0, "total": 32}});
    let told = call("tokportal_create_bundle", &none).tell(&body.to_string(), None);
    assert_eq!(
        text(&told)["cost_breakdown"],
        json!({"account_creation": 32, "total": 32})
    );
    assert!(told.structured.contains(r#""edit_slots":0"#));
}

#[test]
fn rows_that_failed_are_counted_with_their_next_steps() {
    let none = Map::new();
    let failed = |position: u32| json!({"position": position, "error": {"code": "INVALID_DATE", "message": "too early"}});
    let body = json!({"data": {"results": [failed(1), failed(2), {"position": 3, "error": null}]}});
    let told = call("tokportal_batch_configure_bundle_videos", &none).tell(&body.to_string(), None);
    assert_eq!(
        told.notes,
        ["1 of 3 succeeded. INVALID_DATE: Choose details.earliest_allowed or a later date."]
    );
    let body = json!({"data": {"created": [], "rejected": [{"index": 0, "code": "VALIDATION_ERROR"}]}, "created_count": 4});
    let told = call("tokportal_create_comment_tasks", &none).tell(&body.to_string(), None);
    assert!(
        told.notes[0].starts_with("4 of 5 succeeded. VALIDATION_ERROR: "),
        "{:?}",
        told.notes
    );
}

#[test]
fn an_empty_list_is_explained_and_another_one_is_not() {
    let none = Map::new();
    let comments = call("tokportal_get_comment_pulse", &none);
    for (body, empty) in [
        (json!({"data": []}), true),
        (json!({"data": [], "pagination": {"page": 1}}), true),
        (json!({"data": [{}]}), false),
        (json!({"data": {}}), false),
    ] {
        assert_eq!(
            !comments.tell(&body.to_string(), None).notes.is_empty(),
            empty,
            "{body}"
        );
    }
    let csv = call("tokportal_export_analytics_videos", &none);
    assert_eq!(csv.tell_table("views,likes\n").len(), 1);
    assert_eq!(csv.tell_table("views,likes\n1,2\n"), [""; 0]);
}

#[test]
fn dates_that_choose_posts_are_explained_where_they_were_given() {
    let none = Map::new();
    let dates = arguments(&json!({"from": "2026-11-01"}));
    for (tool, is_csv) in [
        ("tokportal_get_analytics_dashboard", false),
        ("tokportal_export_analytics_videos", true),
    ] {
        let notes = |arguments| {
            let call = call(tool, arguments);
            if is_csv {
                call.tell_table("views\n1\n")
            } else {
                call.tell("{}", None).notes
            }
        };
        assert_eq!(notes(&none), [""; 0], "{tool}");
        assert!(
            notes(&dates)[0].contains("tokportal_get_analytics_series"),
            "{tool}"
        );
    }
}

#[test]
fn a_change_is_repeated_where_the_answer_does_not_show_it() {
    let given =
        arguments(&json!({"id": "x", "position": 1, "description": "y".repeat(200), "name": null}));
    let told = call("tokportal_patch_bundle_video", &given).tell("{}", None);
    let note = &told.notes[0];
    assert!(
        note.starts_with("Sent and accepted: ") && note.contains("name = null"),
        "{note}"
    );
    assert!(
        note.contains("description = \"yyy") && note.len() < 220,
        "{note}"
    );
    assert!(
        !note.contains("position"),
        "the address of a slot is no change: {note}"
    );
}

#[test]
fn details_of_a_catalogue_come_on_demand() {
    let event = |name: &str| json!({"type": name, "description": "d", "emitted": name != "video.published", "schema": {"a": 1}, "example": {"b": 2}});
    let body = json!({"data": {"rules": {}, "events": [event("video.published"), event("video.in_review")]}});
    let none = Map::new();
    let told = call("tokportal_list_webhook_events", &none).tell(&body.to_string(), None);
    assert_eq!(
        text(&told).to_string(),
        r#"{"data":{"events":{"video.in_review":"d","video.published":"d emitted: false"},"rules":{}}}"#
    );
    let structured: Value = serde_json::from_str(&told.structured).expect("JSON");
    let short = json!([
        {"type": "video.published", "description": "d", "emitted": false},
        {"type": "video.in_review", "description": "d", "emitted": true},
    ]);
    assert_eq!(structured["data"]["events"], short);
    let wanted = arguments(&json!({"event": "video.in_review"}));
    let told = call("tokportal_list_webhook_events", &wanted).tell(&body.to_string(), None);
    assert_eq!(
        text(&told)["data"]["events"],
        json!([event("video.in_review")])
    );
    let wanted = arguments(&json!({"event": "video.live"}));
    let told = call("tokportal_list_webhook_events", &wanted).tell(&body.to_string(), None);
    let note = &told.notes[0];
    assert!(note.starts_with("There is no such event type."), "{note}");
}

#[test]
fn a_note_is_the_first_member() {
    let notes = ["One.".to_owned(), "Two \"words\".".to_owned()];
    assert_eq!(
        noted(r#"{"a":1}"#, &notes).expect("an object"),
        r#"{"note":"One. Two \"words\".","a":1}"#
    );
    assert_eq!(
        noted("{}", &notes[..1]).expect("an object"),
        r#"{"note":"One."}"#
    );
}

#[test]
fn dry_run_says_a_person_is_asked_only_where_the_real_call_asks() {
    let none = Map::new();
    for (tool, price, asked) in [
        // Free and reversible: the real call runs.
        ("tokportal_publish_bundle", json!(0), false),
        ("tokportal_publish_bundle", json!(25), true),
        ("tokportal_publish_bundle", Value::Null, true),
        ("tokportal_create_bundle", json!(0), true),
    ] {
        let dry = Call {
            asks_person: true,
            ..simulated(tool, &none)
        };
        let answer = json!({"dry_run": true, "credits_would_charge": price}).to_string();
        let note = dry.tell(&answer, None).notes.join(" ");
        assert_eq!(
            note.contains("A person is asked"),
            asked,
            "{tool} {price}: {note}"
        );
    }
}

#[test]
fn dry_run_that_was_none_is_not_called_simulated() {
    let none = Map::new();
    let dry = simulated("tokportal_create_bundle", &none);
    for (answer, says) in [
        (
            json!({"dry_run": true, "credits_charged": 0}),
            "Only simulated.",
        ),
        (json!({"data": {}}), "the API does not say that it was"),
        (
            json!({"dry_run": true, "credits_charged": 32}),
            "Not simulated",
        ),
        (json!({"credits_charged": 32}), "Not simulated"),
    ] {
        let note = dry.tell(&answer.to_string(), None).notes.join(" ");
        assert!(note.contains(says), "{answer}: {note}");
    }
}

#[test]
fn dry_run_keeps_items_that_differ() {
    let none = Map::new();
    let dry = simulated("tokportal_publish_bundle", &none);
    let moved = |position: u32, day: &str| json!({"position": position, "new_date": day});
    let days = ["09", "09", "09", "10", "10", "10", "10", "10"];
    let moves: Vec<Value> = days
        .iter()
        .zip(1..)
        .map(|(day, at)| moved(at, day))
        .collect();
    let told = dry.tell(&json!({"adjusted_videos": moves}).to_string(), None);
    assert_eq!(
        text(&told)["adjusted_videos"],
        json!([
            moved(1, "09"),
            moved(2, "09"),
            moved(3, "09"),
            moved(4, "10"),
            "… and 4 more like it"
        ])
    );
}

#[test]
fn page_beyond_the_last_is_not_an_empty_list() {
    let none = Map::new();
    let page = |total: u64| json!({"data": [], "pagination": {"page": 9, "total": total}});
    let list = call("tokportal_list_bundles", &none);
    let notes = list.tell(&page(6).to_string(), None).notes;
    assert_eq!(
        notes,
        ["There is no such page. There are 6 items in all; page 1 has the first."]
    );
    let notes = list.tell(&page(0).to_string(), None).notes;
    assert!(notes[0].starts_with("No order matches."), "{notes:?}");
}

#[test]
fn repeated_answer_does_not_say_what_was_sent() {
    let given = arguments(&json!({"id": "x", "position": 1, "description": "new"}));
    let repeated = Call {
        replayed: true,
        ..call("tokportal_patch_bundle_video", &given)
    };
    assert_eq!(repeated.tell("{}", None).notes, [REPLAYED]);
}

#[test]
fn many_values_that_were_sent_are_counted() {
    let long = "y".repeat(200);
    let mut given = Map::new();
    let tool = catalog::find("tokportal_configure_bundle_video").expect("a tool");
    let body = |argument: &&openapi_tools::table::Argument<'_>| argument.location == Location::Body;
    for argument in tool.operation.arguments.iter().filter(body) {
        given.insert(argument.name.to_owned(), long.as_str().into());
    }
    let note = call(tool.name, &given).tell("{}", None).notes.remove(0);
    assert!(note.len() < 800 && note.ends_with(" more."), "{note}");
}

#[test]
fn a_note_of_the_api_stays_alone() {
    let notes = ["Ours.".to_owned()];
    assert_eq!(noted(r#"{"a":1,"note":"theirs"}"#, &notes), None);
    assert_eq!(
        noted("{ }", &notes).expect("an object"),
        "{\"note\":\"Ours.\" }"
    );
}
