use super::*;
use crate::testing::{FakeHost, connector, json_answer};
use crate::upstream::portal::metadata::tests::{metadata, portal};
use pollster::block_on;
use std::collections::BTreeMap;

const GRANT: Grant<'_> = Grant {
    code: "code",
    verifier: "verifier",
    redirect_uri: "https://mcp.example.com/connect/callback",
};

fn fields(request: &Request<Bytes>) -> BTreeMap<String, String> {
    let pairs = url::form_urlencoded::parse(request.body()).into_owned();
    pairs.collect()
}

/// Redeems a code at a provider that answers each request with the next status and body.
fn redeem_at(
    variables: &[(&str, &str)],
    answers: &'static [(u16, &'static str)],
) -> (Result<Tokens, ProviderError>, FakeHost) {
    provider::forget();
    let next = std::cell::Cell::new(0);
    let host = FakeHost::answering(move |_| {
        let (status, body) = answers[next.get()];
        next.set(next.get() + 1);
        json_answer(status, body)
    });
    let app = connector(host, &[]);
    let (portal, metadata) = (portal(variables), metadata(&[]));
    let tokens = block_on(redeem(&app.context(), &portal, &metadata, &GRANT));
    (tokens, app.host)
}

const TOKENS: (u16, &str) = (
    200,
    r#"{"access_token":"a","id_token":"i","expires_in":"900"}"#,
);
const INVALID_CLIENT: (u16, &str) = (
    401,
    r#"{"error":"invalid_client","error_description":"No\nsuch client"}"#,
);

#[test]
fn request_has_the_fields_of_the_specification() {
    let portal = portal(&[("portal_resource", "https://api.example/keys")]);
    let method = ClientAuthentication::None;
    let request = request(&portal, &metadata(&[]), &GRANT, method).expect("a request");
    let expected = [
        ("client_id", "tokportal-connector"),
        ("code", "code"),
        ("code_verifier", "verifier"),
        ("grant_type", "authorization_code"),
        ("redirect_uri", "https://mcp.example.com/connect/callback"),
        ("resource", "https://api.example/keys"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(fields(&request), expected.into());
    assert!(!request.headers().contains_key("authorization"));
}

#[test]
fn second_method_is_tried_if_the_first_leads_to_invalid_client() {
    const UNAUTHORIZED: (u16, &str) = (
        401,
        r#"{"error":"access_denied","error_description":"Unauthorized"}"#,
    );
    let secret = [("portal_client_secret", "secret")];
    for answers in [&[INVALID_CLIENT, TOKENS], &[UNAUTHORIZED, TOKENS]] {
        let (tokens, host) = redeem_at(&secret, answers);
        assert_eq!(tokens.expect("tokens").access_token.expose(), "a");
        let sent = host.sent.borrow();
        assert!(sent[0].headers().contains_key("authorization"));
        assert!(!fields(&sent[0]).contains_key("client_secret"));
        assert!(!sent[1].headers().contains_key("authorization"));
        assert_eq!(fields(&sent[1])["client_secret"], "secret");
        assert_eq!(fields(&sent[1])["code"], "code");
    }
}

#[test]
fn invalid_client_by_every_method_is_told_as_a_fault() {
    let secret = [("portal_client_secret", "secret")];
    for (variables, answers) in [
        (&secret[..], &[INVALID_CLIENT, INVALID_CLIENT][..]),
        (&[][..], &[INVALID_CLIENT][..]),
    ] {
        let (tokens, host) = redeem_at(variables, answers);
        let error = tokens.err().expect("refused");
        assert!(
            error
                .fix()
                .is_some_and(|fix| fix.contains("portal_client_secret"))
        );
        assert_eq!(host.sent.borrow().len(), answers.len());
        let log = host.log.borrow();
        let line = r#""event":"portal_error","endpoint":"token_endpoint","error":"invalid_client","description":"No such client"}"#;
        assert!(log[0].ends_with(line), "{}", log[0]);
    }
}

#[test]
fn each_answer_of_the_token_endpoint_has_its_meaning() {
    let error_of = |answers| redeem_at(&[], answers).0.err().expect("an error");
    assert_eq!(
        error_of(&[(400, r#"{"error":"invalid_grant"}"#)]),
        ProviderError::CodeRefused
    );
    for answers in [&[(503, "busy")], &[(502, "{}")], &[(429, "{}")]] {
        assert!(matches!(error_of(answers), ProviderError::Down(_)));
    }
    for answers in [
        &[(404, "<html>")],
        &[(200, "token=a")],
        &[(400, r#"{"error":"invalid_scope"}"#)],
        &[(400, r#"{"error":"invalid_target"}"#)],
        &[(400, r#"{"error":"unauthorized_client"}"#)],
        &[(200, r#"{"access_token":"a"}"#)],
    ] {
        assert!(error_of(answers).fix().is_some(), "{answers:?}");
    }
    for answers in [
        &[(400, r#"{"message":"no"}"#)],
        &[(400, r#"{"error":"new_error"}"#)],
        &[(200, r#"{"id_token":"i"}"#)],
        &[(200, r#"{"access_token":"a\nb","id_token":"i"}"#)],
        &[(200, r#"{"access_token":"","id_token":"i"}"#)],
    ] {
        assert!(
            matches!(error_of(answers), ProviderError::Unexpected(_)),
            "{answers:?}"
        );
    }
}

#[test]
fn secret_that_the_portal_repeats_is_not_logged() {
    const REPEATED: (u16, &str) = (
        401,
        r#"{"error":"invalid_client","error_description":"secret 'marker-secret' with 'verifier'"}"#,
    );
    let secret = [("portal_client_secret", "marker-secret")];
    let (_, host) = redeem_at(&secret, &[REPEATED, REPEATED]);
    let log = host.log.borrow().concat();
    assert!(log.contains("secret '…' with '…'"), "{log}");
    assert!(!log.contains("marker-secret"), "{log}");
}
