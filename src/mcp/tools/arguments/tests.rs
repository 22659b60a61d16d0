//! What is refused, in which words. `oracle` compares the check with a JSON Schema library.

mod oracle;

use super::*;
use crate::catalog;
use openapi_tools::{Arena, input_rules};
use serde_json::json;

/// The rules of a schema, for as long as the test runs.
fn rules(schema: &Value) -> Input<'static> {
    let arena = Box::leak(Box::<Arena>::default());
    input_rules(schema, arena).expect("rules")
}

fn check_tool(tool: &str, arguments: &Value) -> Result<(), Vec<ArgumentProblem>> {
    let tool = catalog::find(tool).expect("a tool");
    check(&tool.input, arguments.as_object().expect("an object"))
}

/// The fields and problems of the argument `x` with this schema.
fn problems(schema: &Value, x: &Value) -> Vec<(String, String)> {
    let input = rules(&json!({ "properties": { "x": schema } }));
    let arguments = Map::from_iter([("x".to_owned(), x.clone())]);
    let problems = check(&input, &arguments).expect_err("a problem");
    problems.into_iter().map(|p| (p.field, p.problem)).collect()
}

#[test]
fn every_tool_refuses_an_unknown_argument() {
    for tool in &catalog::TOOLS {
        let arguments = json!({ "no_such_argument": 1 });
        let problems = check_tool(tool.name, &arguments).expect_err(tool.name);
        let unknown = problems
            .iter()
            .find(|problem| problem.field == "no_such_argument");
        assert!(unknown.is_some(), "{}: {problems:?}", tool.name);
    }
}

#[test]
fn unknown_argument_is_told_what_it_may_have_meant() {
    let problems = check_tool("tokportal_list_bundles", &json!({ "perPage": 5 }));
    let [problem] = &problems.expect_err("unknown")[..] else {
        panic!("one problem")
    };
    let words = "is not an argument of this tool; did you mean `per_page`?";
    assert_eq!(problem.problem, words);
    let known = problem.allowed.as_ref().and_then(Value::as_array);
    assert!(known.expect("known").contains(&json!("per_page")));
}

#[test]
fn consent_that_is_not_true_is_refused_in_plain_words() {
    let arguments = json!({
        "id": "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b",
        "acknowledge_support_forfeit": false,
    });
    let problems = check_tool("tokportal_reveal_account_credentials", &arguments);
    let problems = problems.expect_err("consent that is not true");
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].field, "acknowledge_support_forfeit");
    assert_eq!(problems[0].problem, "must be true");
}

#[test]
fn null_that_the_list_does_not_show_is_accepted() {
    let arguments = json!({"id": "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b", "title": null});
    assert_eq!(check_tool("tokportal_update_bundle", &arguments), Ok(()));
}

