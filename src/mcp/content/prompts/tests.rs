//! Playbooks with their arguments filled in, and requests that are refused.

use super::*;
use crate::catalog;

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
        let filled =
            get(&request(json!({"name": prompt.name, "arguments": all}))).expect(prompt.name);
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
    let filled = get(&request(
        json!({"name": "first_order", "arguments": {"platform": "tiktok"}}),
    ))
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
            get(&request(params.clone())).expect_err("refused").code,
            ErrorCode::InvalidParams,
            "{params}"
        );
    }
}

#[test]
fn completion_is_by_prefix_and_ignores_case() {
    let completed = complete(&request(json!({
        "ref": {"type": "ref/prompt", "name": "first_order"},
        "argument": {"name": "country", "value": "u"},
    })));
    assert_eq!(
        completed.expect("completed")["completion"]["values"],
        json!(["USA", "UK"])
    );
}
