use super::*;
use crate::upstream::portal::metadata::tests::{metadata, portal};
use serde_json::json;

fn choices(methods: serde_json::Value, secret: &str) -> Result<Vec<ClientAuthentication>, Fault> {
    let metadata = metadata(&[("token_endpoint_auth_methods_supported", methods)]);
    let portal = portal(&[("portal_client_secret", secret)]);
    ClientAuthentication::choices(&metadata, &portal)
}

#[test]
fn list_of_the_provider_decides_about_the_method() {
    use ClientAuthentication::{Basic, None, Post};
    for (methods, expected) in [
        (json!(null), vec![Basic, Post]),
        (json!(["client_secret_basic"]), vec![Basic]),
        (json!(["client_secret_post"]), vec![Post]),
        (
            json!([
                "client_secret_post",
                "client_secret_basic",
                "private_key_jwt"
            ]),
            vec![Basic, Post],
        ),
    ] {
        assert_eq!(choices(methods, "secret"), Ok(expected));
    }
    for methods in [json!(null), json!(["client_secret_basic"]), json!(["none"])] {
        assert_eq!(choices(methods, ""), Ok(vec![None]), "a public client");
    }
}

#[test]
fn provider_with_private_key_jwt_alone_is_said_to_be_unsupported() {
    for methods in [json!(["private_key_jwt", "tls_client_auth"]), json!([])] {
        let fault = choices(methods, "secret").expect_err("no method in common");
        assert!(
            fault
                .problem
                .contains("private_key_jwt and mutual TLS are not supported")
        );
        assert!(
            fault
                .fix
                .contains("client_secret_basic or client_secret_post")
        );
    }
}

#[test]
fn credentials_are_encoded_before_they_are_joined() {
    let portal = portal(&[
        ("portal_client_id", "https://a:b"),
        ("portal_client_secret", "s: %+é"),
    ]);
    let header = basic(&portal).expect("a secret");
    assert!(header.is_sensitive());
    let pair = header.to_str().expect("ASCII").strip_prefix("Basic ");
    let pair = STANDARD.decode(pair.expect("Basic")).expect("Base64");
    assert_eq!(pair, b"https%3A%2F%2Fa%3Ab:s%3A+%25%2B%C3%A9");
}
