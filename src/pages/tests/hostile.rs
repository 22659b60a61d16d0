//! Hostile values in pages.

use super::*;
use crate::check::{Check, CheckName, Subject};
use crate::config::VariableProblem;
use crate::text::{NAME_LIMIT, display_name};
use proptest::prelude::*;

const CLIENT_NAMES: [&str; 10] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' autofocus onfocus='alert(1)",
    "</title></style><base href=//evil.example>",
    "&lt;b&gt; &#60;b&#62;",
    "{{ 7*7 }}{% raw %}",
    "Claude\u{202e}\u{2066}\u{200b}\0\r\n",
    "👩\u{200d}💻🦀 Helper",
    "クロード・デスクトップ",
    "مساعد تيك توك",
];

/// The characters of a page that can form markup, in order. They are equal for two pages if no value added markup.
fn markup(html: &str) -> String {
    html.chars()
        .filter(|character| "<>\"'".contains(*character))
        .collect()
}

#[test]
fn hostile_client_name_adds_no_markup() {
    for client_name in CLIENT_NAMES {
        for page in [consent(), asking_for_key()] {
            let benign = markup(&page.html());
            let html = ConsentPage {
                client_name,
                key_name: client_name,
                ..page
            }
            .html();
            assert_eq!(markup(&html), benign, "{client_name:?}");
            let shown = display_name(client_name, NAME_LIMIT);
            assert_reads(
                &html,
                &[&format!("{shown} wants to use your TokPortal account.")],
            );
        }
        let html = ClosePage {
            client_name,
            ..close()
        }
        .html();
        assert_eq!(markup(&html), markup(&close().html()), "{client_name:?}");
    }
}

#[test]
fn invisible_client_name_is_replaced() {
    for client_name in ["", " \t", "\u{202e}\u{200b}", "\u{3164}"] {
        let html = ConsentPage {
            client_name,
            ..consent()
        }
        .html();
        assert_reads(
            &html,
            &["An app without a name wants to use your TokPortal account."],
        );
    }
}

#[test]
fn long_redirect_uri_is_shown_whole_after_the_host() {
    let redirect_uri = format!("https://claude.ai/{}", "a".repeat(1_900));
    let html = ConsentPage {
        redirect_uri: &redirect_uri,
        ..consent()
    }
    .html();
    assert_reads(&html, &["You will be sent to claude.ai", &redirect_uri]);
    assert!(html.contains(
        r#"<p class="address long" tabindex="0" role="region" aria-label="Full address">"#
    ));
}

#[test]
fn redirect_uri_with_other_scripts_is_percent_encoded() {
    let html = ConsentPage {
        redirect_uri: "https://claude.ai/\u{202e}moc",
        ..consent()
    }
    .html();
    assert_reads(&html, &["https://claude.ai/%E2%80%AEmoc"]);
    assert!(!html.contains('\u{202e}'));
}

proptest! {
    #[test]
    fn value_of_any_field_adds_no_markup(values in prop::array::uniform8("[<>\"'&=/ a-z\u{202e}\u{301}{}%#-]{1,40}a")) {
        let [host, client_name, domain, name, email, redirect_uri, error, request] = values.each_ref().map(String::as_str);
        let links = |keys_page: &str, help: &str, privacy: &str| Links {
            keys_page: Some(keys_page.to_owned()), help: Some(help.to_owned()), privacy: Some(privacy.to_owned()),
        };
        let filled = |page: ConsentPage<'static>| {
            let person = page.person.map(|_| Person { name, email });
            let destination = Destination::Web { host };
            ConsentPage {
                host, client_name, verified_domain: Some(domain), person, switch_url: page.switch_url.map(|_| redirect_uri),
                destination, redirect_uri, imitation: Some((client_name, Some(name))), key_name: client_name,
                site_is_known: false,
                links: links(redirect_uri, host, name), action: request, request, error: Some(error), ..page
            }.html()
        };
        for page in [consent(), asking_for_key()] {
            let benign = ConsentPage {
                error: Some("Wrong."), imitation: Some(("A", Some("B"))), site_is_known: false, verified_domain: Some("x"),
                ..page.clone()
            }.html();
            prop_assert_eq!(markup(&filled(page)), markup(&benign));
        }
        let t = texts::of(Language::English);
        let (what_happened, what_to_do) = (error.to_owned(), name.to_owned());
        let error_page = ErrorPage { t, host, title: "Wrong", what_happened, what_to_do, request_id: request };
        prop_assert_eq!(markup(&error_page.html()), markup(&unexpected_page()));
    }
}

/// Variable names and examples are fixed, but a problem may quote what the operator wrote, and a server may have had a
/// hand in the text of a check.
#[test]
fn hostile_text_of_a_check_or_variable_adds_no_markup() {
    let english = Language::English;
    let of_check = |problem: &str| {
        let checks = [
            Check::passed(CheckName::Configuration),
            Check::noted(CheckName::Scopes, problem),
            Check::failed(CheckName::Api, problem, problem),
        ];
        ChecksPage::of_checks(&checks, Subject::Portal, english, "mcp.example.com", "req").html()
    };
    let of_variable = |problem: &str| {
        let problems = [VariableProblem {
            variable: "public_url",
            problem: problem.to_owned(),
            example: "https://mcp.example.com",
        }];
        ChecksPage::of_variables(&problems, english, "mcp.example.com", "req").html()
    };
    for text in CLIENT_NAMES {
        assert_eq!(
            markup(&of_check(text)),
            markup(&of_check("Wrong")),
            "{text:?}"
        );
        assert_eq!(
            markup(&of_variable(text)),
            markup(&of_variable("wrong")),
            "{text:?}"
        );
    }
    let html = of_check("`<b>`<i>`");
    assert!(
        html.contains("<code>&#60;b&#62;</code>&#60;i&#62;<code></code>"),
        "{html}"
    );
}
