//! What hosts do to arguments, example by example; `properties` has generated arguments of every tool.

mod properties;

use super::schema::Types;
use super::*;
use crate::catalog;
use openapi_tools::{Arena, input_rules};
use serde_json::json;

/// Normalizes for a tool of the catalogue as `invoke` does.
fn run(tool: &str, arguments: &Value) -> (Value, Changes, Vec<(String, String)>) {
    let tool = catalog::find(tool).expect("a tool");
    let unknown = match tool.annotations.read_only {
        true => Unknown::Dropped(None),
        false => Unknown::Refused,
    };
    run_with(&tool.input, unknown, arguments)
}

/// The rules of a schema.
fn rules(schema: &Value) -> Input<'static> {
    let arena = Box::leak(Box::<Arena>::default());
    input_rules(schema, arena).expect("rules")
}

fn run_with(
    input: &Input<'_>,
    unknown: Unknown<'_>,
    arguments: &Value,
) -> (Value, Changes, Vec<(String, String)>) {
    let members = arguments.as_object().expect("an object");
    let normalized = normalize(input, unknown, members);
    let is_borrowed = matches!(normalized.arguments, Cow::Borrowed(_));
    assert_eq!(is_borrowed, normalized.changes.count == 0, "{arguments}");
    let value = Value::Object(normalized.arguments.into_owned());
    (value, normalized.changes, normalized.problems)
}

fn assert_becomes(tool: &str, arguments: &Value, expected: &Value) {
    let (normalized, _, problems) = run(tool, arguments);
    assert_eq!(&normalized, expected, "{tool} {arguments}");
    assert_eq!(problems, []);
}

fn assert_stays(tool: &str, arguments: &Value) {
    assert_becomes(tool, arguments, arguments);
}

const BUNDLE: &str = "0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10";

#[test]
fn nulls_that_are_not_allowed_count_as_left_out() {
    assert_becomes(
        "tokportal_list_bundles",
        &json!({"page": null, "status": null, "per_page": 5}),
        &json!({"per_page": 5}),
    );
    // A required argument is then missing, which the check says.
    assert_becomes("tokportal_get_bundle", &json!({"id": null}), &json!({}));
}

#[test]
fn sender_that_fills_gaps_with_null_clears_nothing() {
    let (arguments, changes, _) = run(
        "tokportal_update_bundle",
        &json!({"id": BUNDLE, "auto_finalize_videos": false, "title": null, "external_ref": null,
            "dry_run": null, "idempotency_key": null}),
    );
    assert_eq!(
        arguments,
        json!({"id": BUNDLE, "auto_finalize_videos": false})
    );
    assert_eq!(changes.count, 4);
    assert_eq!(changes.not_cleared, ["title", "external_ref"]);
    let notes = changes.notes();
    assert_eq!(notes.ignored_nulls, ["title", "external_ref"]);
    assert!(notes.for_model[0].contains("title, external_ref"));
}

#[test]
fn null_clears_where_all_nulls_are_allowed() {
    assert_stays(
        "tokportal_update_bundle",
        &json!({"id": BUNDLE, "title": null}),
    );
    assert_stays(
        "tokportal_update_bundle",
        &json!({"id": BUNDLE, "title": null, "external_ref": null}),
    );
}

#[test]
fn nested_nulls_follow_the_same_rule_and_items_stay() {
    let video = |extra: Value| {
        let mut video =
            json!({"position": 1, "video_type": "video", "target_publish_date": "2026-12-01"});
        video
            .as_object_mut()
            .expect("an object")
            .extend(extra.as_object().expect("an object").clone());
        json!({"id": BUNDLE, "videos": [video]})
    };
    let tool = "tokportal_batch_configure_bundle_videos";
    assert_stays(tool, &video(json!({"volume_added_sound": null})));
    assert_becomes(
        tool,
        &video(json!({"volume_added_sound": null, "youtube_title": null})),
        &video(json!({})),
    );
    assert_stays(tool, &json!({"id": BUNDLE, "videos": [null]}));
}

/// No host fills a gap in a map, because the schema does not name its members.
#[test]
fn nulls_in_maps_and_in_open_objects_stay() {
    let schema = json!({"properties": {
        "map": {"type": "object", "additionalProperties": {"type": "string"}},
        "open": {"type": "object"},
        "maps": {"type": "object", "additionalProperties":
            {"type": "object", "properties": {"n": {"type": "integer"}}}},
        "page": {"type": "integer"},
    }});
    let schema = rules(&schema);
    let arguments = json!({"map": {"a": null}, "open": {"a": null}});
    assert_eq!(run_with(&schema, Unknown::Refused, &arguments).0, arguments);
    let filled =
        json!({"map": {"a": null}, "open": {"a": null}, "maps": {"x": {"n": null}}, "page": null});
    let expected = json!({"map": {"a": null}, "open": {"a": null}, "maps": {"x": {}}});
    assert_eq!(run_with(&schema, Unknown::Refused, &filled).0, expected);
}

