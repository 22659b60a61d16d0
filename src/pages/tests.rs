//! Properties of all pages, and helpers for the tests of single pages.

mod consent;
mod consent_risk;
mod hostile;

use super::error::ErrorPage;
use super::*;
use crate::access::level::AccessLevel;
use crate::check::{Check, CheckName, Subject};
use crate::config::Links;
use crate::web::language::Language;
use std::path::Path;

fn consent() -> ConsentPage<'static> {
    ConsentPage {
        t: texts::of(Language::English),
        host: "mcp.example.com",
        client_name: "Claude",
        verified_domain: Some("claude.ai"),
        proves_identity: false,
        imitation: None,
        person: Some(Person {
            name: "Dana Reyes",
            email: "dana@example.com",
        }),
        switch_url: Some("/authorize?client_id=x&prompt=login"),
        credits: Some(1_250),
        destination: Destination::Web { host: "claude.ai" },
        site_is_known: true,
        redirect_uri: "https://claude.ai/api/mcp/auth_callback",
        key_name: "Claude (MCP connector)",
        action: "/connect/consent",
        request: "c2VhbGVk",
        asks_for_key: false,
        replacement: None,
        error: None,
        selected: AccessLevel::Read,
        read_only: false,
        links: Links {
            keys_page: Some("https://app.tokportal.com/developer/api-keys".to_owned()),
            help: Some("https://tokportal.com/help".to_owned()),
            privacy: Some("https://tokportal.com/privacy".to_owned()),
        },
    }
}

fn asking_for_key() -> ConsentPage<'static> {
    ConsentPage {
        person: None,
        switch_url: None,
        credits: None,
        asks_for_key: true,
        action: "/connect/sign-in",
        ..consent()
    }
}

fn unexpected_page() -> String {
    problems::unexpected()
        .page(Language::English, "mcp.example.com", "0123")
        .html()
}

/// Two checks, of which one failed.
fn checks() -> ChecksPage<'static> {
    let checks = [
        Check::passed(CheckName::Configuration),
        Check::failed(CheckName::Api, "No connection.", "Check `api_base_url`."),
    ];
    ChecksPage::of_checks(
        &checks,
        Subject::Connector,
        Language::English,
        "mcp.example.com",
        "0123",
    )
}

fn close() -> ClosePage<'static> {
    ClosePage {
        t: texts::of(Language::English),
        host: "mcp.example.com",
        client_name: "Cursor",
        app_url: "cursor://callback?code=1&state=2",
        opens_app: true,
        completion: Completion::Minted,
    }
}

/// The text that a person reads: the body without tags, with white space collapsed and character references replaced.
fn text_of(html: &str) -> String {
    let body = html.split_once("<body>").map_or("", |(_, body)| body);
    let mut text = String::new();
    for piece in body.split('<') {
        let (tag, after) = piece.split_once('>').unwrap_or((piece, ""));
        // Inline elements add no space between words; the others begin a line.
        let inline = [
            "a", "/a", "bdi", "/bdi", "strong", "/strong", "em", "/em", "span", "/span", "code",
            "/code", "wbr",
        ];
        let name = tag.split(' ').next().unwrap_or_default();
        text.push_str(if inline.contains(&name) { "" } else { " " });
        text.push_str(after);
    }
    for (escape, character) in [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
    ] {
        text = text.replace(escape, character);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn assert_reads(html: &str, expected: &[&str]) {
    let text = text_of(html);
    let mut rest = text.as_str();
    for part in expected {
        let Some((_, after)) = rest.split_once(part) else {
            panic!("“{part}” is missing or out of place in: {text}");
        };
        rest = after;
    }
}

#[test]
fn page_is_complete_and_self_contained() {
    for html in [
        consent().html(),
        asking_for_key().html(),
        unexpected_page(),
        close().html(),
        checks().html(),
    ] {
        assert!(
            html.starts_with("<!doctype html>\n<html lang=\"en\">"),
            "{html}"
        );
        assert_eq!(html.matches("<h1").count(), 1);
        assert_eq!(html.matches("<title>").count(), 1);
        assert!(
            html.contains(&format!("<style>{}</style>", style::STYLE)),
            "the CSP hash covers this style sheet"
        );
        assert!(html.contains("mcp.example.com"));
        for forbidden in [
            "<script",
            "style=\"",
            "src=",
            " onclick",
            "javascript:",
            "http-equiv",
        ] {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
        let ids: Vec<_> = html
            .split(" id=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        for reference in html
            .split("aria-describedby=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
        {
            for id in reference.split(' ') {
                assert_eq!(ids.iter().filter(|other| **other == id).count(), 1, "{id}");
            }
        }
    }
}

/// MCP hosts show these icons, too, on light and on dark surfaces: the mark beside the name of the connector, and the
/// icon of a toolset beside its tools.
#[test]
fn icons_are_small_and_of_one_style() {
    const TOOLSETS: [&str; 12] = [
        "profile",
        "reference",
        "credits",
        "bundles",
        "account-setup",
        "videos",
        "accounts",
        "warming",
        "analytics",
        "comments",
        "uploads",
        "webhooks",
    ];
    const STYLE: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="#7563f0" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">"##;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/icons");
    let read = |name: &str| {
        std::fs::read_to_string(folder.join(format!("{name}.svg"))).unwrap_or_default()
    };
    for name in TOOLSETS {
        let icon = read(name);
        assert!(
            icon.starts_with(STYLE) && icon.ends_with("</svg>\n"),
            "{name}: {icon}"
        );
    }
    for name in TOOLSETS.iter().chain(&["mark"]) {
        let icon = read(name);
        assert!(
            !icon.is_empty() && icon.len() < 600,
            "{name}: {} bytes",
            icon.len()
        );
        for forbidden in ["<script", "href", "<style", "url(", "<image"] {
            assert!(!icon.contains(forbidden), "{name}: {forbidden}");
        }
    }
}
