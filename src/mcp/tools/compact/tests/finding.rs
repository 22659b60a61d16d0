//! What is listed, found and described.

use super::{call, send};
use crate::catalog::{self, CALL_READ, CALL_WRITE, COMPACT, DESCRIBE, FIND, TOOLS, TOOLSETS};
use crate::mcp::tools::compact::DEFAULT_LIMIT;
use openapi_tools::table::Scope;
use serde_json::{Value, json};

fn listed(query: &str) -> Vec<Value> {
    let (_, body, _) = send(query, "tools/list", json!({}));
    body["result"]["tools"].as_array().expect("tools").clone()
}

fn found(query: &str, arguments: Value) -> Vec<String> {
    let (result, sent) = call(query, FIND, arguments);
    assert_eq!(sent, 0);
    let tools = result["structuredContent"]["tools"]
        .as_array()
        .expect("tools")
        .clone();
    tools
        .iter()
        .map(|tool| tool["name"].as_str().expect("a name").to_owned())
        .collect()
}

#[test]
fn the_list_has_four_tools_with_every_annotation() {
    let tools = listed("mode=compact");
    let names: Vec<_> = tools
        .iter()
        .map(|tool| tool["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, [FIND, DESCRIBE, CALL_READ, CALL_WRITE]);
    for tool in &tools {
        let annotations = tool["annotations"].as_object().expect("annotations");
        assert_eq!(annotations.len(), 5, "{tool}");
        assert_eq!(tool["title"], annotations["title"]);
        let description = tool["description"].as_str().expect("a text");
        assert!(description.len() <= 1_024);
        assert_eq!(tool["inputSchema"].get("additionalProperties"), None);
        for property in tool["inputSchema"]["properties"]
            .as_object()
            .expect("properties")
            .values()
        {
            assert!(property["description"].is_string(), "{property}");
        }
    }
    let toolsets = &tools[0]["inputSchema"]["properties"]["toolset"]["enum"];
    assert_eq!(*toolsets, json!(TOOLSETS));
    assert_eq!(
        tools[0]["inputSchema"]["properties"]["limit"]["default"],
        DEFAULT_LIMIT
    );
    assert!(
        tools[2]["annotations"]["readOnlyHint"] == true
            && tools[3]["annotations"]["destructiveHint"] == true
    );
    assert_eq!(listed("mode=compact&readonly=1").len(), 3);
    assert_eq!(COMPACT.len(), 4);
}

#[test]
fn a_search_result_has_what_a_model_chooses_by() {
    let (result, sent) = call(
        "mode=compact",
        FIND,
        json!({"query": "order an account", "limit": 20}),
    );
    assert_eq!(sent, 0);
    let tools = result["structuredContent"]["tools"]
        .as_array()
        .expect("tools");
    let tool = tools
        .iter()
        .find(|tool| tool["name"] == "tokportal_create_bundle")
        .expect("found");
    assert_eq!(
        (&tool["access"], &tool["cost"]),
        (
            &json!("write"),
            &json!(
                "credits: 32 per account, 2 per video slot, 3 per edit slot, 5 per warming target at standard prices"
            )
        )
    );
    assert_eq!(
        (&tool["title"], &tool["toolset"]),
        (&json!("Create bundle"), &json!("bundles"))
    );
    let summary = tool["summary"].as_str().expect("a sentence");
    assert!(
        summary.starts_with("Orders one new account") && summary.ends_with('.'),
        "{summary}"
    );
    assert_eq!(
        result["content"][0]["text"],
        result["structuredContent"].to_string()
    );
    assert!(
        result["structuredContent"]["total"]
            .as_u64()
            .expect("a number")
            >= 20
    );

    let (nothing, _) = call("mode=compact", FIND, json!({"query": "zebra"}));
    let nothing = &nothing["structuredContent"];
    assert_eq!(
        (&nothing["tools"], &nothing["total"]),
        (&json!([]), &json!(0))
    );
    assert!(nothing["hint"].is_string());
}

#[test]
fn a_search_finds_only_tools_that_the_resource_shows() {
    let videos = json!({"query": "publish a video", "limit": 20});
    let all = found("mode=compact", videos.clone());
    assert!(all.contains(&"tokportal_publish_bundle_video".to_owned()));
    assert_eq!(
        found("mode=compact", json!({"query": "publish a video"})).len(),
        DEFAULT_LIMIT
    );
    let facts = |name: &String| catalog::find(name).expect("a tool");
    let bundles = found("mode=compact&toolsets=bundles", videos.clone());
    assert!(!bundles.is_empty() && bundles.iter().all(|name| facts(name).toolset == "bundles"));
    let reads = found("mode=compact&readonly=1", videos);
    assert!(
        !reads.is_empty()
            && reads
                .iter()
                .all(|name| facts(name).facts.scope == Scope::Read)
    );
    let one = found(
        "mode=compact",
        json!({"query": "publish bundle", "toolset": "bundles", "limit": 1}),
    );
    assert_eq!(one, ["tokportal_publish_bundle"]);
}

#[test]
fn a_description_has_every_member_of_the_list_entry() {
    let full = listed("");
    for (tool, entry) in TOOLS.iter().zip(&full) {
        let (result, sent) = call("mode=compact", DESCRIBE, json!({"name": tool.name}));
        let described = &result["structuredContent"];
        let entry = entry.as_object().expect("an entry").iter();
        // Icons are for people who see a list.
        for (member, value) in entry.filter(|(member, _)| *member != "icons") {
            assert_eq!(&described[member], value, "{} {member}", tool.name);
        }
        let reads = described["annotations"]["readOnlyHint"] == true;
        let (access, through) = if reads {
            ("read", CALL_READ)
        } else {
            ("write", CALL_WRITE)
        };
        assert_eq!(
            (&described["access"], &described["call_with"]),
            (&json!(access), &json!(through))
        );
        assert_eq!(described["toolset"], tool.toolset);
        let names = described["arguments"].as_str().expect("a text");
        let names: Vec<&str> = names
            .split(", ")
            .map(|name| name.trim_end_matches(" (required)"))
            .filter(|name| !name.is_empty())
            .collect();
        let properties = described["inputSchema"]["properties"].as_object();
        let listed: Vec<&str> = properties
            .into_iter()
            .flat_map(|all| all.keys().map(String::as_str))
            .collect();
        assert_eq!(names, listed, "{}", tool.name);
        assert_eq!(described["cost"] == "none", !tool.facts.spends_credits);
        assert_eq!(sent, 0);
    }
}
