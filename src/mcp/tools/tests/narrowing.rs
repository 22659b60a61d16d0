//! Every list of a narrowed resource is a part of the whole list, and what it does not list cannot be called.

use super::{REVISIONS, request, response};
use crate::access::resource_url::ResourceUrl;
use crate::catalog::{TOOLS, TOOLSETS};
use crate::mcp::tools::generated::runner;
use crate::testing::{FakeHost, connector, json_answer};
use pollster::block_on;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

/// A query that narrows, with parameters that mean nothing, in any order.
fn query() -> impl Strategy<Value = String> {
    let toolsets = proptest::option::of(subsequence(TOOLSETS.to_vec(), 1..=TOOLSETS.len()));
    let noise = select(vec![
        "",
        "utm_source=x",
        "toolset=bundles",
        "=",
        "read=0",
        "%00",
    ]);
    (toolsets, any::<bool>(), any::<bool>(), noise, any::<bool>()).prop_map(
        |(toolsets, read_only, compact, noise, reverse)| {
            let mut parameters = vec![noise.to_owned()];
            parameters.extend(toolsets.map(|names| format!("toolsets={}", names.join(","))));
            parameters.extend(read_only.then(|| "readonly=1".to_owned()));
            parameters.extend(compact.then(|| "mode=compact".to_owned()));
            if reverse {
                parameters.reverse();
            }
            parameters.join("&")
        },
    )
}

fn send(path: &str, revision: &str, method: &str, params: Value) -> (Value, usize) {
    let host = FakeHost::answering(|_| json_answer(200, r#"{"data":{}}"#));
    let app = connector(host, &[]);
    let reply = block_on(app.handle(request(path, revision, method, params, false)));
    let sent = app.host.sent.borrow().len();
    (response(reply.body()), sent)
}

fn listed(path: &str, revision: &str) -> Vec<Value> {
    let (response, _) = send(path, revision, "tools/list", json!({}));
    let tools = response["result"]["tools"].as_array();
    tools
        .unwrap_or_else(|| panic!("{path}: {response}"))
        .clone()
}

#[test]
fn narrowed_list_is_a_part_of_the_whole_list() {
    let strategy = (query(), select(REVISIONS.to_vec()), 0..TOOLS.len());
    let run = runner().run(&strategy, |(query, revision, at)| {
        let path = format!("/api/ext/mcp?{query}");
        let narrowing = ResourceUrl::parse(&query).expect("valid").narrowing;
        let mode = if narrowing.is_compact() {
            "?mode=compact"
        } else {
            ""
        };
        let whole = listed(&format!("/api/ext/mcp{mode}"), revision);
        let part = listed(&path, revision);
        prop_assert!(part.iter().all(|tool| whole.contains(tool)), "{}", query);
        for tool in &part {
            let reads = tool["annotations"]["readOnlyHint"] == true;
            prop_assert!(
                reads || !narrowing.is_read_only(),
                "{} lists {}",
                query,
                tool["name"]
            );
        }
        let name = TOOLS[at].name;
        if part.iter().all(|tool| tool["name"] != name) {
            let params = json!({"name": name, "arguments": {}});
            let (response, sent) = send(&path, revision, "tools/call", params);
            prop_assert_eq!(sent, 0, "{} {}", query, name);
            let is_refused =
                response.get("error").is_some() || response["result"]["isError"] == true;
            prop_assert!(is_refused, "{} {}: {}", query, name, response);
        }
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
}
