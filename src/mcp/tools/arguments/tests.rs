//! The input schemas of all tools.

use super::*;
use crate::catalog;
use serde_json::json;

#[test]
fn every_tool_refuses_an_unknown_argument() {
    for tool in &catalog::TOOLS {
        let arguments = Map::from_iter([("no_such_argument".to_owned(), json!(1))]);
        let problems = check(tool, &arguments).expect_err(tool.name);
        let unknown = problems
            .iter()
            .find(|problem| problem.field == "no_such_argument");
        assert!(unknown.is_some(), "{}: {problems:?}", tool.name);
    }
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
        let checker = Checker::compile(tool.input_schema).expect(tool.name);
        let outcome = checker.schemas.validate(&none, checker.index);
        assert!(outcome.is_ok(), "{}: {outcome:?}", tool.name);
    }
}
