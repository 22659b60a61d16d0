//! What a stolen store, a log, a history or a page gives away of an open flow: nothing.

use crate::browser::Browser;
use crate::program::{Program, VERIFIER, call};
use crate::store::{names, rows};
use crate::support::{Running, json_of};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::path::Path;
use tokportal_emulator::people::PEOPLE;

/// Everything in the store, one after the other.
fn dump(state: &Path) -> Vec<u8> {
    let rows = rows(state).into_iter();
    rows.flat_map(|(name, value)| [name.into_bytes(), value].concat())
        .collect()
}

fn contains(text: &[u8], part: &str) -> bool {
    text.windows(part.len())
        .any(|window| window == part.as_bytes())
}

/// A secret as it is, and as it would look inside of base64.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![
        secret.to_owned(),
        secret.trim_start_matches("sk_").to_owned(),
    ];
    for shift in 0..3 {
        let shifted = [&b"xxx"[..shift], secret.as_bytes()].concat();
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let encoded = engine.encode(&shifted);
            // The first and last characters depend on what stands beside.
            forms.push(encoded[4..encoded.len() - 4].to_owned());
        }
    }
    forms
}

/// Attack family 15, and "a dump of the store during an open flow".
#[tokio::test]
async fn a_dump_of_the_store_holds_neither_key_nor_code_nor_token() {
    let state = tempfile::tempdir().expect("a folder");
    let app = Running::start_in(state.path().to_owned()).await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let program = Program::register(&app, "App").await;
    let mut dumps = Vec::new();

    let page = program.consent_page(&browser).await;
    let sealed = page.form("/connect/consent")["request"].clone();
    dumps.push(("while the page is open", dump(state.path())));
    let code = browser.decide(&page, "full", "authorize").await.code();
    dumps.push(("while the code is on its way", dump(state.path())));
    let open = names(state.path());
    for kind in ["code-", "uses-", "consent-", "pending-"] {
        assert!(
            open.iter().any(|name| name.starts_with(kind)),
            "{kind} in {open:?}"
        );
    }
    let (_, answer) = json_of(program.redeem(&code, &[]).await).await;
    let key = answer["access_token"].as_str().expect("a token").to_owned();
    dumps.push(("after the redemption", dump(state.path())));
    call(&app, &key, "tokportal_get_credit_balance").await;
    dumps.push(("after a call", dump(state.path())));

    let mut secrets = vec![
        ("key", key),
        ("code", code),
        ("sealed request", sealed),
        ("verifier", VERIFIER.to_owned()),
    ];
    let portal_code = browser.history().iter().find_map(|address| {
        let (_, rest) = address.split_once("/connect/callback?")?;
        let mut pairs = url::form_urlencoded::parse(rest.as_bytes());
        pairs
            .find(|(name, _)| name == "code")
            .map(|(_, code)| code.into_owned())
    });
    secrets.push(("portal's code", portal_code.expect("a code of the portal")));
    for cookie in browser.cookies().split("; ") {
        let (_, value) = cookie.split_once('=').expect("a pair");
        secrets.push(("cookie", value.to_owned()));
    }
    assert!(
        secrets.len() >= 8,
        "session, form, and one cookie for the attempt"
    );
    for (what, secret) in &secrets {
        assert!(secret.len() >= 20, "{what}: {secret}");
        for (when, dump) in &dumps {
            assert!(!dump.is_empty());
            for form in forms(secret) {
                assert!(!contains(dump, &form), "the {what} is in the store {when}");
            }
        }
    }
}

/// Attack family 15: secrets stay out of logs, pages and addresses.
#[tokio::test]
async fn no_secret_of_a_sign_in_is_in_a_log_a_page_or_an_address() {
    let app = Running::start().await;
    let browser = Browser::new(&app);
    let program = Program::register(&app, "App").await;
    let sign_in = browser.open(&program.authorization(&[])).await;
    let consent = browser.sign_in(&sign_in, &PEOPLE[0]).await;
    let sealed = consent.form("/connect/consent")["request"].clone();
    let sent = browser.decide(&consent, "full", "authorize").await;
    let code = sent.code();
    let (_, answer) = json_of(program.redeem(&code, &[]).await).await;
    let key = answer["access_token"].as_str().expect("a token").to_owned();
    call(&app, &key, "tokportal_get_credit_balance").await;
    // Everything that can go wrong afterwards, so that there is something in the log.
    let again = browser.decide(&consent, "full", "authorize").await;
    let foreign = Browser::new(&app)
        .decide(&consent, "full", "authorize")
        .await;
    let replayed = json_of(program.redeem(&code, &[]).await)
        .await
        .1
        .to_string();
    let revoked = call(&app, &key, "tokportal_get_credit_balance").await;
    let challenge = format!("{:?}", revoked.headers());
    let portal = browser.open("/portal/developer/api-keys").await;
    let log = app.log.lines().join("\n");
    assert!(log.contains("a code was used twice"), "{log}");

    let history = browser.history().join("\n");
    let pages = [
        consent.text,
        again.text,
        foreign.text,
        replayed,
        challenge,
        portal.text,
    ]
    .join("\n");
    let session = browser.cookies();
    let session = session
        .split("; ")
        .filter_map(|cookie| cookie.split_once('='));
    let mut secrets: Vec<_> = session
        .map(|(_, value)| ("cookie", value.to_owned()))
        .collect();
    secrets.push(("key", key));
    secrets.push(("sealed request", sealed.clone()));
    secrets.push(("password", PEOPLE[0].password.to_owned()));
    for (what, secret) in &secrets {
        assert!(!history.contains(secret), "the {what} is in an address");
        assert!(!log.contains(secret), "the {what} is in the log");
        if *secret != sealed {
            assert!(!pages.contains(secret), "the {what} is in a page");
        }
    }
    assert!(!log.contains(&code) && !pages.contains(&code));
}
