//! What counts as an answer, and what a failed check says.

use super::*;
use crate::testing::{FakeHost, connector, json_answer};
use http::Response;

const ISSUER: &str = "https://portal.example/tenant/";
const VARIABLES: [(&str, &str); 3] = [
    ("portal_issuer", ISSUER),
    ("portal_keys_url", "https://portal.example/api/keys"),
    ("api_base_url", "https://api.example"),
];

fn probed(
    answer: impl Fn(&str) -> Result<Response<bytes::Bytes>, HttpError> + 'static,
) -> (Vec<Check>, FakeHost) {
    let host = FakeHost::answering(move |request| answer(request.uri().path()));
    let app = connector(host, &VARIABLES);
    let checks = pollster::block_on(probe(&app.context()));
    (checks, app.host)
}

fn discovery(issuer: &str) -> Result<Response<bytes::Bytes>, HttpError> {
    json_answer(200, &serde_json::json!({ "issuer": issuer }).to_string())
}

#[test]
fn probes_have_no_credential_and_accept_a_401() {
    let (checks, host) = probed(|path| match path {
        "/tenant/.well-known/openid-configuration" => discovery(ISSUER),
        "/api/keys/current" | "/api/ext/me" => json_answer(401, "{}"),
        other => panic!("{other}"),
    });
    let names: Vec<_> = checks.iter().map(|check| (check.name, check.ok)).collect();
    assert_eq!(
        names,
        [
            (CheckName::Portal, true),
            (CheckName::Keys, true),
            (CheckName::Api, true)
        ]
    );
    for request in host.sent.borrow().iter() {
        assert!(!request.headers().contains_key("authorization"));
        assert!(!request.headers().contains_key("x-api-key"));
    }
    assert!(host.log.borrow().is_empty());
}

#[test]
fn gateways_and_wrong_discovery_documents_fail() {
    for (answer, problem) in [
        (json_answer(503, ""), "It answers 503."),
        (
            json_answer(404, ""),
            "Its discovery document answers 404, not 200.",
        ),
        (
            json_answer(200, "<html>"),
            "Its discovery document names no issuer.",
        ),
        (
            discovery("https://portal.example"),
            "Its discovery document names another issuer.",
        ),
    ] {
        let (checks, host) = probed(move |path| {
            if path.contains("well-known") {
                answer.clone()
            } else {
                json_answer(502, "")
            }
        });
        assert_eq!(checks[0].problem.as_deref(), Some(problem));
        let fix = checks[0].fix.as_deref().expect("a fix");
        assert!(fix.contains("`portal_issuer`"), "{fix}");
        assert!(checks.iter().all(|check| !check.ok), "{checks:?}");
        assert_eq!(host.log.borrow().len(), 3);
    }
}

#[test]
fn forbidden_origin_is_named_with_its_variable() {
    let (checks, _) = probed(|_| Err(HttpError::Forbidden));
    for (check, variable, origin) in [
        (&checks[0], "portal_issuer", "https://portal.example"),
        (&checks[1], "portal_keys_url", "https://portal.example"),
        (&checks[2], "api_base_url", "https://api.example"),
    ] {
        let problem = check.problem.as_deref().expect("a problem");
        assert!(problem.contains(variable), "{problem}");
        let fix = check.fix.as_deref().expect("a fix");
        assert!(
            fix.starts_with(&format!("Add {origin} to `allowed_outbound_hosts`")),
            "{fix}"
        );
    }
}

#[test]
fn cause_of_a_failed_connection_is_in_the_log_only() {
    let cause = "dial 10.0.0.7: refused";
    let (checks, host) = probed(move |_| Err(HttpError::Failed(cause.to_owned())));
    assert!(!format!("{checks:?}").contains("10.0.0.7"));
    assert!(host.log.borrow().iter().all(|line| line.contains(cause)));
}

#[test]
fn without_a_portal_only_the_api_is_asked() {
    let app = connector(FakeHost::answering(|_| json_answer(401, "")), &[]);
    let checks = pollster::block_on(probe(&app.context()));
    assert_eq!(checks, [Check::passed(CheckName::Api)]);
}
