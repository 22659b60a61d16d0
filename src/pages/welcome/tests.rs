use super::hosts::InstallLink;
use super::*;
use crate::testing::{FakeHost, connector};
use crate::web::language::Language;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use url::Url;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8";
const PUBLIC: &[(&str, &str)] = &[("public_url", "https://mcp.example.com")];
const NARROWED: &str = "https://mcp.example.com/api/ext/mcp?toolsets=bundles,analytics&readonly=1";

fn english() -> &'static WelcomeTexts {
    &texts::of(Language::English).welcome
}

fn send(method: Method, path: &str, headers: &[(&str, &str)], variables: &[(&str, &str)]) -> Reply {
    let app = connector(FakeHost::silent(), variables);
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Bytes::new()).expect("a request");
    pollster::block_on(app.handle(request))
}

fn open(path: &str, variables: &[(&str, &str)]) -> (StatusCode, String) {
    let reply = send(Method::GET, path, &[("accept", BROWSER)], variables);
    let page = String::from_utf8_lossy(reply.body()).into_owned();
    (reply.status(), page)
}

#[test]
fn browser_gets_the_page_at_every_address_that_people_open() {
    for path in [
        "/",
        "/api/ext/mcp",
        "/api/ext/mcp/",
        "/api/ext/mcp?readonly=1",
    ] {
        for method in [Method::GET, Method::HEAD] {
            let reply = send(method, path, &[("accept", BROWSER)], PUBLIC);
            assert_eq!(reply.status(), StatusCode::OK, "{path}");
            let header = |name| reply.headers()[name].to_str().expect("ASCII");
            assert_eq!(header("content-type"), "text/html; charset=utf-8", "{path}");
            assert_eq!(header("vary"), "accept, accept-language", "{path}");
            assert!(header("content-security-policy").contains("default-src 'none'"));
        }
    }
}

#[test]
fn client_gets_the_challenge_whatever_it_sends_beside_html() {
    let page = ("accept", BROWSER);
    for headers in [
        &[][..],
        &[("accept", "*/*")],
        &[("accept", "text/event-stream")],
        &[("accept", "application/json, text/event-stream")],
        &[("accept", "application/json, text/event-stream, text/html")],
        &[page, ("authorization", "Bearer wrong")],
        &[page, ("x-api-key", "wrong")],
    ] {
        for method in [Method::GET, Method::HEAD] {
            let reply = send(method, "/api/ext/mcp", headers, PUBLIC);
            assert_eq!(reply.status(), StatusCode::UNAUTHORIZED, "{headers:?}");
            assert!(reply.headers().contains_key("www-authenticate"));
        }
        let reply = send(Method::GET, "/", headers, PUBLIC);
        assert_eq!(reply.status(), StatusCode::NOT_FOUND, "{headers:?}");
    }
    for method in [Method::POST, Method::DELETE] {
        let reply = send(method.clone(), "/api/ext/mcp", &[page], PUBLIC);
        assert_eq!(reply.status(), StatusCode::UNAUTHORIZED, "{method}");
        let reply = send(method.clone(), "/", &[page], PUBLIC);
        assert_eq!(reply.status(), StatusCode::NOT_FOUND, "{method}");
        let body: Value = serde_json::from_slice(reply.body()).expect("JSON");
        let description = body["error_description"].as_str().expect("text");
        assert!(description.contains("/api/ext/mcp"), "{description}");
    }
}

#[test]
fn page_shows_the_narrowed_address_in_every_command() {
    let (status, page) = open("/api/ext/mcp?toolsets=bundles,analytics&readonly=1", PUBLIC);
    assert_eq!(status, StatusCode::OK);
    let shown = NARROWED.replace('&', "&#38;");
    let commands = HOSTS.iter().flat_map(|host| host.steps);
    let with_address =
        commands.filter(|step| template(step).is_some_and(|text| text.contains(hosts::URL)));
    assert_eq!(
        page.matches(&shown).count(),
        with_address.count() + 1,
        "{page}"
    );
    assert!(page.contains(english().narrowed));
}

