use super::*;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest, Sha256};

fn rsa(modulus: &[u8], exponent: &str) -> Value {
    json!({"kty": "RSA", "n": URL_SAFE_NO_PAD.encode(modulus), "e": exponent})
}

#[test]
fn short_modulus_behind_zeros_is_left_out() {
    let short = [&[0; 128][..], &[0xff; 128]].concat();
    let long = [&[0; 1][..], &[0xff; 256]].concat();
    assert!(usable(&[rsa(&short, "AQAB"), rsa(&[0; 256], "AQAB")]).is_empty());
    assert_eq!(usable(&[rsa(&long, "AQAB")]).len(), 1);
}

#[test]
fn signature_that_needs_no_private_key_is_refused() {
    // With the exponent 1, the padded hash is its own signature (RFC 8017, section 9.2).
    let prefix = [
        0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20,
    ];
    let hash = Sha256::digest(b"message");
    let padded = [&[0, 1][..], &[0xff; 202], &[0], &prefix, &hash].concat();
    assert_eq!(padded.len(), 256);
    for exponent in ["AQ", "AAE", "AA", ""] {
        let keys = usable(&[rsa(&[0xff; 256], exponent)]);
        assert!(
            !verify(&keys, "RS256", None, b"message", &padded),
            "{exponent}"
        );
    }
}

#[test]
fn key_that_is_none_verifies_nothing_and_stops_nothing() {
    let zeros = |length| URL_SAFE_NO_PAD.encode(vec![0; length]);
    let mut rows = vec![
        json!({"kty": "oct"}),
        json!({"kty": "RSA"}),
        json!([]),
        json!(null),
    ];
    for length in [0, 1, 31, 32, 33, 48, 1_000] {
        for curve in ["P-256", "P-384", "P-521", "secp256k1"] {
            let x = zeros(length);
            rows.push(json!({"kty": "EC", "crv": curve, "x": x, "y": x}));
        }
        for curve in ["Ed25519", "Ed448", "X25519"] {
            rows.push(json!({"kty": "OKP", "crv": curve, "x": "_".repeat(length)}));
        }
    }
    let keys = usable(&rows);
    for algorithm in ASYMMETRIC
        .iter()
        .chain(&SYMMETRIC)
        .chain(&["none", "", "ES512"])
    {
        for length in [0, 1, 64, 96, 256] {
            let signature = vec![0; length];
            assert!(
                !verify(&keys, algorithm, None, b"message", &signature),
                "{algorithm} {length}"
            );
        }
    }
}

#[test]
fn key_for_another_use_or_algorithm_is_not_tried() {
    use crate::testing::{public_key, signed_jwt};
    let jwt = signed_jwt(&json!({"alg": "EdDSA"}), &json!({}), 1);
    let (message, signature) = jwt.rsplit_once('.').expect("a signature");
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    for (member, value, is_tried) in [
        ("use", "sig", true),
        ("use", "enc", false),
        ("alg", "EdDSA", true),
        ("alg", "Ed25519", true),
        ("alg", "ES256", false),
        ("d", "AAAA", false),
    ] {
        let mut key = public_key(1);
        key[member] = value.into();
        let keys = usable(&[key]);
        let verified = verify(&keys, "EdDSA", None, message.as_bytes(), &signature);
        assert_eq!(verified, is_tried, "{member} {value}");
    }
}

/// Signatures that OpenSSL made of `header.claims`, one for each algorithm.
const SIGNATURES: &str = include_str!("tests/signatures.json");

#[test]
fn signature_of_each_algorithm_is_verified_and_no_other() {
    let rows: Vec<Value> = serde_json::from_str(SIGNATURES).expect("JSON");
    let text = |row: &Value, name: &str| row[name].as_str().expect("a text").to_owned();
    let algorithms: Vec<String> = rows.iter().map(|row| text(row, "alg")).collect();
    assert_eq!(algorithms, ASYMMETRIC);
    for row in &rows {
        let algorithm = text(row, "alg");
        let keys = usable(&[row["key"].clone()]);
        let signature = URL_SAFE_NO_PAD.decode(text(row, "signature"));
        let signature = signature.expect("base64url");
        let verifies = |algorithm: &str, message: &[u8], signature: &[u8]| {
            verify(&keys, algorithm, None, message, signature)
        };
        assert!(
            verifies(&algorithm, b"header.claims", &signature),
            "{algorithm}"
        );
        assert!(
            !verifies(&algorithm, b"header.Claims", &signature),
            "{algorithm}"
        );
        for at in [0, signature.len() / 2, signature.len() - 1] {
            let mut changed = signature.clone();
            changed[at] ^= 1;
            assert!(
                !verifies(&algorithm, b"header.claims", &changed),
                "{algorithm}"
            );
        }
        let longer = [&signature[..], &[0]].concat();
        assert!(
            !verifies(&algorithm, b"header.claims", &longer),
            "{algorithm}"
        );
        for other in &algorithms {
            let is_same = full_name(other) == full_name(&algorithm);
            let verified = verifies(other, b"header.claims", &signature);
            assert_eq!(verified, is_same, "{algorithm} as {other}");
        }
    }
}

#[test]
fn shared_secret_authenticates_by_hmac() {
    // RFC 4231, test case 2.
    let secret = Secret::new("Jefe");
    let message = b"what do ya want for nothing?";
    for (algorithm, signature) in [
        ("HS256", "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM"),
        (
            "HS384",
            "r0XS43ZIQDFhf3jStYprG5x-9GT1oBtH5C7Dc2MiRF6OIkDKXmnix4syOez6shZJ",
        ),
        (
            "HS512",
            "Fkt6e_z4GeLjlfvnO1bgo4e9ZCIugx_WECcM1-olBVSXWL91wFqZSm0DT2X48Ob9yuqxo01Ka0tjbgcKOLznNw",
        ),
    ] {
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
        let is_authentic =
            |message: &[u8], signature: &[u8]| authenticate(&secret, algorithm, message, signature);
        assert!(is_authentic(message, &signature), "{algorithm}");
        assert!(!is_authentic(b"nothing", &signature), "{algorithm}");
        assert!(!is_authentic(message, &signature[1..]), "{algorithm}");
    }
}
