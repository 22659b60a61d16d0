//! Answers that hold secrets: logins, codes, signing secrets, signed links.
//!
//! A secret has to reach whoever asked for it, so it stays in the answer, and the answer says where it is. What a person
//! paid for and nobody can take back (a login, a login code) is for that person alone: `audience: ["user"]` keeps it from
//! the model in hosts that heed the annotation (Zed and VS Code do; others ignore it). Signed links, signing secrets and
//! ad codes stay visible to the model, because its next step needs them.

use openapi_tools::table::Tool;
use serde_json::Value;

/// The secret members that this answer really holds: those that are null or absent, as in a dry run, are none.
pub(crate) fn held(tool: &Tool<'static>, answer: &str) -> Vec<&'static str> {
    let members = tool.facts.secret_members;
    if members.is_empty() {
        return Vec::new();
    }
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    let holds = |path: &&&str| holds(&answer, path);
    members.iter().filter(holds).copied().collect()
}

/// Whether only the person should see the answer.
pub(crate) fn is_for_the_person_alone(tool: &Tool<'_>) -> bool {
    tool.facts.secret && tool.facts.irreversible
}

/// What the model is told about them.
pub(crate) fn note(members: &[&str]) -> String {
    format!(
        "Secret in this answer: {}. Whoever has it can use it: it is for the person who asked, and not to be repeated, stored or passed to other tools beyond what they asked for.",
        members.join(", ")
    )
}

/// Whether there is anything at a path such as `data[].links`.
fn holds(value: &Value, path: &str) -> bool {
    if path.is_empty() {
        return match value {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => true,
        };
    }
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    let name = step.trim_end_matches("[]");
    let lists = (step.len() - name.len()) / 2;
    let found = if name.is_empty() {
        Some(value)
    } else {
        value.get(name)
    };
    found.is_some_and(|value| holds_in_lists(value, lists, rest))
}

fn holds_in_lists(value: &Value, lists: usize, rest: &str) -> bool {
    match (lists, value) {
        (0, value) => holds(value, rest),
        (_, Value::Array(items)) => items
            .iter()
            .any(|item| holds_in_lists(item, lists - 1, rest)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    fn tool(name: &str) -> &'static Tool<'static> {
        catalog::find(name).expect("a tool")
    }

    #[test]
    fn only_what_is_there_is_secret() {
        let reveal = tool("tokportal_reveal_account_credentials");
        let full = r#"{"data":{"username":"u","email":"e","password":"p"}}"#;
        assert_eq!(held(reveal, full), ["data.email", "data.password"]);
        let dry = r#"{"data":{"username":"u","email":null,"password":null},"dry_run":true}"#;
        assert!(held(reveal, dry).is_empty());
        assert!(held(reveal, "no JSON").is_empty());
    }

    #[test]
    fn members_of_lists_are_found() {
        let bans = tool("tokportal_list_account_bans");
        let some = r#"{"data":[{"screenshots":null},{"screenshots":["https://x"]}]}"#;
        assert_eq!(held(bans, some), ["data[].screenshots"]);
        let none = r#"{"data":[{"screenshots":[]},{}]}"#;
        assert!(held(bans, none).is_empty());
    }

    #[test]
    fn every_operation_with_a_secret_says_where_it_is() {
        for tool in &catalog::TOOLS {
            assert!(
                !tool.facts.secret || !tool.facts.secret_members.is_empty(),
                "{}",
                tool.name
            );
        }
        let alone: Vec<_> = catalog::TOOLS
            .iter()
            .filter(|tool| is_for_the_person_alone(tool))
            .map(|tool| tool.operation.id)
            .collect();
        assert_eq!(
            alone,
            [
                "retrieveAccountVerificationCode",
                "revealAccountCredentials"
            ]
        );
    }
}