#[test]
fn page_never_repeats_an_invalid_query() {
    for query in [
        "toolsets=call-555-0100",
        "readOnly=call-555-0100",
        "mode=%3Cscript%3E",
    ] {
        let (status, page) = open(&format!("/api/ext/mcp?{query}"), PUBLIC);
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        assert!(page.contains(english().invalid), "{query}");
        assert!(
            !page.contains("555") && !page.contains("script&"),
            "{query}"
        );
        assert!(page.contains("<code>https://mcp.example.com/api/ext/mcp</code>"));
    }
}

#[test]
fn only_the_front_page_of_a_public_connector_is_listed() {
    for (path, variables, is_listed) in [
        ("/", PUBLIC, true),
        ("/api/ext/mcp", PUBLIC, false),
        ("/", &[][..], false),
    ] {
        let reply = send(Method::GET, path, &[("accept", BROWSER)], variables);
        let page = String::from_utf8_lossy(reply.body());
        assert_eq!(
            !reply.headers().contains_key("x-robots-tag"),
            is_listed,
            "{path}"
        );
        assert_eq!(!page.contains("noindex"), is_listed, "{path}");
        assert_eq!(
            page.contains(r#"<link rel="canonical" href="https://mcp.example.com/">"#),
            is_listed
        );
    }
}

#[test]
fn page_says_how_people_sign_in_and_what_a_local_connector_lacks() {
    let portal = [
        ("public_url", "https://mcp.example.com"),
        ("portal_issuer", "https://portal.example"),
        ("portal_keys_url", "https://portal.example/keys"),
    ];
    let (_, page) = open("/", &portal);
    assert!(
        page.contains(english().how)
            && page.contains(english().sign_in)
            && page.contains(english().revoke)
    );
    assert!(!page.contains(english().not_reachable));
    let (_, page) = open("/", &[]);
    assert!(page.contains(english().how_with_key) && page.contains(english().enter_key));
    assert!(!page.contains(english().how) && !page.contains(english().sign_in));
    let remote = HOSTS.iter().filter(|host| host.is_remote).count();
    assert_eq!(page.matches(english().not_reachable).count(), remote);
}

#[test]
fn page_is_in_the_language_of_the_browser_with_the_same_commands() {
    let copied = |page: &str| -> Vec<String> {
        let code = page.split("<code>").skip(1);
        code.filter_map(|rest| Some(rest.split_once("</code>")?.0.to_owned()))
            .collect()
    };
    let (_, in_english) = open("/", PUBLIC);
    for language in Language::ALL {
        let headers = [("accept", BROWSER), ("accept-language", language.tag())];
        let reply = send(Method::GET, "/", &headers, PUBLIC);
        let page = String::from_utf8_lossy(reply.body());
        assert_eq!(reply.headers()["content-language"], language.tag());
        assert!(page.contains(&format!("<html lang=\"{}\">", language.tag())));
        assert!(page.contains(texts::of(language).welcome.title));
        assert!(
            !page.contains("{name}") && !page.contains("{date}"),
            "{page}"
        );
        assert_eq!(copied(&page), copied(&in_english));
        for host in HOSTS.iter().filter(|host| !host.name.is_empty()) {
            assert!(page.contains(&format!("<summary>{}</summary>", host.name)));
        }
    }
}

#[test]
fn install_links_carry_exactly_the_address() {
    let address = NARROWED;
    let cursor = Url::parse(&InstallLink::Cursor.to(address)).expect("a URL");
    assert_eq!(
        cursor.as_str().split('?').next(),
        Some("cursor://anysphere.cursor-deeplink/mcp/install")
    );
    let value = |url: &Url, name: &str| {
        let mut values = url.query_pairs().filter(|(key, _)| key == name);
        values.next().expect("a parameter").1.into_owned()
    };
    assert_eq!(value(&cursor, "name"), "tokportal");
    let config = STANDARD.decode(value(&cursor, "config")).expect("base64");
    let config: Value = serde_json::from_slice(&config).expect("JSON");
    assert_eq!(config, json!({ "url": address }));

    let vs_code = InstallLink::VsCode.to(address);
    let server = vs_code
        .strip_prefix("vscode:mcp/install?")
        .expect("the handler of VS Code");
    let server = percent_encoding::percent_decode_str(server)
        .decode_utf8()
        .expect("UTF-8");
    let server: Value = serde_json::from_str(&server).expect("JSON");
    assert_eq!(
        server,
        json!({ "name": "tokportal", "type": "http", "url": address })
    );

    let goose = Url::parse(&InstallLink::Goose.to(address)).expect("a URL");
    assert_eq!(
        (goose.scheme(), goose.host_str()),
        ("goose", Some("extension"))
    );
    assert_eq!(value(&goose, "type"), "streamable_http");
    assert_eq!(value(&goose, "url"), address);
}

/// The command or the configuration of a step, with `{url}` in it.
fn template(step: &Step) -> Option<&'static str> {
    match step {
        Step::Address(_) => Some(hosts::URL),
        Step::Run(text) | Step::Type(text) | Step::Configure(_, text) => Some(text),
        _ => None,
    }
}

