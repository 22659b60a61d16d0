use super::*;
use crate::config::SignIn;
use crate::testing::{FakeHost, connector, demo_key, json_answer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pollster::block_on;
use serde_json::Value;
use std::collections::BTreeSet;

const VARIABLES: [(&str, &str); 2] = [
    ("portal_issuer", "https://portal.example"),
    ("portal_keys_url", "https://portal.example/api/keys"),
];
const SECRET: (&str, &str) = ("portal_client_secret", "s€cret: +/%");

type Minted = (Result<MintedKey, MintError>, FakeHost);

fn mint_for(host: FakeHost, secret: &[(&str, &str)], approval: &str, scope: &str) -> Minted {
    let app = connector(host, &[&VARIABLES, secret].concat());
    let SignIn::Portal(portal) = &app.config.sign_in else {
        panic!("expected the portal mode");
    };
    let wanted = MintRequest {
        access_token: &Secret::new("portal-token"),
        id_token: &Secret::new("id.to.ken"),
        approval,
        name: "App (MCP connector)",
        scope,
    };
    let minted = block_on(mint(&app.context(), portal, &wanted));
    (minted, app.host)
}

fn mint_with(status: u16, body: &str, secret: &[(&str, &str)]) -> Minted {
    let body = body.to_owned();
    let host = FakeHost::answering(move |_| json_answer(status, &body));
    mint_for(host, secret, "transaction", "read")
}

fn created() -> String {
    created_with(&json!({}))
}

/// The answer with these members changed. The clock of the test shows 2026-09-21T14:13:20Z.
fn created_with(changes: &Value) -> String {
    let mut data = json!({
        "id": "k1", "key": demo_key(), "name": "x", "scopes": ["read"],
        "expires_at": "2026-09-21T14:28:20Z",
    });
    for (name, value) in changes.as_object().expect("members") {
        data[name] = value.clone();
    }
    json!({ "data": data }).to_string()
}

#[test]
fn request_has_token_scope_expiry_and_id_token() {
    let (minted, host) = mint_with(201, &created(), &[]);
    let minted = minted.expect("minted");
    assert_eq!(minted.key.expose(), demo_key());
    assert_eq!(minted.id.as_deref(), Some("k1"));
    let sent = host.sent.borrow();
    assert_eq!(sent[0].uri(), "https://portal.example/api/keys");
    assert_eq!(sent[0].headers()["authorization"], "Bearer portal-token");
    assert!(!sent[0].headers().contains_key(CLIENT_AUTHORIZATION));
    let body: Value = serde_json::from_slice(sent[0].body()).expect("JSON");
    // The clock of the test shows 2026-09-21T14:13:20Z.
    assert_eq!(
        body,
        json!({
            "name": "App (MCP connector)", "scopes": ["read"], "environment": "production",
            "expires_at": "2026-09-21T14:28:20Z", "id_token": "id.to.ken",
        })
    );
}

#[test]
fn idempotency_key_is_one_for_each_approval_and_level() {
    let key_of = |approval, scope| {
        let host = FakeHost::answering(|_| json_answer(201, &created()));
        let (_, host) = mint_for(host, &[], approval, scope);
        let sent = host.sent.borrow();
        let key = sent[0].headers()["idempotency-key"]
            .to_str()
            .expect("ASCII");
        key.to_owned()
    };
    assert_eq!(key_of("one", "read"), key_of("one", "read"));
    assert_eq!(key_of("one", "read").len(), 64);
    let pairs = [("one", "read"), ("one", "*"), ("two", "read"), ("two", "*")];
    let keys: BTreeSet<_> = pairs
        .map(|(approval, scope)| key_of(approval, scope))
        .into();
    assert_eq!(keys.len(), 4);
}

#[test]
fn confidential_client_authenticates_with_form_encoded_parts() {
    let (_, host) = mint_with(201, &created(), &[SECRET]);
    let sent = host.sent.borrow();
    let header = &sent[0].headers()[CLIENT_AUTHORIZATION];
    let expected = STANDARD.encode("tokportal-connector:s%E2%82%ACcret%3A+%2B%2F%25");
    assert_eq!(header, &format!("Basic {expected}"));
    assert!(header.is_sensitive());
    assert!(!format!("{:?}", sent[0]).contains(&expected));
}

#[test]
fn full_account_and_outage_are_not_refusals() {
    let limit = r#"{"error":{"code":"KEY_LIMIT_REACHED","message":"Full."}}"#;
    assert_eq!(
        mint_with(409, limit, &[]).0.err(),
        Some(MintError::LimitReached)
    );
    for status in [429, 500, 502, 503] {
        let error = mint_with(status, "", &[]).0.err();
        assert!(matches!(error, Some(MintError::Down(_))), "{error:?}");
    }
    let (error, damaged) = (
        mint_with(201, &created()[..40], &[]).0.err(),
        "damaged body",
    );
    assert!(matches!(error, Some(MintError::Down(cause)) if cause.contains(damaged)));
    let lost = FakeHost::answering(|_| Err(HttpError::Timeout));
    let error = mint_for(lost, &[], "one", "read").0.err();
    assert_eq!(error, Some(MintError::Down("no answer in time".to_owned())));
}

#[test]
fn refusal_names_cause_and_fix() {
    let envelope = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"Why."}}}}"#);
    for (status, body, secret, fix) in [
        (
            401,
            envelope("INVALID_CLIENT"),
            Some(SECRET),
            "client that the keys API expects",
        ),
        (
            401,
            envelope("INVALID_CLIENT"),
            None,
            "set `portal_client_secret`",
        ),
        (
            401,
            envelope("INVALID_ID_TOKEN"),
            None,
            "audience `portal_client_id`",
        ),
        (
            401,
            envelope("UNAUTHORIZED"),
            None,
            "accept the access tokens",
        ),
        (401, String::new(), None, "set `portal_resource`"),
        (403, envelope("FORBIDDEN"), None, "permit the person"),
        (404, "<html>".to_owned(), None, "URL at which POST"),
        (405, String::new(), None, "URL at which POST"),
        (501, String::new(), None, "URL at which POST"),
        (308, String::new(), None, "follows no redirects"),
        (
            400,
            envelope("VALIDATION_ERROR"),
            None,
            "docs/PORTAL-CONTRACT.md",
        ),
        (
            409,
            envelope("IDEMPOTENCY_KEY_CONFLICT"),
            None,
            "repeated Idempotency-Key",
        ),
        (200, created(), None, "docs/PORTAL-CONTRACT.md"),
        (
            201,
            r#"{"data":{"key":"short"}}"#.to_owned(),
            None,
            "data.key",
        ),
    ] {
        let secret: Vec<_> = secret.into_iter().collect();
        match mint_with(status, &body, &secret).0.err() {
            Some(MintError::Refused { cause, fix: found }) => {
                assert!(found.contains(fix), "{status} {body}: {found}");
                assert!(cause.contains(&status.to_string()), "{cause}");
                assert_eq!(cause.contains("Why."), body.contains("Why."), "{cause}");
            }
            other => panic!("{status} {body}: {other:?}"),
        }
    }
    let forbidden = FakeHost::answering(|_| Err(HttpError::Forbidden));
    let error = mint_for(forbidden, &[], "one", "read").0.err();
    let is_named = |fix: &str| fix.contains("`allowed_outbound_hosts`");
    assert!(matches!(error, Some(MintError::Refused { fix, .. }) if is_named(fix)));
}

