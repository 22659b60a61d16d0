//! Schemas that become rules, and schemas that cannot.

use super::*;
use serde_json::json;

fn rules(schema: &Value) -> Vec<Rule<'static>> {
    let schema = json!({ "type": "object", "properties": { "x": schema } });
    let input = input_rules(&schema, Box::leak(Box::default())).expect("rules");
    let Some(Rule::Members(members)) = input.schema.rules.get(1) else {
        panic!("{input:?}");
    };
    assert_eq!(members.others, Others::None, "the root is closed");
    members.properties[0].schema.rules.to_vec()
}

fn problems(schema: &Value) -> Vec<String> {
    let schema = json!({ "properties": { "x": schema } });
    let Problems(problems) = input_rules(&schema, &Arena::default()).expect_err("a problem");
    problems.iter().map(Problem::to_string).collect()
}

/// Whether a pattern matches a text.
fn matches(pattern: &str, text: &str) -> bool {
    let arena = Arena::default();
    let pattern = pattern::pattern(pattern, &arena).unwrap_or_else(|e| panic!("{pattern}: {e}"));
    pattern.matches(text)
}

#[test]
fn keywords_become_rules_in_the_order_of_checking() {
    let schema = json!({ "anyOf": [{ "type": "null" }, true], "maximum": 5.5, "enum": [1, null, "a"],
        "minimum": 1, "type": "number", "description": "D", "format": "int64", "const": 1.5 });
    let null = Schema {
        rules: &[Rule::Type(Type::Null)],
    };
    let values = [Literal::Integer(1), Literal::Null, Literal::String("a")];
    assert_eq!(
        rules(&schema),
        [
            Rule::Type(Type::Number),
            Rule::Const(Literal::Number(1.5)),
            Rule::Enum(&values),
            Rule::Minimum(1.0),
            Rule::Maximum(5.5),
            Rule::AnyOf(&[null, Schema { rules: &[] }]),
        ]
    );
}

#[test]
fn references_become_positions_also_in_a_circle() {
    let schema = json!({ "properties": { "x": { "$ref": "#/$defs/a~1b" } },
        "$defs": { "n": { "type": "integer" }, "a/b": { "items": { "$ref": "#/$defs/a~1b" } } } });
    let arena = Arena::default();
    let input = input_rules(&schema, &arena).expect("rules");
    let again = Schema {
        rules: &[Rule::Reference(1)],
    };
    assert_eq!(
        input.definitions[1].rules,
        [Rule::Items {
            after: 0,
            schema: again
        }]
    );
    let problems = problems(&json!({ "$ref": "#/$defs/none" }));
    assert!(
        problems[0].starts_with("/properties/x/$ref: "),
        "{problems:?}"
    );
}

#[test]
fn keyword_without_a_rule_is_a_problem_that_names_it() {
    for (keyword, value) in [
        ("contains", json!({})),
        ("patternProperties", json!({})),
        ("dependentRequired", json!({})),
        ("unevaluatedProperties", json!(false)),
        ("invented", json!(1)),
    ] {
        let problems = problems(&json!({ keyword: value }));
        assert_eq!(
            problems,
            [format!(
                "/properties/x/{keyword}: arguments cannot be checked against this keyword"
            )]
        );
    }
}

#[test]
fn value_that_no_rule_can_have_is_a_problem() {
    for (keyword, value) in [
        ("type", json!(["string", "null"])),
        ("enum", json!([{ "a": 1 }])),
        ("const", json!([1])),
        ("enum", json!([18_446_744_073_709_551_615_u64])),
        ("format", json!("duration")),
        ("minLength", json!(1.5)),
        ("maxItems", json!(-1)),
        ("multipleOf", json!(0)),
        ("required", json!("a")),
        ("pattern", json!("(?=a)")),
        ("pattern", json!(r"(a)\1")),
        ("pattern", json!("[")),
        ("anyOf", json!([false])),
    ] {
        let problems = problems(&json!({ keyword: value }));
        assert!(problems[0].contains("cannot be checked"), "{problems:?}");
    }
}

#[test]
fn pattern_matches_as_ecma_262_says() {
    for (pattern, accepted, refused) in [
        ("^https://[^/?#]", "https://é", "https:///"),
        ("^[a-zA-Z0-9_.]+$", "a.b_9", "a-b"),
        ("^[a-zA-Z0-9_.]+$", "a", "a\n"),
        ("b", "abc", "ac"),
        ("", "", "none"),
        (r"^\d$", "5", "٥"),
        (r"^[\w-]+$", "a_-9", "ä"),
        (r"^\s$", "\u{feff}", "\u{85}"),
        (r"^[\S]$", "\u{85}", "\u{a0}"),
        ("^.$", "é", "\u{2028}"),
        ("^[[&&~~]+$", "[&~", "]"),
        (r"\bcat\b", "a cat", "concat"),
        (r"^\/\u00e9\.$", "/é.", "/éa"),
        ("^[^]$", "\n", ""),
        ("a[]|b", "b", "a"),
        ("a$|^b", "xa", "xb"),
    ] {
        assert!(matches(pattern, accepted), "{pattern} {accepted:?}");
        assert!(
            pattern.is_empty() || !matches(pattern, refused),
            "{pattern} {refused:?}"
        );
    }
}

#[test]
fn pattern_with_very_many_states_is_a_problem() {
    let arena = Arena::default();
    assert!(matches("^[a-z]{254}$", &"a".repeat(254)), "256 states");
    for large in [
        "^[a-z]{255}$",
        "^[a-z]{300}$",
        "(a|b)*a(a|b){40}$",
        // These took 8, 2 and 30 seconds when the whole automaton was made and minimized. The fuzzer found the last one.
        "a.{8}",
        r"array.{36}|\p{L}{3}",
        "W|\u{fffd}\t.Sx\u{fffd}\u{fffd}array\0Z\u{428a}\u{fffd}\u{fffd}e4\u{f}.{36}",
    ] {
        let reason = pattern::pattern(large, &arena).expect_err("too many");
        assert_eq!(reason, "it needs more than 256 states", "{large}");
    }
    let nested = pattern::pattern("(((a{99}){99}){99}){99}", &arena).expect_err("too large");
    assert!(nested.contains("exceeded limit"), "{nested}");
}