#[test]
fn configurations_are_json_and_ids_differ() {
    let mut ids = BTreeSet::new();
    for host in &HOSTS {
        assert!(ids.insert(host.id), "{}", host.id);
        for step in host.steps {
            if let Step::Configure(file, entry) = step {
                let entry = entry.replace(hosts::URL, NARROWED);
                let parsed: Value =
                    serde_json::from_str(&entry).unwrap_or_else(|error| panic!("{file}: {error}"));
                assert!(parsed.is_object() && entry.contains(NARROWED), "{file}");
            }
        }
    }
}

/// The programs that a command downloads are those that the tests run.
#[test]
fn versions_in_commands_are_those_of_the_tests() {
    let package: Value =
        serde_json::from_str(include_str!("../../../tests/package.json")).expect("JSON");
    let mut pinned = 0;
    for text in HOSTS
        .iter()
        .flat_map(|host| host.steps)
        .filter_map(template)
    {
        let words = text.split([' ', '"']).filter(|word| word.contains('@'));
        for (name, version) in words.filter_map(|word| word.rsplit_once('@')) {
            assert_eq!(
                package["dependencies"][name], version,
                "{name} in tests/package.json"
            );
            pinned += 1;
        }
    }
    assert_eq!(pinned, 2, "the Inspector and the bridge");
}

/// `docs/hosts.md` has a section for each host, with the same commands and menus, and no command that the page lacks.
#[test]
fn docs_and_page_agree_on_every_host() {
    let docs = include_str!("../../../docs/hosts.md");
    let mut sections = docs.split("\n## ").skip(1);
    let mut documented = BTreeSet::new();
    for host in &HOSTS {
        let name = if host.name.is_empty() {
            english().other_apps
        } else {
            host.name
        };
        let section = sections
            .next()
            .expect("a section for each host, in the order of the page");
        let (heading, section) = section.split_once('\n').expect("a heading");
        assert_eq!(heading, name);
        for step in host.steps {
            match step {
                Step::Open(words)
                | Step::Press(words)
                | Step::Choose(words)
                | Step::Address(words) => {
                    assert!(section.contains(&format!("**{words}**")), "{name}: {words}");
                }
                Step::Configure(file, _) => assert!(section.contains(file), "{name}: {file}"),
                _ => {}
            }
        }
        let on_page: BTreeSet<&str> = host
            .steps
            .iter()
            .filter_map(template)
            .filter(|text| *text != hosts::URL)
            .collect();
        let in_docs: BTreeSet<&str> = blocks(section).collect();
        assert_eq!(on_page, in_docs, "{name}");
        documented.extend(in_docs);
    }
    assert!(documented.len() > 15);
    assert!(
        docs.contains(CHECKED),
        "the day on which the steps were checked"
    );
}

/// The code blocks of a section, without their fences.
fn blocks(section: &str) -> impl Iterator<Item = &str> {
    let fenced = section.split("```").skip(1).step_by(2);
    fenced.filter_map(|block| Some(block.split_once('\n')?.1.trim_end()))
}
