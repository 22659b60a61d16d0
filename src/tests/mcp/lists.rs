//! Lists of tools, which an instance keeps ready.

use super::*;
use crate::app::App;
use crate::testing::connector;
use crate::web::reply::Reply;
use flate2::read::GzDecoder;
use std::io::Read as _;

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
    let reply = ask(app, (digit, query, revision), "tools/list", &[]);
    assert_eq!(reply.status(), 200, "{query} {revision}");
    String::from_utf8(reply.body().to_vec()).expect("text")
}

/// The reply to a request with further headers.
fn ask(
    app: &App<FakeHost>,
    (digit, query, revision): (char, &str, &str),
    method: &str,
    headers: &[(&str, &str)],
) -> Reply {
    let key = format!("sk_{}{digit}", "0".repeat(63));
    let params = match revision {
        "2026-07-28" => json!({"_meta": {
            "io.modelcontextprotocol/protocolVersion": revision,
            "io.modelcontextprotocol/clientCapabilities": {},
        }}),
        _ => json!({}),
    };
    let mut request = Request::post(format!("/api/ext/mcp?{query}"))
        .header("host", "localhost:3000")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {key}"))
        .header("mcp-protocol-version", revision)
        .header("mcp-method", method);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let message = json!({"jsonrpc":"2.0","id":"one \" id","method":method,"params":params});
    pollster::block_on(app.handle(body(request, &message)))
}

/// The text of a gzip body.
fn inflated(body: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(body)
        .read_to_string(&mut text)
        .expect("gzip");
    text
}

#[test]
fn list_is_compressed_for_clients_that_accept_gzip() {
    let app = app();
    for revision in ["2025-03-26", "2025-11-25", "2026-07-28"] {
        let what = ('f', "", revision);
        let plain = list(&app, 'f', "", revision);
        for _ in 0..2 {
            let accepted = [("accept-encoding", "gzip, deflate, br")];
            let reply = ask(&app, what, "tools/list", &accepted);
            assert_eq!(reply.headers()["content-encoding"], "gzip");
            assert_eq!(reply.headers()["vary"], "Accept-Encoding");
            let length = reply.body().len();
            assert_eq!(reply.headers()["content-length"], length.to_string());
            assert!(length < plain.len() / 5, "{length} of {}", plain.len());
            assert_eq!(inflated(reply.body()), plain);
        }
        let refused = [("accept-encoding", "gzip;q=0, deflate")];
        let reply = ask(&app, what, "tools/list", &refused);
        assert!(!reply.headers().contains_key("content-encoding"));
        assert_eq!(reply.body(), plain.as_bytes());
    }
}

#[test]
fn answers_other_than_lists_are_not_compressed() {
    let accepted = [("accept-encoding", "gzip")];
    for method in ["ping", "prompts/list", "resources/list", "no/such"] {
        let reply = ask(&app(), ('f', "", "2025-11-25"), method, &accepted);
        assert!(
            !reply.headers().contains_key("content-encoding"),
            "{method}"
        );
    }
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
