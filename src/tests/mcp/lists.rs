//! Lists of tools, which an instance keeps ready.

use super::*;
use crate::app::App;
use crate::testing::connector;

const VARIABLES: [(&str, &str); 1] = [("portal_keys_url", "https://portal.example/api/keys")];

fn app() -> App<FakeHost> {
    connector(
        FakeHost::answering(|request| {
            let is_full = request.headers()["x-api-key"].as_bytes().ends_with(b"f");
            let scope = if is_full { "*" } else { "read" };
            json_answer(200, &format!(r#"{{"data":{{"scopes":["{scope}"]}}}}"#))
        }),
        &VARIABLES,
    )
}

/// What an app lists for a key that ends with this digit, at an address with this query, in this revision.
fn list(app: &App<FakeHost>, digit: char, query: &str, revision: &str) -> String {
    let key = format!("sk_{}{digit}", "0".repeat(63));
    let params = match revision {
        "2026-07-28" => json!({"_meta": {
            "io.modelcontextprotocol/protocolVersion": revision,
            "io.modelcontextprotocol/clientCapabilities": {},
        }}),
        _ => json!({}),
    };
    let request = Request::post(format!("/api/ext/mcp?{query}"))
        .header("host", "localhost:3000")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {key}"))
        .header("mcp-protocol-version", revision)
        .header("mcp-method", "tools/list");
    let message = json!({"jsonrpc":"2.0","id":1,"method":"tools/list","params":params});
    let reply = pollster::block_on(app.handle(body(request, &message)));
    assert_eq!(reply.status(), 200, "{query} {revision}");
    String::from_utf8(reply.body().to_vec()).expect("text")
}

#[test]
fn list_that_is_ready_is_that_of_its_key_address_and_revision() {
    let shared = app();
    let mut different = std::collections::BTreeSet::new();
    let mut count = 0;
    for digit in ['a', 'f'] {
        for query in [
            "",
            "readonly=1",
            "mode=compact",
            "toolsets=bundles",
            "toolsets=videos",
        ] {
            for revision in ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"] {
                let fresh = list(&app(), digit, query, revision);
                let first = list(&shared, digit, query, revision);
                let again = list(&shared, digit, query, revision);
                assert_eq!(
                    (&first, &again),
                    (&fresh, &fresh),
                    "{digit} {query} {revision}"
                );
                different.insert(fresh);
                count += 1;
            }
        }
    }
    // A key that may only read sees the same at an address that has only what reads, and there a full key, too.
    assert!(
        different.len() >= count - 2 * 4,
        "{} of {count}",
        different.len()
    );
}
