use super::*;
use crate::jose::keys;
use crate::testing::{public_key, signed_jwt};
use crate::upstream::portal::metadata::tests::{metadata, portal};
use serde_json::json;

const NOW: f64 = 1_790_000_000.0;

/// Checks an ID token of a portal with these variables.
fn check_jwt(id_token: &str, variables: &[(&str, &str)]) -> Result<Value, IdTokenError> {
    let algorithms = json!(["EdDSA", "ES512", "HS256"]);
    let metadata = metadata(&[("id_token_signing_alg_values_supported", algorithms)]);
    let expected = Expected {
        portal: &portal(variables),
        metadata: &metadata,
        nonce: "nonce",
        access_token: &Secret::new("access"),
        now: NOW,
    };
    let keys = keys::usable(&[json!({"kty": "oct", "k": "AAAA"}), public_key(1)]);
    expected.check(&Secret::new(id_token), &keys)
}

fn claims(changes: &Value) -> Value {
    let mut claims = json!({
        "iss": "https://portal.example", "aud": "tokportal-connector", "sub": "person-1",
        "exp": NOW + 300.0, "iat": NOW, "nonce": "nonce",
        "at_hash": at_hash("EdDSA", &Secret::new("access")),
    });
    for (name, value) in changes.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    claims
}

fn check(changes: &Value, variables: &[(&str, &str)]) -> Result<Value, IdTokenError> {
    let jwt = signed_jwt(&json!({"alg": "EdDSA", "kid": "1"}), &claims(changes), 1);
    check_jwt(&jwt, variables)
}

#[track_caller]
fn fault(result: Result<Value, IdTokenError>) -> Fault {
    match result.expect_err("refused") {
        IdTokenError::Other(ProviderError::Misconfigured(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn claims_that_are_not_needed_may_have_any_type() {
    let lenient = json!({
        "updated_at": "2026-11-29T07:00:00Z", "email_verified": "true", "address": "Paris", "auth_time": "now",
        "acr": 7, "amr": "pwd", "at_hash": null, "name": 7,
    });
    assert!(check(&lenient, &[]).is_ok());
}

#[test]
fn clocks_may_differ_by_a_minute() {
    for changes in [
        json!({"exp": NOW - 59.0}),
        json!({"iat": NOW + 60.0, "nbf": NOW + 60.0}),
        json!({"iat": null}),
    ] {
        assert!(check(&changes, &[]).is_ok(), "{changes}");
    }
    for (changes, words) in [
        (json!({"exp": NOW - 120.0}), "expired 120 seconds ago"),
        (
            json!({"iat": NOW + 120.0}),
            "iat of the ID token is 120 seconds ahead",
        ),
        (
            json!({"nbf": NOW + 61.0}),
            "nbf of the ID token is 61 seconds ahead",
        ),
    ] {
        let fault = fault(check(&changes, &[]));
        assert!(fault.problem.contains(words), "{}", fault.problem);
        assert!(fault.fix.contains("clocks"));
    }
}

#[test]
fn other_audience_is_accepted_only_if_it_is_trusted() {
    let two = json!({"aud": ["tokportal-connector", "project-7"], "azp": "tokportal-connector"});
    let told = fault(check(&two, &[]));
    assert!(
        told.fix
            .contains("add `project-7` to `portal_trusted_audiences`")
    );
    let trusting = [("portal_trusted_audiences", "project-6, project-7")];
    assert!(check(&two, &trusting).is_ok());
    for changes in [
        json!({"aud": "project-7"}),
        json!({"aud": ["project-6", "project-7"]}),
        json!({"aud": null}),
        json!({"aud": {"tokportal-connector": 1}}),
        json!({"azp": "another-client"}),
        // A trusted audience may receive the token. It may not be the one that the person signed in for.
        json!({"aud": ["tokportal-connector", "project-7"], "azp": "project-7"}),
        json!({"azp": ["tokportal-connector"]}),
    ] {
        let told = fault(check(&changes, &trusting));
        assert!(told.fix.contains("portal_client_id"), "{changes}");
    }
}

#[test]
fn claim_that_is_wrong_or_missing_is_refused() {
    for changes in [
        json!({"iss": "https://portal.example/"}),
        json!({"iss": null}),
        json!({"nonce": "other"}),
        json!({"nonce": null}),
        json!({"exp": null}),
        json!({"exp": "1790000300"}),
        json!({"sub": null}),
        json!({"sub": ""}),
        json!({"sub": 7}),
        json!({"at_hash": "AAAA"}),
        json!({"aud": ["tokportal-connector", 7]}),
        json!({"aud": ["tokportal-connector", {"client": "another"}]}),
    ] {
        let error = check(&changes, &[]).expect_err("refused");
        let unexpected = matches!(error, IdTokenError::Other(ProviderError::Unexpected(_)));
        assert!(unexpected, "{changes}");
    }
}

#[test]
fn signature_must_be_that_of_a_published_key() {
    let jwt = signed_jwt(&json!({"alg": "EdDSA", "kid": "1"}), &claims(&json!({})), 2);
    assert_eq!(check_jwt(&jwt, &[]), Err(IdTokenError::Signature));
    let new_name = signed_jwt(&json!({"alg": "Ed25519"}), &claims(&json!({})), 1);
    assert!(check_jwt(&new_name, &[]).is_ok());
    let other_key = signed_jwt(&json!({"alg": "EdDSA", "kid": "2"}), &claims(&json!({})), 1);
    assert_eq!(check_jwt(&other_key, &[]), Err(IdTokenError::Signature));
}

#[test]
fn token_that_cannot_be_verified_is_told_in_its_own_words() {
    let claims = claims(&json!({}));
    for (algorithm, words) in [
        ("ES512", "`ES512` cannot be verified"),
        ("none", "`none` cannot be verified"),
        ("HS256", "`HS256` cannot be verified"),
        (
            "RS256",
            "`RS256`, which the portal's metadata does not list",
        ),
    ] {
        let jwt = signed_jwt(&json!({ "alg": algorithm }), &claims, 1);
        let fault = fault(check_jwt(&jwt, &[]));
        assert!(fault.problem.contains(words), "{}", fault.problem);
    }
    let encrypted = fault(check_jwt("a.b.c.d.e", &[]));
    assert!(encrypted.fix.contains("Switch off the encryption"));
    for malformed in ["", "a.b", "a.b.c", &"a".repeat(MAX_LENGTH + 1)] {
        assert!(check_jwt(malformed, &[]).is_err());
    }
    let critical = signed_jwt(&json!({"alg": "EdDSA", "crit": ["x"], "x": 1}), &claims, 1);
    assert!(check_jwt(&critical, &[]).is_err());
}

#[test]
fn shared_secret_signs_only_if_the_client_has_one() {
    use hmac::{Hmac, KeyInit, Mac};
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = claims(&json!({"at_hash": at_hash("HS256", &Secret::new("access"))}));
    let message = format!("{}.{}", part(&json!({"alg": "HS256"})), part(&claims));
    let signed = |key: &[u8]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
        mac.update(message.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        format!("{message}.{signature}")
    };
    let secret = "a secret of thirty-two characters";
    let variables = [("portal_client_secret", secret)];
    assert!(check_jwt(&signed(secret.as_bytes()), &variables).is_ok());
    for key in [
        &b"another"[..],
        &[0, 0, 0],
        public_key(1)["x"].as_str().expect("x").as_bytes(),
    ] {
        assert_eq!(
            check_jwt(&signed(key), &variables),
            Err(IdTokenError::Signature)
        );
    }
}
