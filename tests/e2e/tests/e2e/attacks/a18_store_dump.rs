//! Attack family 18: a dump of the store during an authorization.

use crate::support::browser::Browser;
use crate::support::client::{OAuthClient, VERIFIER, call};
use crate::support::store::{names, rows};
use crate::support::{Running, json_of};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::path::Path;
use tokportal_emulator::people::PEOPLE;

/// All names and values of the store.
fn dump(state: &Path) -> Vec<u8> {
    let rows = rows(state).into_iter();
    rows.flat_map(|(name, value)| [name.into_bytes(), value].concat())
        .collect()
}

fn contains(text: &[u8], part: &str) -> bool {
    text.windows(part.len())
        .any(|window| window == part.as_bytes())
}

/// A secret in plain text, and in every alignment of both base64 alphabets.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![
        secret.to_owned(),
        secret.trim_start_matches("sk_").to_owned(),
    ];
    for shift in 0..3 {
        let shifted = [&b"xxx"[..shift], secret.as_bytes()].concat();
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let encoded = engine.encode(&shifted);
            // The first and last characters depend on the neighbouring bytes.
            forms.push(encoded[4..encoded.len() - 4].to_owned());
        }
    }
    forms
}

/// The store is dumped after each step of an authorization.
#[tokio::test]
async fn store_dump_holds_no_key_code_or_cookie() {
    let state = tempfile::tempdir().expect("a folder");
    let app = Running::start_in(state.path().to_owned()).await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let mut dumps = Vec::new();

    let page = client.consent_page(&browser).await;
    let sealed = page.form("/connect/consent")["request"].clone();
    dumps.push(("while the page is open", dump(state.path())));
    let cookies = browser.cookies();
    let code = browser.decide(&page, "full", "authorize").await.code();
    dumps.push(("before the code is redeemed", dump(state.path())));
    let open = names(state.path());
    for kind in ["code-", "consent-", "decision-", "pending-"] {
        assert!(
            open.iter().any(|name| name.starts_with(kind)),
            "{kind} in {open:?}"
        );
    }
    let (_, answer) = json_of(client.redeem(&code, &[]).await).await;
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
    for cookie in cookies.split("; ") {
        let (_, value) = cookie.split_once('=').expect("a pair");
        secrets.push(("cookie", value.to_owned()));
    }
    assert!(
        secrets.len() >= 8,
        "the cookies of session, form and transaction"
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

/// Case A7: the root secret lies in the same store, so whatever else is sealed there could be opened with it. Only the
/// records of codes are, and they need the code, too.
#[tokio::test]
async fn only_code_records_are_sealed_in_the_store() {
    let state = tempfile::tempdir().expect("a folder");
    let app = Running::start_in(state.path().to_owned()).await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    for _ in 0..8 {
        client.code(&browser, "full").await;
    }
    let replayed = client.code(&browser, "read").await;
    for _ in 0..3 {
        client.redeem(&replayed, &[]).await;
    }
    let rows = rows(state.path());
    let is_record = |name: &str| name.starts_with("code-");
    assert_eq!(rows.iter().filter(|(name, _)| is_record(name)).count(), 9);
    for (name, value) in rows.iter().filter(|(name, _)| !is_record(name)) {
        // A key is 67 characters, sealed 146. A hash is 64, and the root secret 43.
        let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_+/".contains(byte);
        let words = value.split(|byte| !is_letter(byte)).map(<[u8]>::len);
        let longest = words.max().unwrap_or_default();
        assert!(longest <= 64 && value.is_ascii(), "{name}: {value:?}");
    }
}
