//! What the consent page says about the destination, the client's name, and what Full access can do.

use super::*;
use crate::catalog::TOOLS;
use openapi_tools::table::{Scope, Tool};

const STARTED: &str = "Go on only if you started this yourself just now.";

fn unverified(destination: Destination<'static>) -> ConsentPage<'static> {
    ConsentPage {
        client_name: "App",
        verified_domain: None,
        destination,
        site_is_known: false,
        ..consent()
    }
}

fn is_amber(html: &str) -> bool {
    html.contains("<div class=\"sent warn\">")
}

#[test]
fn unknown_site_of_an_unverified_app_is_amber() {
    let host = "evil.example";
    let html = unverified(Destination::Web { host }).html();
    assert_reads(
        &html,
        &["You are being sent to evil.example, which we do not know."],
    );
    assert!(is_amber(&html) && !html.contains(STARTED));
}

#[test]
fn known_site_and_verified_client_are_neutral() {
    let known = ConsentPage {
        site_is_known: true,
        ..unverified(Destination::Web { host: "claude.ai" })
    };
    let verified = consent();
    let on_this_computer = ConsentPage {
        destination: Destination::ThisComputer { port: Some(45679) },
        site_is_known: false,
        ..consent()
    };
    let html = on_this_computer.html();
    assert_reads(
        &html,
        &["You will be sent to an app on this computer (port 45679)."],
    );
    for html in [known.html(), verified.html(), html] {
        assert!(!is_amber(&html) && !html.contains(STARTED), "{html}");
        assert!(html.contains("You will be sent to"));
    }
}

/// Anyone can publish a document, so a verified client is trusted to lead to its own site only.
#[test]
fn verified_client_that_leads_to_another_site_is_amber() {
    let page = |host| ConsentPage {
        verified_domain: Some("app.example.com"),
        destination: Destination::Web { host },
        site_is_known: false,
        ..consent()
    };
    for (host, expected) in [
        ("app.example.com", false),
        ("login.app.example.com", false),
        ("evil.example", true),
        ("evilapp.example.com", true),
    ] {
        assert_eq!(is_amber(&page(host).html()), expected, "{host}");
    }
}

#[test]
fn unverified_app_on_this_computer_asks_who_started() {
    for (destination, words) in [
        (
            Destination::ThisComputer { port: Some(45679) },
            "You will be sent to an app on this computer (port 45679).",
        ),
        (
            Destination::ThisComputer { port: None },
            "You will be sent to an app on this computer.",
        ),
        (
            Destination::App { scheme: "cursor" },
            "You will be sent to an app on this device that opens cursor: links.",
        ),
    ] {
        let html = unverified(destination).html();
        assert_reads(&html, &[words, STARTED]);
        assert!(is_amber(&html));
    }
}

#[test]
fn imitation_is_called_one() {
    let page = |imitation| ConsentPage {
        client_name: "evil.example",
        imitation: Some(imitation),
        ..unverified(Destination::Web {
            host: "evil.example",
        })
    };
    assert_reads(
        &page(("Claude <b>", Some("Claude"))).html(),
        &[
            "evil.example wants to use",
            "This is an imitation: the app calls itself Claude <b> but does not lead to Claude.",
        ],
    );
    assert_reads(
        &page(("Сlaude", None)).html(),
        &[
            "The app calls itself Сlaude. The name mixes alphabets or forms of letters, so it can look like another name.",
        ],
    );
}

#[test]
fn internationalized_destination_is_shown_in_both_forms() {
    let host = "xn--mnchen-3ya.example";
    let html = unverified(Destination::Web { host }).html();
    assert_reads(
        &html,
        &["You are being sent to xn--mnchen-3ya.example (münchen.example), which we do not know."],
    );
}

#[test]
fn page_without_links_has_the_menu_as_text() {
    let page = ConsentPage {
        links: Links::default(),
        ..consent()
    };
    let html = page.html();
    assert_reads(&html, &["under Developer › API keys."]);
    assert!(!html.contains(">Help<") && !html.contains("class=\"links"));
}

#[test]
fn read_only_page_has_one_button_to_authorize() {
    let html = ConsentPage {
        read_only: true,
        ..consent()
    }
    .html();
    assert_reads(&html, &["Authorize read\u{2011}only", "Cancel"]);
    assert_eq!(html.matches("class=\"primary").count(), 1);
    assert!(!html.contains("authorize-full") && !html.contains("Reveal account logins"));
}

/// The sentence of the consent page that covers a tool.
fn sentence(tool: &Tool<'_>) -> Option<&'static str> {
    let texts = &texts::of(Language::English).consent;
    let name = tool.name;
    Some(match tool.toolset {
        // Whatever shows a login or a code cannot be undone.
        "accounts" if tool.facts.secret => texts.reveal_logins,
        "accounts" if name.contains("coverage") || name.contains("managed_subscription") => {
            texts.coverage
        }
        "analytics" if name.contains("report") => texts.public_reports,
        "bundles" | "account-setup" | "videos" | "warming" | "comments" | "accounts"
        | "analytics" => texts.order_and_publish,
        "uploads" | "webhooks" | "profile" => texts.uploads_and_settings,
        _ => return None,
    })
}

/// A tool that a newer API document adds must be covered, too.
#[test]
fn full_access_names_what_every_writing_tool_can_do() {
    let html = consent().html();
    let mut count = 0;
    for tool in TOOLS {
        if tool.facts.scope == Scope::Read && !tool.annotations.destructive {
            continue;
        }
        count += 1;
        let sentence = sentence(&tool).unwrap_or_else(|| panic!("no sentence for {}", tool.name));
        assert_reads(&html, &[sentence]);
        let ends_support = tool.facts.irreversible && tool.facts.secret;
        let is_reveal = sentence.starts_with("Reveal account logins");
        assert!(!ends_support || is_reveal, "{}", tool.name);
    }
    assert!(count > 30, "only {count} tools write");
    assert!(TOOLS.iter().any(|tool| tool.facts.spends_credits));
    assert_reads(&html, &["Actions spend your credits"]);
}