#[track_caller]
fn assert_refused_and_ended(result: Result<MintedKey, MintError>, host: &FakeHost, text: &str) {
    let Err(MintError::Refused { cause, .. }) = &result else {
        panic!("{result:?}");
    };
    assert!(cause.contains(text), "{cause}");
    let sent = host.sent.borrow();
    let ended: Vec<_> = sent
        .iter()
        .filter(|request| request.method() == Method::DELETE)
        .collect();
    assert!(!ended.is_empty(), "the key was not ended");
    assert_eq!(ended[0].headers()["x-api-key"], demo_key());
}

#[test]
fn key_that_may_do_more_than_was_approved_is_refused() {
    let with_scopes = |scopes: Value| created_with(&json!({ "scopes": scopes }));
    for scopes in [json!(["*"]), json!(["read", "write"]), json!("*")] {
        let (result, host) = mint_with(201, &with_scopes(scopes), &[]);
        assert_refused_and_ended(result, &host, "more than");
    }
    // A portal that does not repeat the scopes is taken at its word.
    for scopes in [json!(["read"]), json!(null)] {
        assert!(mint_with(201, &with_scopes(scopes), &[]).0.is_ok());
    }
}

#[test]
fn key_that_does_not_expire_in_time_is_refused_and_ended() {
    for expires_at in [
        json!(null),
        json!("2026-09-21T14:29:21Z"),
        json!("2027-09-21T14:28:20Z"),
        json!("in fifteen minutes"),
        json!(1_790_000_900),
    ] {
        let answer = created_with(&json!({ "expires_at": expires_at }));
        let (result, host) = mint_with(201, &answer, &[]);
        assert_refused_and_ended(result, &host, "does not expire");
    }
    for expires_at in [
        "2026-09-21T14:29:20Z",
        "2026-09-21T14:28:20.000Z",
        "2026-09-21T16:28:20+02:00",
        "2026-09-21T14:20:00Z",
    ] {
        let answer = created_with(&json!({ "expires_at": expires_at }));
        assert!(mint_with(201, &answer, &[]).0.is_ok(), "{expires_at}");
    }
}
