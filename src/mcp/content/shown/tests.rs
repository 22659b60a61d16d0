use super::*;
use crate::access::resource_url::ResourceUrl;
use crate::catalog::TOOLSETS;
use crate::mcp::content::playbooks::PLAYBOOKS;

fn shown(query: &str, level: Option<AccessLevel>) -> Shown {
    let narrowing = ResourceUrl::parse(query).expect("a query").narrowing;
    Shown { narrowing, level }
}

/// Every connection that shows one or two toolsets, and every one that shows all, in each mode and level.
fn connections() -> Vec<(String, Shown)> {
    let pairs = TOOLSETS.iter().flat_map(|one| {
        TOOLSETS
            .iter()
            .map(move |two| format!("toolsets={one},{two}&"))
    });
    let mut connections = Vec::new();
    for toolsets in pairs.chain([String::new()]) {
        for rest in ["", "readonly=1", "mode=compact", "mode=compact&readonly=1"] {
            for level in [None, Some(AccessLevel::Read), Some(AccessLevel::Full)] {
                let query = format!("{toolsets}{rest}");
                connections.push((format!("{query} {level:?}"), shown(&query, level)));
            }
        }
    }
    connections
}

#[test]
fn playbook_names_only_tools_that_the_connection_shows() {
    let is_compact_tool = |name: &str| catalog::COMPACT.iter().any(|tool| tool.name == name);
    for (name, connection) in connections() {
        for playbook in &PLAYBOOKS {
            let text = connection.adapt(playbook.text);
            let missing: Vec<&str> = tools(&text)
                .filter(|tool| !connection.has(tool) && !is_compact_tool(tool))
                .collect();
            assert!(missing.is_empty(), "{name}: {missing:?} in {text}");
        }
    }
}

#[test]
fn playbook_is_unchanged_where_every_tool_is_shown() {
    for level in [None, Some(AccessLevel::Full)] {
        for playbook in &PLAYBOOKS {
            assert_eq!(
                shown("", level).adapt(playbook.text),
                playbook.text.trim_end()
            );
        }
    }
}

#[test]
fn steps_are_numbered_anew_and_sentences_go_with_the_one_before() {
    let text = "Do it.\n\n1. Call tokportal_create_bundle. Then wait.\n2. Read tokportal_list_bundles. \
                Tell me. Use tokportal_publish_bundle.\n3. Write a summary.\n";
    assert_eq!(
        shown("readonly=1", None).adapt(text),
        "Do it.\n\n1. Read tokportal_list_bundles. Tell me.\n2. Write a summary."
    );
}

#[test]
fn compact_connection_is_told_how_to_call() {
    let text = shown("mode=compact", None).adapt("Do it.");
    assert!(text.contains("tokportal_describe_tool") && text.contains("tokportal_call_write_tool"));
    let text = shown("mode=compact&readonly=1", None).adapt("Do it.");
    assert!(text.contains("tokportal_call_read_tool") && !text.contains("write"));
}
