//! The input schemas of all tools.

use super::*;
use crate::catalog;
use serde_json::json;

#[test]
fn every_tool_refuses_an_unknown_argument() {
    for tool in &catalog::TOOLS {
        let arguments = Map::from_iter([("no_such_argument".to_owned(), json!(1))]);
        let problems = check(tool.name, tool.input_schema, &arguments).expect_err(tool.name);
        let unknown = problems
            .iter()
            .find(|problem| problem.field == "no_such_argument");
        assert!(unknown.is_some(), "{}: {problems:?}", tool.name);
    }
}

#[test]
fn consent_that_is_not_true_is_refused_in_plain_words() {
    let reveal = catalog::find("tokportal_reveal_account_credentials").expect("a tool");
    let arguments = json!({
        "id": "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b",
        "acknowledge_support_forfeit": false,
    });
    let arguments = arguments.as_object().expect("an object");
    let problems = check(reveal.name, reveal.input_schema, arguments);
    let problems = problems.expect_err("consent that is not true");
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].field, "acknowledge_support_forfeit");
    assert_eq!(problems[0].problem, "must be true");
}

#[test]
fn null_that_the_list_does_not_show_is_accepted() {
    let update = catalog::find("tokportal_update_bundle").expect("a tool");
    let arguments = json!({"id": "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b", "title": null});
    let arguments = arguments.as_object().expect("an object");
    assert_eq!(check(update.name, update.input_schema, arguments), Ok(()));
}

#[test]
fn schema_that_demands_nothing_accepts_no_arguments() {
    let tools = catalog::TOOLS.iter();
    let undemanding: Vec<_> = tools
        .filter(|tool| demands_nothing(tool.input_schema))
        .collect();
    assert!(undemanding.len() > 20, "{}", undemanding.len());
    let none = json!({});
    for tool in undemanding {
        let checker = Checker::compile(&parsed(tool.name, tool.input_schema).expect("JSON"))
            .expect(tool.name);
        let outcome = checker.schemas.validate(&none, checker.index);
        assert!(outcome.is_ok(), "{}: {outcome:?}", tool.name);
    }
}
