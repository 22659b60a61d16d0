//! The checks, with a portal in memory that makes one mistake at a time.

mod mistakes;

use super::*;
use crate::check::CheckName;
use crate::host::HttpError;
use crate::testing::{FakeHost, connector, json_answer};
use bytes::Bytes;
use http::{Method, Request, Response};
use pollster::block_on;
use serde_json::{Value, json};

const ISSUER: &str = "https://portal.example";
const CALLBACK: &str = "https://mcp.example.com/connect/callback";
const VARIABLES: [(&str, &str); 5] = [
    ("public_url", "https://mcp.example.com"),
    ("portal_issuer", ISSUER),
    ("portal_client_secret", "the client's secret"),
    ("portal_keys_url", "https://portal.example/api/keys"),
    ("api_base_url", "https://api.example"),
];

type Answer = Result<Response<Bytes>, HttpError>;

/// A portal without mistakes. Each endpoint is on a host of its own.
pub(super) fn metadata() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://login.example/authorize",
        "token_endpoint": "https://token.example/token",
        "userinfo_endpoint": "https://userinfo.example/me",
        "jwks_uri": "https://keys.example/jwks",
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "id_token_signing_alg_values_supported": ["ES256", "ES512"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "profile", "email"],
        "authorization_response_iss_parameter_supported": true,
    })
}

/// The public key of RFC 7515, appendix A.3.
fn keyset() -> Answer {
    let key = json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "kid": "1",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    });
    json_answer(200, &json!({ "keys": [key] }).to_string())
}

pub(super) fn redirect(location: &str) -> Answer {
    let response = Response::builder().status(302).header("location", location);
    Ok(response.body(Bytes::new()).expect("valid"))
}

pub(super) fn error(status: u16, code: &str) -> Answer {
    json_answer(status, &json!({ "error": code }).to_string())
}

/// The answer of a portal without mistakes.
fn right(request: &Request<Bytes>) -> Answer {
    let url = request.uri().to_string();
    let path = url.split('?').next().unwrap_or_default();
    match (request.method().as_str(), path) {
        ("GET", "https://portal.example/.well-known/openid-configuration") => {
            json_answer(200, &metadata().to_string())
        }
        ("GET", "https://login.example/authorize") => {
            redirect(&format!("{CALLBACK}?error=login_required&state=x"))
        }
        ("POST", "https://token.example/token") => error(400, "invalid_grant"),
        ("GET", "https://userinfo.example/me") => error(401, "invalid_token"),
        ("GET", "https://keys.example/jwks") => keyset(),
        ("GET", "https://portal.example/api/keys/current")
        | ("POST", "https://portal.example/api/keys")
        | ("GET", "https://api.example/api/ext/me") => json_answer(401, "{}"),
        _ => panic!("{} {url}", request.method()),
    }
}

/// What the checks find where some answers are other than right.
pub(super) fn found_with(
    variables: &[(&str, &str)],
    wrong: impl Fn(&Request<Bytes>) -> Option<Answer> + 'static,
) -> (Vec<Check>, FakeHost) {
    let host = FakeHost::answering(move |request| wrong(request).unwrap_or_else(|| right(request)));
    let app = connector(host, variables);
    let checks = block_on(check_portal(&app.context()));
    (checks, app.host)
}

/// The same with the usual variables.
pub(super) fn found(
    wrong: impl Fn(&Request<Bytes>) -> Option<Answer> + 'static,
) -> (Vec<Check>, FakeHost) {
    found_with(&VARIABLES, wrong)
}

/// A wrong answer of the server with this host name.
pub(super) fn at(host: &'static str, answer: Answer) -> impl Fn(&Request<Bytes>) -> Option<Answer> {
    move |request| (request.uri().host() == Some(host)).then(|| answer.clone())
}

/// Other metadata.
pub(super) fn announcing(
    change: impl Fn(&mut Value) + 'static,
) -> impl Fn(&Request<Bytes>) -> Option<Answer> {
    move |request| {
        let is_metadata = request.uri().path().contains("well-known");
        is_metadata.then(|| {
            let mut document = metadata();
            change(&mut document);
            json_answer(200, &document.to_string())
        })
    }
}