#[test]
fn problem_says_what_would_be_right_and_no_value() {
    for (schema, value, words) in [
        (
            json!({"type": "integer"}),
            json!("secret"),
            "must be integer, not string",
        ),
        (
            json!({"type": "integer"}),
            json!(1.5),
            "must be integer, not number",
        ),
        (json!({"const": 5}), json!(6), "must be 5"),
        (json!({"enum": ["a"]}), json!("secret"), "must be \"a\""),
        (
            json!({"enum": ["a", 1]}),
            json!("secret"),
            "is not one of the allowed values",
        ),
        (
            json!({"format": "date"}),
            json!("secret"),
            "must have the format date",
        ),
        (
            json!({"pattern": "^a"}),
            json!("secret"),
            "must match the pattern ^a",
        ),
        (json!({"minimum": 1}), json!(0), "must be at least 1"),
        (json!({"maximum": 1.5}), json!(2), "must be at most 1.5"),
        (json!({"exclusiveMinimum": 1}), json!(1), "must be above 1"),
        (json!({"exclusiveMaximum": 1}), json!(1), "must be below 1"),
        (
            json!({"multipleOf": 3}),
            json!(4),
            "must be a multiple of 3",
        ),
        (
            json!({"minLength": 3}),
            json!("éé"),
            "must have at least 3 characters, has 2",
        ),
        (
            json!({"maxLength": 1}),
            json!("éé"),
            "must have at most 1 characters, has 2",
        ),
        (
            json!({"minItems": 1}),
            json!([]),
            "must have at least 1 items, has 0",
        ),
        (
            json!({"maxItems": 1}),
            json!([1, 2]),
            "must have at most 1 items, has 2",
        ),
        (
            json!({"minProperties": 1}),
            json!({}),
            "must have at least 1 members, has 0",
        ),
        (
            json!({"uniqueItems": true}),
            json!([1, 2, 1.0]),
            "must not repeat an item (items 0 and 2)",
        ),
        (
            json!({"not": {"type": "string"}}),
            json!("secret"),
            "is not valid",
        ),
        (
            json!({"anyOf": [{"type": "null"}, {"type": "integer"}]}),
            json!("secret"),
            "matches none of the allowed forms",
        ),
        (
            json!({"anyOf": [{"type": "integer"}]}),
            json!("secret"),
            "must be integer, not string",
        ),
        (
            json!({"oneOf": [{"minimum": 1}, {"minimum": 2}]}),
            json!(3),
            "matches more than one of the allowed forms",
        ),
    ] {
        let problems = problems(&schema, &value);
        assert_eq!(problems, [("x".to_owned(), words.to_owned())], "{schema}");
    }
}

#[test]
fn problems_have_paths_and_the_order_of_the_arguments() {
    let item = json!({"type": "object", "required": ["country", "a"], "additionalProperties": false,
        "properties": {"a": {"type": "string"}, "n": {"maximum": 5}}});
    let schema = json!({ "type": "array", "items": item });
    let value = json!([{"a": 1, "country": 1, "n": 6}, 5, {"other": 1}]);
    let fields: Vec<_> = problems(&schema, &value)
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    assert_eq!(
        fields,
        [
            "x[0].a",
            "x[0].n",
            "x[0].country",
            "x[1]",
            "x[2].country",
            "x[2].a",
            "x[2].other"
        ]
    );
}

/// The library of `oracle` counts such items from the end of the prefix.
#[test]
fn items_after_a_prefix_are_counted_from_the_first() {
    let schema = json!({ "prefixItems": [{ "type": "integer" }], "items": { "type": "null" } });
    let problems = problems(&schema, &json!([1.0, 1, null]));
    assert_eq!(problems[0].0, "x[1]");
    assert_eq!(problems.len(), 1);
}

#[test]
fn no_more_than_twenty_problems_are_reported() {
    let value = Value::Array(vec![json!("x"); 100_000]);
    let schema = json!({ "items": { "type": "integer" } });
    let problems = problems(&schema, &value);
    assert_eq!(problems.len(), MAX_PROBLEMS);
    assert_eq!(problems[19].0, "x[19]");
}

#[test]
fn schema_that_contains_itself_ends() {
    let loops = json!({ "properties": { "x": { "$ref": "#/$defs/a" } },
        "$defs": { "a": { "allOf": [{ "$ref": "#/$defs/a" }] } } });
    let arguments = Map::from_iter([("x".to_owned(), json!(1))]);
    let problems = check(&rules(&loops), &arguments).expect_err("endless");
    assert_eq!(problems[0].problem, "is nested too deeply");
}

#[test]
fn deepest_json_fits_a_schema_that_contains_itself() {
    let tree = json!({ "properties": { "x": { "$ref": "#/$defs/list" } },
        "$defs": { "list": { "anyOf": [{ "type": "null" }, { "items": { "$ref": "#/$defs/list" } }] } } });
    let deep = (0..126).fold(Value::Null, |inner, _| json!([inner]));
    let arguments = Map::from_iter([("x".to_owned(), deep)]);
    assert_eq!(check(&rules(&tree), &arguments), Ok(()));
}
