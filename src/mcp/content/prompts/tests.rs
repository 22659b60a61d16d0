//! Playbooks filled in, and what a wrong request for one gets.

use super::*;

fn ask(params: Value) -> Request {
    let Value::Object(params) = params else {
        panic!("an object")
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
        let filled = get(&ask(json!({"name": prompt.name, "arguments": all}))).expect(prompt.name);
        let text = filled["messages"][0]["content"]["text"]
            .as_str()
            .expect("text");
        assert_eq!(text.matches("VALUE").count(), prompt.arguments.len());
        assert!(!text.contains('{'), "{text}");
        for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
            assert!(
                !word.starts_with("tokportal_") || crate::catalog::find(word).is_some(),
                "{word}"
            );
        }
    }
}

#[test]
fn optional_arguments_leave_no_hole() {
    let filled = get(&ask(
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
fn wrong_arguments_are_named() {
    for params in [
        json!({"name": "nope"}),
        json!({"name": "first_order"}),
        json!({"name": "first_order", "arguments": {"platform": 1}}),
        json!({"name": "first_order", "arguments": {"platform": "tiktok", "colour": "red"}}),
        json!({"name": "first_order", "arguments": {"platform": "x".repeat(501)}}),
        json!({"name": "first_order", "arguments": []}),
    ] {
        assert_eq!(
            get(&ask(params.clone())).expect_err("refused").code,
            ErrorCode::InvalidParams,
            "{params}"
        );
    }
}

#[test]
fn completes_by_prefix() {
    let completed = complete(&ask(json!({
        "ref": {"type": "ref/prompt", "name": "first_order"},
        "argument": {"name": "country", "value": "u"},
    })));
    assert_eq!(
        completed.expect("completed")["completion"]["values"],
        json!(["USA", "UK"])
    );
}