#[track_caller]
pub(super) fn named(checks: &[Check], name: CheckName) -> &Check {
    let check = checks.iter().find(|check| check.name == name);
    check.unwrap_or_else(|| panic!("{name:?} in {checks:?}"))
}

/// Asserts that one check alone failed, and that problem and fix contain these texts.
#[track_caller]
pub(super) fn assert_fails(checks: &[Check], name: CheckName, problem: &str, fix: &str) {
    let failed: Vec<&Check> = checks.iter().filter(|check| !check.ok).collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!(failed[0].name, name, "{failed:?}");
    assert_says(failed[0], problem, fix);
}

/// Asserts that problem and fix of a check contain these texts.
#[track_caller]
pub(super) fn assert_says(check: &Check, problem: &str, fix: &str) {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    assert!(text(&check.problem).contains(problem), "{check:?}");
    assert!(text(&check.fix).contains(fix), "{check:?}");
}

#[test]
fn portal_without_mistakes_passes_every_check() {
    let (checks, host) = found(|_| None);
    let names: Vec<CheckName> = checks.iter().map(|check| check.name).collect();
    assert_eq!(
        names,
        [
            CheckName::Discovery,
            CheckName::Signing,
            CheckName::ClientAuthentication,
            CheckName::RedirectUri,
            CheckName::Scopes,
            CheckName::Pkce,
            CheckName::ResponseIssuer,
            CheckName::Keys,
            CheckName::Api,
            CheckName::Origins,
            CheckName::Clock,
        ]
    );
    // The answers have no `Date`.
    for check in &checks {
        let is_open = check.name == CheckName::Clock;
        assert!(check.ok && check.problem.is_some() == is_open, "{check:?}");
    }
    assert!(host.log.borrow().is_empty(), "{:?}", host.log);
    assert_eq!(host.sent.borrow().len(), 8, "each server is asked once");
}

#[test]
fn secret_is_sent_to_the_token_endpoint_alone() {
    let (checks, host) = found(|_| None);
    for request in host.sent.borrow().iter() {
        let is_token = request.uri().host() == Some("token.example");
        let headers = request.headers();
        assert_eq!(
            headers.contains_key("authorization"),
            is_token,
            "{request:?}"
        );
        assert!(!headers.contains_key("x-api-key"));
    }
    let text = format!("{checks:?}");
    assert!(!text.contains("secret of") && !text.contains("the client's secret"));
}

/// The page is public: a request must neither sign a person in nor mint a key.
#[test]
fn requests_ask_for_no_person_and_mint_nothing() {
    let (_, host) = found(|_| None);
    let sent = host.sent.borrow();
    let to = |host: &str, method: Method| {
        let mut requests = sent.iter();
        let wanted = requests.find(|r| r.uri().host() == Some(host) && r.method() == method);
        wanted.expect("a request").clone()
    };
    let query = to("login.example", Method::GET)
        .uri()
        .query()
        .unwrap_or_default()
        .to_owned();
    for part in [
        "prompt=none",
        "code_challenge_method=S256",
        "client_id=tokportal-connector",
        "redirect_uri=https%3A%2F%2Fmcp.example.com%2Fconnect%2Fcallback",
    ] {
        assert!(query.contains(part), "{part} in {query}");
    }
    assert_eq!(to("portal.example", Method::POST).body(), "{}");
    let form = to("token.example", Method::POST).into_body();
    assert!(form.starts_with(b"grant_type=authorization_code&code="));
}

#[test]
fn without_a_portal_the_page_says_what_is_checked() {
    let variables = [("api_base_url", "https://api.example")];
    let (checks, host) = found_with(&variables, |_| None);
    let names: Vec<CheckName> = checks.iter().map(|check| check.name).collect();
    assert_eq!(
        names,
        [CheckName::SignIn, CheckName::Api, CheckName::Origins]
    );
    let note = checks[0].note.as_deref().expect("a note");
    assert!(note.starts_with("There is no portal"), "{note}");
    assert_eq!(host.sent.borrow().len(), 1);
}
