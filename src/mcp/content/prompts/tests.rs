//! Playbooks with their arguments filled in, and requests that are refused.

use super::*;
use crate::access::level::AccessLevel;
use crate::access::resource_url::{Narrowing, ResourceUrl};
use crate::catalog;

/// A connection that shows every tool.
const EVERYTHING: Shown = Shown {
    narrowing: Narrowing::EVERYTHING,
    level: None,
};

fn request(params: Value) -> Request {
    let Value::Object(params) = params else {
        panic!("params must be an object")
    };
    Request {
        id: json!(1),
        method: "prompts/get".to_owned(),
        params,
    }
}

#[test]
fn every_placeholder_has_its_argument_and_every_tool_exists() {
    for prompt in &PLAYBOOKS {
        for argument in prompt.arguments {
            assert!(
                prompt.text.contains(&format!("{{{}}}", argument.name)),
                "{} {}",
                prompt.name,
                argument.name
            );
        }
        let all: Map<String, Value> = prompt
            .arguments
            .iter()
            .map(|a| (a.name.to_owned(), json!("VALUE")))
            .collect();
        let filled = get(
            EVERYTHING,
            &request(json!({"name": prompt.name, "arguments": all})),
        )
        .expect(prompt.name);
        let text = filled["messages"][0]["content"]["text"]
            .as_str()
            .expect("text");
        assert_eq!(text.matches("VALUE").count(), prompt.arguments.len());
        assert!(!text.contains('{'), "{text}");
        for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
            assert!(
                !word.starts_with("tokportal_") || catalog::find(word).is_some(),
                "{word}"
            );
        }
    }
}

#[test]
fn an_omitted_optional_argument_leaves_no_placeholder() {
    let filled = get(
        EVERYTHING,
        &request(json!({"name": "first_order", "arguments": {"platform": "tiktok"}})),
    )
    .expect("filled");
    let text = filled["messages"][0]["content"]["text"]
        .as_str()
        .expect("text");
    assert!(
        text.starts_with("Help me place my first TokPortal order: one tiktok account.\n"),
        "{text}"
    );
}

#[test]
fn unknown_names_and_wrong_arguments_are_invalid_params() {
    for params in [
        json!({"name": "nope"}),
        json!({"name": "first_order"}),
        json!({"name": "first_order", "arguments": {"platform": 1}}),
        json!({"name": "first_order", "arguments": {"platform": "tiktok", "colour": "red"}}),
        json!({"name": "first_order", "arguments": {"platform": "x".repeat(501)}}),
        json!({"name": "first_order", "arguments": []}),
    ] {
        assert_eq!(
            get(EVERYTHING, &request(params.clone()))
                .expect_err("refused")
                .code,
            ErrorCode::InvalidParams,
            "{params}"
        );
    }
}

#[test]
fn completion_is_by_prefix_and_ignores_case() {
    let completed = complete(
        EVERYTHING,
        &request(json!({
            "ref": {"type": "ref/prompt", "name": "first_order"},
            "argument": {"name": "country", "value": "u"},
        })),
    );
    assert_eq!(
        completed.expect("completed")["completion"]["values"],
        json!(["USA", "UK"])
    );
}

#[test]
fn prompt_whose_main_tool_is_not_shown_is_not_there() {
    let names = |shown: Shown| -> Vec<String> {
        let listed = list(shown)["prompts"].clone();
        let names = listed.as_array().expect("a list").iter();
        names
            .map(|prompt| prompt["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    assert_eq!(names(EVERYTHING).len(), PLAYBOOKS.len());
    let reading = Shown {
        level: Some(AccessLevel::Read),
        ..EVERYTHING
    };
    assert_eq!(names(reading), ["weekly_report", "handle_ban"]);
    let narrowing = ResourceUrl::parse("toolsets=webhooks")
        .expect("a query")
        .narrowing;
    let webhooks = Shown {
        narrowing,
        ..EVERYTHING
    };
    assert_eq!(names(webhooks), ["connect_webhook"]);
    let wanted = request(json!({"name": "first_order", "arguments": {"platform": "tiktok"}}));
    let refused = get(webhooks, &wanted).expect_err("refused");
    assert_eq!(refused.code, ErrorCode::InvalidParams);
    let completed = complete(
        webhooks,
        &request(json!({
            "ref": {"type": "ref/prompt", "name": "first_order"},
            "argument": {"name": "country", "value": "u"},
        })),
    );
    assert!(completed.is_err());
}
