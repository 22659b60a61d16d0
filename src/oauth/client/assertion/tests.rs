//! Attack family 22: assertions that are forged, expired, for another server or of another client.

use super::super::keys::{MAX_KEYS, parse_set};
use super::*;
use crate::jose::keys;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

const CLIENT: &str = "https://app.example.com/client.json";
const NOW: f64 = 1_790_000_000.0;

fn config() -> Config {
    let value = |name: &str| (name == "public_url").then(|| "https://mcp.example.com".to_owned());
    Config::from_variables(value).expect("valid")
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn token(header: &Value, claims: &Value) -> String {
    format!("{}.{}.AAAA", encoded(header), encoded(claims))
}

fn claims(changes: &Value) -> Value {
    let mut claims = json!({
        "iss": CLIENT, "sub": CLIENT, "aud": "https://mcp.example.com", "jti": "1",
        "exp": NOW + 300.0, "iat": NOW,
    });
    for (name, value) in changes.as_object().expect("an object") {
        if value.is_null() {
            claims.as_object_mut().expect("an object").remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

fn check(changes: &Value) -> Result<(), &'static str> {
    let token = token(&json!({"alg": "ES256"}), &claims(changes));
    let assertion = Assertion::read(&token).expect("an assertion");
    assertion.check(CLIENT, &config(), NOW)
}

#[test]
fn claims_of_this_client_for_this_server_are_accepted() {
    for changes in [
        json!({}),
        json!({"aud": "https://mcp.example.com/"}),
        json!({"aud": "https://mcp.example.com/token"}),
        json!({"aud": ["https://mcp.example.com", "https://mcp.example.com/token"]}),
        json!({"iat": null, "nbf": NOW + 20.0}),
        json!({"exp": NOW - 20.0}),
        json!({"exp": NOW + 599.5}),
        json!({"jti": "x".repeat(MAX_JTI), "other": {"a": [1]}}),
    ] {
        assert_eq!(check(&changes), Ok(()), "{changes}");
    }
}

#[test]
fn claims_that_are_wrong_missing_or_out_of_time_are_refused() {
    for changes in [
        json!({"iss": "https://other.example.com/client.json"}),
        json!({"sub": "https://other.example.com/client.json"}),
        json!({"iss": null}),
        json!({"sub": null}),
        json!({"aud": null}),
        json!({"aud": []}),
        json!({"aud": "https://other.example.com"}),
        json!({"aud": "https://mcp.example.com.evil.example"}),
        json!({"aud": "https://mcp.example.com/register"}),
        json!({"aud": ["https://mcp.example.com", "https://other.example.com"]}),
        json!({"aud": {"https://mcp.example.com": 1}}),
        json!({"exp": null}),
        json!({"exp": "1790000300"}),
        json!({"exp": NOW - 30.0}),
        json!({"exp": NOW + 601.0}),
        json!({"exp": 1e300}),
        json!({"nbf": NOW + 31.0}),
        json!({"iat": NOW + 31.0}),
        json!({"iat": NOW - 3_601.0}),
        json!({"iat": "now"}),
        json!({"jti": null}),
        json!({"jti": ""}),
        json!({"jti": 7}),
        json!({"jti": "x".repeat(MAX_JTI + 1)}),
    ] {
        assert!(check(&changes).is_err(), "{changes}");
    }
}

#[test]
fn token_without_an_asymmetric_algorithm_is_not_read() {
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "None"}),
        json!({"alg": "HS256"}),
        json!({"alg": "ES256K"}),
        json!({"alg": "RS1"}),
        json!({"alg": ["ES256"]}),
        json!({}),
        json!({"alg": "ES256", "crit": ["b64"], "b64": false}),
        json!("ES256"),
    ] {
        assert!(
            Assertion::read(&token(&header, &claims(&json!({})))).is_err(),
            "{header}"
        );
    }
    let valid = token(&json!({"alg": "ES256"}), &claims(&json!({})));
    assert!(Assertion::read(&valid).is_ok());
    let repeated = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","alg":"none"}"#);
    let (_, rest) = valid.split_once('.').expect("a header");
    for malformed in [
        String::new(),
        "..".to_owned(),
        valid.replace('.', ""),
        format!("{valid}.x"),
        format!("{valid}="),
        valid.replace("AAAA", "AA AA"),
        format!("{repeated}.{rest}"),
        format!("{valid}{}", "A".repeat(MAX_LENGTH)),
    ] {
        assert!(Assertion::read(&malformed).is_err(), "{malformed:.80}");
    }
}

/// The examples of RFC 7515, appendices A.2 and A.3, and RFC 8037, appendix A.4.
#[test]
fn signatures_of_the_specifications_are_verified() {
    const RSA: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    const CLAIMS: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let examples = [
        (
            "RS256",
            json!({"kty": "RSA", "e": "AQAB", "n": RSA}),
            format!("eyJhbGciOiJSUzI1NiJ9.{CLAIMS}"),
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
        ),
        (
            "ES256",
            json!({"kty": "EC", "crv": "P-256",
                "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}),
            format!("eyJhbGciOiJFUzI1NiJ9.{CLAIMS}"),
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        ),
        (
            "EdDSA",
            json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}),
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".to_owned(),
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
        ),
    ];
    let set = json!({"keys": examples.each_ref().map(|(_, key, _, _)| key)});
    let keys = parse_set(&set).expect("a key set");
    for (algorithm, _, message, signature) in &examples {
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
        let verify = |algorithm: &str, message: &str, signature: &[u8]| {
            keys::verify(&keys, algorithm, None, message.as_bytes(), signature)
        };
        assert!(verify(algorithm, message, &signature), "{algorithm}");
        assert!(!verify(algorithm, &message[1..], &signature));
        assert!(!verify(algorithm, message, &signature[1..]));
        assert!(!verify(algorithm, message, &[]));
        for other in ALGORITHMS.iter().filter(|other| *other != algorithm) {
            assert!(
                !verify(other, message, &signature),
                "{algorithm} as {other}"
            );
        }
        assert!(!verify("HS256", message, &signature) && !verify("none", message, &[]));
    }
}

#[test]
fn key_set_with_secret_weak_or_no_keys_is_refused() {
    let good =
        json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
    let with = |name: &str, value: &str| {
        let mut key = good.clone();
        key[name] = value.into();
        key
    };
    for set in [
        json!({}),
        json!({"keys": {}}),
        json!({"keys": []}),
        json!({"keys": [{"kty": "unknown"}]}),
        json!({"keys": [with("d", "AAAA")]}),
        json!({"keys": [good, {"kty": "oct", "k": "AAAA"}]}),
        json!({"keys": [{"kty": "RSA", "e": "AQAB", "n": "A".repeat(171)}]}),
        json!({"keys": vec![good.clone(); MAX_KEYS + 1]}),
    ] {
        assert!(parse_set(&set).is_err(), "{set:.200}");
    }
    let mixed = json!({"keys": [{"kty": "unknown"}, 7, good]});
    assert_eq!(parse_set(&mixed).map(|keys| keys.len()), Ok(1));
}
