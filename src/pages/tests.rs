//! Structure of the pages, and values that try to get out of their place.

use super::*;
use proptest::prelude::*;

const CLIENT_NAMES: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' autofocus onfocus='alert(1)",
    "</title></style><base href=//evil.example>",
    "&lt;b&gt; &#60;b&#62;",
    "{{ 7*7 }}{% raw %}",
    "Claude\u{202e}\u{2066}\u{200b}\0\r\n",
    "👩\u{200d}💻🦀 Helper",
];

fn consent() -> ConsentPage<'static> {
    ConsentPage {
        host: "mcp.example.com",
        client_name: "Claude",
        verified_domain: Some("claude.ai"),
        person: Some(Person {
            name: "Dana Reyes",
            email: "dana@example.com",
        }),
        switch_url: Some("/authorize?client_id=x&prompt=login"),
        credits: Some(1_250),
        destination: Destination::Web { host: "claude.ai" },
        redirect_uri: "https://claude.ai/api/mcp/auth_callback",
        key_name: "Claude (MCP connector)",
        action: "/connect/consent",
        request: "c2VhbGVk",
        asks_for_key: false,
        error: None,
        selected: Level::Read,
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
    states::unexpected().page("mcp.example.com", "0123").html()
}

fn close() -> ClosePage<'static> {
    ClosePage {
        host: "mcp.example.com",
        client_name: "Claude",
    }
}

