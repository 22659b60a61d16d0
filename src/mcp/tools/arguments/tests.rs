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
