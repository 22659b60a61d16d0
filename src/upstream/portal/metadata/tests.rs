mod documents;

use super::*;
use crate::config::{Config, SignIn};
use bytes::Bytes;
use http::Response;
use serde_json::json;

/// The settings of a portal, with these variables.
pub(crate) fn portal(variables: &[(&str, &str)]) -> Portal {
    let value = |name: &str| {
        let given = variables.iter().find(|(known, _)| *known == name);
        let value = match (given, name) {
            (Some((_, value)), _) => value,
            (None, "portal_issuer") => "https://portal.example",
            (None, "portal_keys_url") => "https://portal.example/api/keys",
            _ => return None,
        };
        Some((*value).to_owned())
    };
    match Config::from_variables(value).expect("valid").sign_in {
        SignIn::Portal(portal) => portal,
        SignIn::ApiKey => panic!("expected the portal mode"),
    }
}

/// A complete document with these members changed; null leaves one out.
fn document(changes: &[(&str, Value)]) -> Value {
    let mut document = json!({
        "issuer": "https://portal.example",
        "authorization_endpoint": "https://portal.example/authorize?tenant=1",
        "token_endpoint": "https://portal.example/token",
        "userinfo_endpoint": "https://portal.example/userinfo",
        "jwks_uri": "https://portal.example/jwks",
        "id_token_signing_alg_values_supported": ["RS256", "EdDSA"],
    });
    for (name, value) in changes {
        document[*name] = value.clone();
    }
    document
}

pub(crate) fn metadata(changes: &[(&str, Value)]) -> ProviderMetadata {
    parse(&document(changes), &portal(&[])).expect("valid metadata")
}

fn answer(status: u16, body: &str) -> HttpResponse {
    let response = Response::builder().status(status);
    HttpResponse {
        response: response.body(Bytes::from(body.to_owned())).expect("valid"),
        truncated: false,
    }
}

fn read_body(status: u16, body: &str) -> Result<ProviderMetadata, ProviderError> {
    read(&answer(status, body), &portal(&[]))
}

#[test]
fn only_the_members_that_are_used_are_read() {
    let unusual = metadata(&[
        ("response_types_supported", json!("code")),
        ("subject_types_supported", json!(7)),
        ("scopes_supported", json!(["openid", 7])),
        ("userinfo_endpoint", json!(null)),
        (
            "authorization_response_iss_parameter_supported",
            json!(true),
        ),
    ]);
    assert_eq!(unusual.userinfo_endpoint, None);
    assert_eq!(unusual.scopes, Some(vec!["openid".to_owned()]));
    assert!(unusual.announces_issuer);
    assert!(!metadata(&[]).announces_issuer);
}

#[test]
fn wrong_slash_in_the_issuer_is_told_with_the_right_issuer() {
    let body = document(&[("issuer", json!("https://portal.example/"))]).to_string();
    let error = read_body(200, &body).expect_err("another issuer");
    assert!(
        error
            .cause()
            .contains("names the issuer `https://portal.example/`")
    );
    let fix = error.fix().expect("a fix");
    assert!(
        fix.contains("set `portal_issuer` to `https://portal.example/`"),
        "{fix}"
    );
}

#[test]
fn issuer_for_all_tenants_is_told_apart() {
    let issuer = json!("https://login.example/{tenantid}/v2.0");
    let error = read_body(200, &document(&[("issuer", issuer)]).to_string());
    let fix = error.expect_err("a placeholder").fix().map(str::to_owned);
    assert_eq!(
        fix.as_deref(),
        Some("Set `portal_issuer` to the issuer of one tenant.")
    );
}

#[test]
fn answer_that_may_pass_is_an_outage_and_any_other_a_fault() {
    for status in [429, 500, 502, 503] {
        let error = read_body(status, "").expect_err("no metadata");
        assert!(matches!(error, ProviderError::Down(_)), "{status}");
    }
    for (status, body) in [
        (404, "{}"),
        (301, ""),
        (200, "<html>"),
        (200, "[]"),
        (200, "{}"),
    ] {
        let error = read_body(status, body).expect_err("no metadata");
        assert!(
            error.fix().is_some_and(|fix| fix.contains("portal_issuer")),
            "{error:?}"
        );
    }
}

#[test]
fn endpoint_that_is_missing_or_not_https_is_told_by_its_name() {
    for name in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
        for value in [
            json!(null),
            json!(7),
            json!("http://portal.example/x"),
            json!("/x"),
        ] {
            let changed = document(&[(name, value)]);
            let fault = parse(&changed, &portal(&[])).expect_err("no endpoint");
            assert!(fault.problem.contains(name), "{}", fault.problem);
        }
    }
    for private in ["http://127.0.0.1:4000/t", "http://portal.spin.internal/t"] {
        assert_eq!(
            metadata(&[("token_endpoint", json!(private))]).token_endpoint,
            private
        );
    }
}

#[test]
fn algorithm_must_be_known_and_listed() {
    let metadata_with = |listed| metadata(&[("id_token_signing_alg_values_supported", listed)]);
    let listed = metadata_with(json!(["RS256", "EdDSA", "ES512", "HS256", "none"]));
    for algorithm in ["RS256", "EdDSA", "Ed25519"] {
        assert_eq!(
            listed.check_algorithm(algorithm, false),
            Ok(()),
            "{algorithm}"
        );
    }
    assert_eq!(listed.check_algorithm("HS256", true), Ok(()));
    for algorithm in ["ES512", "HS256", "none", "", "ES256"] {
        let fault = listed
            .check_algorithm(algorithm, false)
            .expect_err("refused");
        assert!(
            fault.problem.contains(&format!("`{algorithm}`")),
            "{}",
            fault.problem
        );
    }
    let silent = metadata_with(json!(null));
    assert_eq!(silent.check_algorithm("RS256", false), Ok(()));
    assert!(silent.check_algorithm("ES256", false).is_err());
    assert_eq!(silent.check_algorithms(false), Ok(()));
    assert_eq!(listed.check_algorithms(false), Ok(()));
    let fault = metadata_with(json!(["ES512", "HS256"])).check_algorithms(false);
    assert!(
        fault
            .expect_err("nothing in common")
            .problem
            .contains("ES512, HS256 only")
    );
}
