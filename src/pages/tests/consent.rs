//! The text and the form of the consent page.

use super::*;

#[test]
fn consent_page_has_all_texts_in_order() {
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
            "Full access Everything above.",
            "Order, configure, change, publish and cancel: accounts, videos, edits, comments and warming.",
            "Upload media, manage webhooks and change your settings.",
            "Reactivate Coverage, and cancel it.",
            "Create public report links, which anyone can open.",
            "Reveal account logins and login codes. This cannot be undone and ends TokPortal’s support for the account.",
            "Actions spend your credits (balance: 1,250).",
            "You will be sent to claude.ai https://claude.ai/api/mcp/auth_callback",
            "An API key named Claude (MCP connector) will be created. It does not expire. You can revoke it at any time \
             under Developer › API keys.",
            "Authorize",
            "Authorize read\u{2011}only",
            "Authorize full access",
            "Cancel",
            "Help",
            "Privacy",
        ],
    );
}

#[test]
fn consent_page_says_that_a_client_proves_its_identity() {
    let page = ConsentPage {
        proves_identity: true,
        ..consent()
    };
    assert_reads(
        &page.html(),
        &["claude.ai · proves its identity with a key", "Signed in as"],
    );
}

#[test]
fn form_has_the_fields_that_the_handler_reads() {
    let html = consent().html();
    for markup in [
        r#"<form method="post" action="/connect/consent""#,
        r#"<input type="hidden" name="request" value="c2VhbGVk">"#,
        r#"name="level" value="read" required aria-describedby="level-read-text" checked>"#,
        r#"name="level" value="full" required aria-describedby="level-full-text">"#,
        r#"<button class="primary any" name="decision" value="authorize">Authorize</button>"#,
        "<button class=\"primary read\" name=\"decision\" value=\"authorize-read\">Authorize read\u{2011}only</button>",
        r#"<button class="primary full" name="decision" value="authorize-full">Authorize full access</button>"#,
        r#"under <a href="https://app.tokportal.com/developer/api-keys">Developer › API keys</a>."#,
        r#"<a href="https://tokportal.com/help">Help</a>"#,
        r#"<a href="https://tokportal.com/privacy">Privacy</a>"#,
        r#"<button name="decision" value="cancel" formnovalidate>Cancel</button>"#,
        r#"<a href="/authorize?client_id=x&#38;prompt=login">Not you?</a>"#,
    ] {
        assert!(html.contains(markup), "{markup}\n{html}");
    }
    assert!(!html.contains("api_key"), "the page has no key field");
}

#[test]
fn level_selected_before_stays_selected() {
    let html = ConsentPage {
        selected: AccessLevel::Full,
        ..consent()
    }
    .html();
    assert!(html.contains(r#"aria-describedby="level-read-text">"#));
    assert!(html.contains(r#"aria-describedby="level-full-text" checked>"#));
}

#[test]
fn unverified_client_is_labelled_as_such() {
    let html = ConsentPage {
        verified_domain: None,
        ..consent()
    }
    .html();
    assert_reads(&html, &["account. We could not verify who made this app."]);
    assert!(!html.contains("verified domain"));
}

#[test]
fn unknown_balance_is_left_out() {
    let html = ConsentPage {
        credits: None,
        ..consent()
    }
    .html();
    assert_reads(&html, &["Actions spend your credits."]);
}

#[test]
fn person_without_a_name_is_shown_by_email_address() {
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
        &["D Signed in as dana@example.com What this app may do"],
    );
}

#[test]
fn key_page_asks_for_a_key_and_creates_none() {
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
fn error_is_shown_at_the_top_and_beside_the_key_field() {
    let error = problems::wrong_key().sentence(Language::English);
    let html = ConsentPage {
        error: Some(&error),
        selected: AccessLevel::Full,
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
        "without the key field the error is shown once"
    );
}
