//! Answers that contain secrets: logins, codes, signing secrets, signed links.
//!
//! The person who asked for a secret needs it, so it stays in the answer, and a note says where it is. A login or a
//! login code costs credits and cannot be revoked, so it is for the person only: `audience: ["user"]` keeps it from the
//! model in hosts that honour the annotation (Zed and VS Code do; others ignore it). Signed links, signing secrets and
//! ad codes stay visible to the model, because its next step needs them.

use super::path::values;
use openapi_tools::table::Tool;
use serde_json::Value;

/// The secret members that have a value in this answer. In a dry run, for example, they are null or absent. An answer with
/// too many or too deep values to look at counts as having all of them.
pub(super) fn present(tool: &Tool<'static>, answer: &str) -> Vec<&'static str> {
    let members = tool.facts.secret_members;
    if members.is_empty() {
        return Vec::new();
    }
    let Some(answer) = values::<Value>(answer) else {
        return members.to_vec();
    };
    let has_value = |path: &&&str| has_value(&answer, path);
    members.iter().filter(has_value).copied().collect()
}

/// Whether the answer is for the person and not for the model.
pub(super) fn is_for_user_only(tool: &Tool<'_>) -> bool {
    tool.facts.secret && tool.facts.irreversible
}

/// The note to the model about the secret members.
pub(super) fn note(members: &[&str]) -> String {
    format!(
        "Secret in this answer: {}. Whoever has it can use it: it is for the person who asked, and not to be repeated, stored or passed to other tools beyond what they asked for.",
        members.join(", ")
    )
}

/// Whether there is a value at a path such as `data[].links`.
fn has_value(value: &Value, path: &str) -> bool {
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
    found.is_some_and(|value| list_has_value(value, lists, rest))
}

fn list_has_value(value: &Value, lists: usize, rest: &str) -> bool {
    match (lists, value) {
        (0, value) => has_value(value, rest),
        (_, Value::Array(items)) => items
            .iter()
            .any(|item| list_has_value(item, lists - 1, rest)),
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
    fn only_members_with_a_value_are_secret() {
        let reveal = tool("tokportal_reveal_account_credentials");
        let full = r#"{"data":{"username":"u","email":"e","password":"p"}}"#;
        assert_eq!(present(reveal, full), ["data.email", "data.password"]);
        let dry = r#"{"data":{"username":"u","email":null,"password":null},"dry_run":true}"#;
        assert!(present(reveal, dry).is_empty());
        assert_eq!(present(reveal, "no JSON"), reveal.facts.secret_members);
        let many = format!(r#"{{"data":[{}0]}}"#, "0,".repeat(500_000));
        assert_eq!(present(reveal, &many), reveal.facts.secret_members);
    }

    #[test]
    fn secret_members_of_list_items_are_found() {
        let bans = tool("tokportal_list_account_bans");
        let some = r#"{"data":[{"screenshots":null},{"screenshots":["https://x"]}]}"#;
        assert_eq!(present(bans, some), ["data[].screenshots"]);
        let none = r#"{"data":[{"screenshots":[]},{}]}"#;
        assert!(present(bans, none).is_empty());
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
        let user_only: Vec<_> = catalog::TOOLS
            .iter()
            .filter(|tool| is_for_user_only(tool))
            .map(|tool| tool.operation.id)
            .collect();
        assert_eq!(
            user_only,
            [
                "retrieveAccountVerificationCode",
                "revealAccountCredentials"
            ]
        );
    }
}
