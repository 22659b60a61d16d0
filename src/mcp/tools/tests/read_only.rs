//! A connection that may only read sends no request that writes, whichever way a tool is called.

use super::{MODERN, REVISIONS, request, response};
use crate::catalog::{CALL_READ, CALL_WRITE};
use crate::mcp::tools::generated::{for_every_tool_with, valid};
use crate::secret::ApiKey;
use crate::testing::{FakeHost, connector, demo_key, json_answer};
use crate::upstream::portal::key_cache;
use openapi_tools::table::{Scope, Tool};
use pollster::block_on;
use proptest::prelude::*;
use serde_json::{Value, json};

/// What makes a connection read-only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    /// `readonly=1` in the URL, with a key that may do everything.
    Resource,
    /// A key that may only read.
    Key,
}

/// How a tool is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Direct,
    Toolset,
    Batch,
    Compact(&'static str),
}

const WAYS: [Way; 5] = [
    Way::Direct,
    Way::Toolset,
    Way::Batch,
    Way::Compact(CALL_READ),
    Way::Compact(CALL_WRITE),
];

#[test]
fn read_only_connection_writes_with_no_tool_in_any_mode() {
    for_every_tool_with(2, valid, |tool, arguments| {
        for revision in REVISIONS {
            for limit in [Limit::Resource, Limit::Key] {
                for way in WAYS {
                    // Batches exist in one revision.
                    if way != Way::Batch || revision == "2025-03-26" {
                        check(tool, &arguments, revision, limit, way)?;
                    }
                }
            }
        }
        Ok(())
    });
}

fn check(
    tool: &Tool<'static>,
    arguments: &Value,
    revision: &str,
    limit: Limit,
    way: Way,
) -> Result<(), TestCaseError> {
    let mut query = match way {
        Way::Direct | Way::Batch => String::new(),
        Way::Toolset => format!("toolsets={}&", tool.toolset),
        Way::Compact(_) => "mode=compact&".to_owned(),
    };
    if limit == Limit::Resource {
        query.push_str("readonly=1");
    }
    let params = match way {
        Way::Compact(name) => {
            json!({"name": name, "arguments": {"name": tool.name, "arguments": arguments}})
        }
        _ => json!({"name": tool.name, "arguments": arguments}),
    };
    let key = ApiKey::parse(&demo_key()).expect("a key");
    key_cache::forget(&key);
    let host = FakeHost::answering(move |request| {
        let scope = if limit == Limit::Key { "read" } else { "*" };
        match request.uri().host() {
            Some("portal.example") => {
                json_answer(200, &json!({"data": {"scopes": [scope]}}).to_string())
            }
            _ => json_answer(200, r#"{"data":{}}"#),
        }
    });
    let app = connector(
        host,
        &[("portal_keys_url", "https://portal.example/api/keys")],
    );
    let path = format!("/api/ext/mcp?{query}");
    let reply = block_on(app.handle(request(
        &path,
        revision,
        "tools/call",
        params,
        way == Way::Batch,
    )));
    let response = response(reply.body());
    let sent = app.host.sent.borrow();
    let sent: Vec<_> = sent
        .iter()
        .filter(|request| request.uri().host() != Some("portal.example"))
        .collect();
    let case = format!(
        "{} {revision} {limit:?} {way:?}: {} {response}",
        tool.name,
        reply.status()
    );
    if tool.facts.scope == Scope::Write || way == Way::Compact(CALL_WRITE) {
        prop_assert!(sent.is_empty(), "{}", case);
        let is_refused = reply.status() == 403
            || response.get("error").is_some()
            || response["result"]["isError"] == true;
        prop_assert!(is_refused, "{}", case);
    } else {
        let methods: Vec<&str> = sent
            .iter()
            .map(|request| request.method().as_str())
            .collect();
        prop_assert_eq!(methods, [tool.operation.method], "{}", case);
        prop_assert_eq!(tool.operation.method, "GET", "{}", tool.name);
        prop_assert!(response["result"]["isError"].is_null(), "{}", case);
        prop_assert_eq!(
            revision == MODERN,
            response["result"].get("resultType").is_some(),
            "{}",
            case
        );
    }
    Ok(())
}
