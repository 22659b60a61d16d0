//! Views (MCP Apps): clients that declare the extension get them, and no other client hears of them.

use super::*;
use crate::app::App;
use crate::testing::connector;
use crate::web::reply::Reply;

const UI: &str = "io.modelcontextprotocol/ui";
const VIEW_TYPE: &str = "text/html;profile=mcp-app";

fn app(scope: &'static str) -> App<FakeHost> {
    let answer = move |_: &Request<Bytes>| {
        json_answer(200, &format!(r#"{{"data":{{"scopes":["{scope}"]}}}}"#))
    };
    let keys = ("portal_keys_url", "https://portal.example/api/keys");
    connector(FakeHost::answering(answer), &[keys])
}

fn ui() -> Value {
    json!({"extensions": {UI: {"mimeTypes": [VIEW_TYPE]}}})
}

fn send(
    app: &App<FakeHost>,
    query: &str,
    version: &str,
    session: Option<&str>,
    (method, params): (&str, Value),
) -> Reply {
    let mut request = Request::post(format!("/api/ext/mcp?{query}"))
        .header("host", "localhost:3000")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {}", demo_key()))
        .header("mcp-protocol-version", version)
        .header("mcp-method", method);
    for (name, value) in [
        ("mcp-session-id", session),
        ("mcp-name", params["uri"].as_str()),
    ] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    pollster::block_on(app.handle(body(request, &message)))
}

fn result(reply: &Reply) -> Value {
    let answer: Value = serde_json::from_slice(reply.body()).expect("JSON");
    assert!(answer["result"].is_object(), "{answer}");
    answer["result"].clone()
}

/// The result of a request of a modern client that declares this.
fn modern(app: &App<FakeHost>, method: &str, capabilities: Value) -> Value {
    let params = json!({"_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": capabilities,
    }});
    result(&send(app, "", "2026-07-28", None, (method, params)))
}

/// Starts a connection of a legacy client that declares this. Returns the session id and the result.
fn initialize(app: &App<FakeHost>, version: &str, capabilities: Value) -> (Option<String>, Value) {
    let params = json!({"protocolVersion": version, "capabilities": capabilities, "clientInfo": {"name": "x", "version": "1"}});
    let reply = send(app, "", version, None, ("initialize", params));
    let session = reply.headers().get("mcp-session-id");
    let session = session.map(|id| id.to_str().expect("ASCII").to_owned());
    (session, result(&reply))
}

/// The URIs of views in a list of tools, by tool.
fn views(tools: &Value) -> Vec<(&str, &str)> {
    let tools = tools["tools"].as_array().expect("a list").iter();
    tools
        .filter_map(|tool| {
            let uri = tool["_meta"]["ui"]["resourceUri"].as_str()?;
            Some((tool["name"].as_str()?, uri))
        })
        .collect()
}

fn is_listed(tools: &Value, name: &str) -> bool {
    let mut tools = tools["tools"].as_array().expect("a list").iter();
    tools.any(|tool| tool["name"] == name)
}

#[test]
fn modern_client_that_shows_views_gets_them() {
    let app = app("*");
    let capabilities = &modern(&app, "server/discover", ui())["capabilities"];
    assert_eq!(
        capabilities["extensions"][UI]["mimeTypes"],
        json!([VIEW_TYPE])
    );
    let tools = modern(&app, "tools/list", ui());
    let shown = views(&tools);
    for expected in [
        ("tokportal_create_bundle", "ui://tokportal/order"),
        (
            "tokportal_get_analytics_dashboard",
            "ui://tokportal/dashboard",
        ),
        ("tokportal_get_bundle", "ui://tokportal/tracker"),
        ("tokportal_get_account", "ui://tokportal/account"),
    ] {
        assert!(shown.contains(&expected), "{expected:?} in {shown:?}");
    }
    assert!(is_listed(&tools, "tokportal_run_approved"));
    let resources = modern(&app, "resources/list", ui());
    for (_, uri) in shown {
        let resources = resources["resources"].as_array().expect("a list");
        let listed = resources.iter().find(|resource| resource["uri"] == uri);
        assert_eq!(listed.expect(uri)["mimeType"], VIEW_TYPE);
    }
}

#[test]
fn client_that_declares_no_views_hears_of_none() {
    let app = app("*");
    let plain = |method| modern(&app, method, json!({"elicitation": {}})).to_string();
    for method in ["server/discover", "tools/list", "resources/list"] {
        let text = plain(method);
        for word in ["ui://", "run_approved", UI, "resourceUri"] {
            assert!(!text.contains(word), "{method} has {word}");
        }
    }
    for version in ["2025-03-26", "2025-06-18", "2025-11-25"] {
        let (session, started) = initialize(&app, version, json!({}));
        assert_eq!(session, None);
        assert!(started["capabilities"]["extensions"].is_null());
        let tools = send(&app, "", version, None, ("tools/list", json!({})));
        assert!(views(&result(&tools)).is_empty());
    }
}

#[test]
fn legacy_client_gets_them_by_its_session_id() {
    let app = app("*");
    let (session, started) = initialize(&app, "2025-11-25", ui());
    assert!(started["capabilities"]["extensions"][UI].is_object());
    let session = session.expect("a session id");
    let list = |session| {
        result(&send(
            &app,
            "",
            "2025-11-25",
            session,
            ("tools/list", json!({})),
        ))
    };
    assert!(!views(&list(Some(&session))).is_empty());
    assert!(
        views(&list(None)).is_empty(),
        "a client that drops its session id"
    );
    assert!(views(&list(Some("another"))).is_empty());
    let another = initialize(&app, "2025-11-25", ui())
        .0
        .expect("a session id");
    assert_ne!(session, another);
}

#[test]
fn view_is_read_by_its_uri() {
    let app = app("*");
    let params = json!({"uri": "ui://tokportal/order"});
    let read = result(&send(
        &app,
        "",
        "2025-11-25",
        None,
        ("resources/read", params),
    ));
    let [contents] = read["contents"].as_array().expect("a list").as_slice() else {
        panic!("{read}")
    };
    assert_eq!(contents["mimeType"], VIEW_TYPE);
    assert!(
        contents["_meta"]["ui"]["csp"].is_null(),
        "nothing from outside"
    );
    let html = contents["text"].as_str().expect("text");
    assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>\n"));
}

#[test]
fn connection_that_only_reads_has_no_view_with_a_price() {
    let reading = app("read");
    let tools = modern(&reading, "tools/list", ui());
    assert!(!is_listed(&tools, "tokportal_run_approved"));
    assert!(
        views(&tools)
            .iter()
            .all(|(_, uri)| *uri != "ui://tokportal/order")
    );
    let (session, _) = initialize(&app("*"), "2025-11-25", ui());
    let list = ("tools/list", json!({}));
    let tools = send(
        &app("*"),
        "readonly=1",
        "2025-11-25",
        session.as_deref(),
        list,
    );
    assert!(!is_listed(&result(&tools), "tokportal_run_approved"));
    let call = (
        "tools/call",
        json!({"name": "tokportal_run_approved", "arguments": {
            "approval": "x", "name": "tokportal_create_bundle", "arguments": {},
        }}),
    );
    let refused = send(&reading, "", "2025-11-25", session.as_deref(), call);
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}