#[test]
fn text_becomes_the_value_that_it_spells() {
    assert_becomes(
        "tokportal_list_bundles",
        &json!({"per_page": "5", "page": " 2 "}),
        &json!({"per_page": 5, "page": 2}),
    );
    for (text, flag) in [
        ("true", true),
        ("false", false),
        ("True", true),
        ("FALSE", false),
    ] {
        assert_becomes(
            "tokportal_create_bundle",
            &json!({"bundle_type": "account_only", "country": "USA", "dry_run": text}),
            &json!({"bundle_type": "account_only", "country": "USA", "dry_run": flag}),
        );
    }
    assert_becomes(
        "tokportal_create_bundle",
        &json!({"advanced_warming_terms": "[\"a1\",\"b2\",\"c3\"]"}),
        &json!({"advanced_warming_terms": ["a1", "b2", "c3"]}),
    );
    assert_becomes(
        "tokportal_batch_configure_bundle_videos",
        &json!({"videos": "[{\"position\":\"1\",\"youtube_tags\":\"[\\\"x\\\"]\",\"name\":\"7\"}]"}),
        &json!({"videos": [{"position": 1, "youtube_tags": ["x"], "name": "7"}]}),
    );
}

#[test]
fn text_that_spells_no_such_value_stays() {
    for text in [
        "", "five", "5.5", "05", "null", "None", "true", "[5]", "{}", "5 6", "\"5\"", "0x5",
    ] {
        assert_stays("tokportal_list_bundles", &json!({"per_page": text}));
    }
    for text in ["1", "0", "yes", "on", "", "null", "t", "\"true\"", "[true]"] {
        assert_stays("tokportal_create_bundle", &json!({"dry_run": text}));
    }
    for number in [json!(1), json!(0), json!(1.0)] {
        assert_stays("tokportal_create_bundle", &json!({"dry_run": number}));
    }
    for text in ["a1,b2", "a1", "{\"a\":1}", "[\"a1\"", "[1]]"] {
        assert_stays(
            "tokportal_create_bundle",
            &json!({"advanced_warming_terms": text}),
        );
    }
}

#[test]
fn text_arguments_are_never_touched() {
    for text in ["5", "5.0", "true", "null", "[\"a\"]", "{\"a\":1}", " x "] {
        assert_stays(
            "tokportal_create_bundle",
            &json!({"title": text, "external_ref": text, "idempotency_key": text}),
        );
        assert_stays(
            "tokportal_update_bundle",
            &json!({"id": BUNDLE, "title": text}),
        );
    }
}

#[test]
fn consent_is_never_read_from_text() {
    for tool in [
        "tokportal_reveal_account_credentials",
        "tokportal_retrieve_account_verification_code",
    ] {
        assert_stays(
            tool,
            &json!({"id": BUNDLE, "acknowledge_support_forfeit": "true", "policy_version": "3"}),
        );
    }
}