/// What a person reads: the body without tags, white space collapsed, the five escapes undone.
fn text_of(html: &str) -> String {
    let body = html.split_once("<body>").map_or("", |(_, body)| body);
    let mut text = String::new();
    for piece in body.split('<') {
        let (tag, after) = piece.split_once('>').unwrap_or((piece, ""));
        // Inline elements leave no gap between words; the others begin a line.
        let inline = [
            "bdi", "/bdi", "strong", "/strong", "em", "/em", "span", "/span", "code", "/code",
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

/// The characters that make markup, in order: equal for two pages exactly if no value added markup to one of them.
fn markup(html: &str) -> String {
    html.chars()
        .filter(|character| "<>\"'".contains(*character))
        .collect()
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
fn consent_says_everything_in_order() {
    assert_reads(
        &consent().html(),
        &[
            "TokPortal",
            "mcp.example.com",
            "Claude wants to use your TokPortal account.",
            "claude.ai · verified domain",
            "Signed in as Dana Reyes dana@example.com",
            "Not you?",
            "Read-only See analytics, bundles, accounts and balances. Cannot change anything or spend credits.",
            "Full access Everything above, and create, configure and publish bundles, upload media, manage webhooks. \
             Actions consume your credits (balance: 1,250).",
            "You will be sent to claude.ai https://claude.ai/api/mcp/auth_callback",
            "An API key named Claude (MCP connector) will be created. You can revoke it at any time under \
             Developer › API keys.",
            "Authorize",
            "Cancel",
        ],
    );
}

#[test]
fn consent_sends_what_the_handler_reads() {
    let html = consent().html();
    for markup in [
        r#"<form method="post" action="/connect/consent""#,
        r#"<input type="hidden" name="request" value="c2VhbGVk">"#,
        r#"name="level" value="read" required aria-describedby="level-read-text" checked>"#,
        r#"name="level" value="full" required aria-describedby="level-full-text">"#,
        r#"<button class="primary" name="decision" value="authorize">Authorize</button>"#,
        r#"<button name="decision" value="cancel" formnovalidate>Cancel</button>"#,
        r#"<a href="/authorize?client_id=x&#38;prompt=login">Not you?</a>"#,
    ] {
        assert!(html.contains(markup), "{markup}\n{html}");
    }
    assert!(!html.contains("api_key"), "no key is asked for");
}

#[test]
fn the_level_chosen_before_stays_chosen() {
    let html = ConsentPage {
        selected: Level::Full,
        ..consent()
    }
    .html();
    assert!(html.contains(r#"aria-describedby="level-read-text">"#));
    assert!(html.contains(r#"aria-describedby="level-full-text" checked>"#));
}

#[test]
fn an_unverified_client_is_called_that() {
    let html = ConsentPage {
        verified_domain: None,
        ..consent()
    }
    .html();
    assert_reads(&html, &["account. We could not verify who made this app."]);
    assert!(!html.contains("verified domain"));
}

#[test]
fn an_unknown_balance_is_left_out() {
    let html = ConsentPage {
        credits: None,
        ..consent()
    }
    .html();
    assert_reads(&html, &["Actions consume your credits."]);
}

#[test]
fn a_person_without_a_name_has_an_address() {
    let person = Some(Person {
        name: "\u{200b} ",
        email: "dana@example.com",
    });
    let html = ConsentPage {
        person,
        switch_url: None,
        ..consent()
    }
    .html();
    assert_reads(
        &html,
        &["D Signed in as dana@example.com What Claude may do"],
    );
}

#[test]
fn this_computer_and_apps_come_with_a_warning() {
    const WARNING: &str = "Go on only if you started this yourself just now.";
    let redirect_uri = "http://127.0.0.1:45679/callback";
    let page = |destination| {
        ConsentPage {
            destination,
            redirect_uri,
            ..consent()
        }
        .html()
    };
    assert_reads(
        &page(Destination::ThisComputer { port: Some(45679) }),
        &[
            "You will be sent to an app on this computer (port 45679).",
            WARNING,
            redirect_uri,
        ],
    );
    assert_reads(
        &page(Destination::ThisComputer { port: None }),
        &[
            "You will be sent to an app on this computer.",
            WARNING,
            redirect_uri,
        ],
    );
    assert_reads(
        &page(Destination::App { scheme: "cursor" }),
        &[
            "You will be sent to an app on this device that opens cursor: links.",
            WARNING,
        ],
    );
    assert!(
        !consent().html().contains(WARNING),
        "a web site is known by its name"
    );
}

#[test]
fn the_key_page_asks_for_a_key_and_promises_none() {
    let html = asking_for_key().html();
    assert_reads(
        &html,
        &[
            "Your TokPortal API key",
            "Developer › API keys",
            "Read-only",
            "You will be sent to",
        ],
    );
    assert!(html.contains(r#"<label for="api_key">"#));
    assert!(html.contains(r#"<input type="password" id="api_key" name="api_key" required"#));
    assert!(html.contains(r#"aria-describedby="api_key-hint">"#));
    assert!(!html.contains("will be created"));
    assert!(!html.contains("Signed in as"));
}

#[test]
fn errors_stand_at_the_top_and_next_to_the_field() {
    let error = states::wrong_key().sentence();
    let html = ConsentPage {
        error: Some(&error),
        selected: Level::Full,
        ..asking_for_key()
    }
    .html();
    assert!(html.contains("<title>Error: "));
    assert_reads(
        &html,
        &[
            &error,
            "Claude wants to use",
            "Your TokPortal API key",
            &error,
        ],
    );
    assert!(html.contains(r#"role="alert""#));
    assert!(html.contains(r#"aria-describedby="api_key-error api_key-hint" aria-invalid="true">"#));
    let elsewhere = ConsentPage {
        error: Some(&error),
        ..consent()
    }
    .html();
    assert_eq!(
        elsewhere.matches(&error).count(),
        1,
        "without the field there is one place"
    );
}

#[test]
fn every_page_is_complete_and_self_contained() {
    for html in [
        consent().html(),
        asking_for_key().html(),
        unexpected_page(),
        close().html(),
    ] {
        assert!(
            html.starts_with("<!doctype html>\n<html lang=\"en\">"),
            "{html}"
        );
        assert_eq!(html.matches("<h1").count(), 1);
        assert_eq!(html.matches("<title>").count(), 2 - 1);
        assert!(
            html.contains(&format!("<style>{}</style>", style::STYLE)),
            "the hash covers it"
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

#[test]
fn hostile_client_names_stay_text() {
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
            let shown = text::name(client_name, text::NAME_LIMIT);
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
fn a_name_that_cannot_be_read_is_said_to_be_none() {
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
fn long_addresses_are_shown_whole_after_the_host() {
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
fn addresses_with_letters_of_other_scripts_are_encoded() {
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
    fn no_value_becomes_markup(values in prop::array::uniform8("[<>\"'&=/ a-z\u{202e}\u{301}{}%#-]{1,40}a")) {
        let [host, client_name, domain, name, email, redirect_uri, error, request] = values.each_ref().map(String::as_str);
        let filled = |page: ConsentPage<'static>| {
            let person = page.person.map(|_| Person { name, email });
            let destination = Destination::Web { host };
            ConsentPage {
                host, client_name, verified_domain: Some(domain), person, switch_url: page.switch_url.map(|_| redirect_uri),
                destination, redirect_uri, key_name: client_name, action: request, request, error: Some(error), ..page
            }.html()
        };
        for page in [consent(), asking_for_key()] {
            let benign = ConsentPage { error: Some("Wrong."), ..page.clone() }.html();
            prop_assert_eq!(markup(&filled(page)), markup(&benign));
        }
        let error_page = ErrorPage { host, title: client_name, what_happened: error, what_to_do: name, request_id: request };
        prop_assert_eq!(markup(&error_page.html()), markup(&unexpected_page()));
    }
}