#[test]
fn whole_numbers_lose_their_fraction_and_no_precision() {
    assert_becomes(
        "tokportal_list_bundles",
        &serde_json::from_str(r#"{"per_page":5.0,"page":2e0}"#).expect("JSON"),
        &json!({"per_page": 5, "page": 2}),
    );
    assert_becomes(
        "tokportal_batch_configure_bundle_videos",
        &json!({"videos": [{"position": -0.0, "volume_added_sound": 30.0}]}),
        &json!({"videos": [{"position": 0, "volume_added_sound": 30}]}),
    );
    assert_stays("tokportal_list_bundles", &json!({"per_page": 5.5}));
    let exact = json!({"page": 9_007_199_254_740_993_u64});
    assert_stays("tokportal_list_bundles", &exact);
    assert_becomes(
        "tokportal_list_bundles",
        &json!({"page": "9007199254740993"}),
        &exact,
    );
    for inexact in [
        "9007199254740993.0",
        "1e300",
        "-1e16",
        "123456789012345678901234567890",
    ] {
        let arguments: Value =
            serde_json::from_str(&format!("{{\"page\":{inexact}}}")).expect("JSON");
        let (unchanged, _, problems) = run("tokportal_list_bundles", &arguments);
        assert_eq!(unchanged, arguments);
        assert!(
            problems[0].1.contains("too large to be exact"),
            "{problems:?}"
        );
    }
}

#[test]
fn numbers_stay_where_fractions_are_admitted() {
    let schema = json!({"properties": {"n": {"type": "number"}, "any": {},
        "both": {"anyOf": [{"type": "integer"}, {"type": "string"}]}}});
    let schema = rules(&schema);
    let arguments = json!({"n": 5.0, "any": 5.0, "both": "5"});
    assert_eq!(run_with(&schema, Unknown::Refused, &arguments).0, arguments);
}

#[test]
fn text_with_half_an_emoji_is_a_problem_in_words() {
    let arguments = json!({"advanced_warming_terms": "[\"cut \\ud83d\"]"});
    let (unchanged, _, problems) = run("tokportal_create_bundle", &arguments);
    assert_eq!(unchanged, arguments);
    assert_eq!(problems[0].0, "advanced_warming_terms");
    assert!(problems[0].1.contains("not valid Unicode"), "{problems:?}");
}

#[test]
fn unknown_arguments_are_dropped_on_reads_only() {
    let added = json!({"per_page": 5, "toolCallId": "call_1", "sessionId": 7, "focus": "x"});
    let (arguments, changes, _) = run("tokportal_list_bundles", &added);
    assert_eq!(arguments, json!({"per_page": 5}));
    assert_eq!(changes.dropped, ["toolCallId", "sessionId", "focus"]);
    let notes = changes.notes();
    assert_eq!(notes.for_model.len(), 1);
    assert!(notes.for_model[0].ends_with(": focus."), "{notes:?}");
    assert_stays(
        "tokportal_update_bundle",
        &json!({"id": BUNDLE, "toolCallId": "call_1"}),
    );
}

#[test]
fn names_that_resemble_known_ones_are_not_dropped() {
    for name in [
        "perPage",
        "per_pages",
        "pg",
        "Status",
        "dry_run",
        "dryRun",
        "idempotency_key",
    ] {
        let resembles = name != "pg";
        let (arguments, changes, _) = run("tokportal_list_bundles", &json!({name: 5}));
        assert_eq!(arguments.get(name).is_some(), resembles, "{name}");
        assert_eq!(changes.dropped.is_empty(), resembles, "{name}");
    }
}

#[test]
fn very_many_unknown_arguments_are_not_dropped() {
    let many = (0..21).map(|i| (format!("unknown_argument_{i}"), json!(i)));
    assert_stays("tokportal_list_bundles", &Value::Object(many.collect()));
}

/// A host field that a tool has is an argument like any other, so no rule here may depend on its name.
#[test]
fn every_schema_is_understood() {
    for tool in &catalog::TOOLS {
        let root = Shape::root(&tool.input);
        let names: Vec<_> = root.property_names().collect();
        let arguments: Vec<_> = tool.operation.arguments.iter().map(|a| a.name).collect();
        for name in arguments {
            assert!(names.contains(&name), "{} {name}", tool.name);
            let shape = root.property(name).expect("described");
            let some = [Types::STRING, Types::BOOLEAN, Types::INTEGER];
            let is_container =
                shape.types() == Types::of(&json!([])) || shape.types() == Types::of(&json!({}));
            assert!(
                is_container || some.iter().any(|t| shape.types().admit(*t)),
                "{name}"
            );
            assert!(
                !shape.types().admit(Types::FRACTION),
                "{} {name}",
                tool.name
            );
        }
    }
}

#[test]
fn references_and_combinators_are_followed() {
    let schema = json!({
        "properties": {
            "a": {"$ref": "#/$defs/n"},
            "b": {"allOf": [{"anyOf": [{"type": "integer"}, {"type": "string"}]}, {"enum": [1, null]}]},
            "c": {"oneOf": [{"type": "integer"}, {"type": "boolean"}]},
            "d": {"anyOf": [{"type": "object", "properties": {"n": {"type": "integer"}}}, {"type": "null"}]},
            "e": {"anyOf": [{"type": "object", "properties": {"n": {"type": "integer"}}}, {"type": "object"}]},
            "f": {"enum": [1, 2]},
            "g": {"$ref": "#/$defs/loop"},
            "h": {"type": "object", "additionalProperties": {"type": "integer"}},
            "i": {"type": "array", "prefixItems": [{"type": "integer"}], "items": {"type": "integer"}},
        },
        "$defs": {"n": {"type": "integer"}, "loop": {"$ref": "#/$defs/loop"}},
    });
    let arguments = json!({"a": "1", "b": "1", "c": "1", "d": {"n": "1"}, "e": {"n": "1"}, "f": "1",
        "g": "1", "h": {"x": "1"}, "i": ["1"]});
    let expected = json!({"a": 1, "b": 1, "c": 1, "d": {"n": 1}, "e": {"n": "1"}, "f": 1,
        "g": "1", "h": {"x": 1}, "i": ["1"]});
    assert_eq!(
        run_with(&rules(&schema), Unknown::Refused, &arguments).0,
        expected
    );
}
