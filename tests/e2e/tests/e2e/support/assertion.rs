//! A client that signs assertions with ES256 (RFC 7523).

use super::Running;
use super::browser::with_form;
use super::client::VERIFIER;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use reqwest::Response;
use serde_json::{Value, json};

/// A private key.
pub(crate) struct Key(SigningKey);

impl Key {
    /// The key whose 32 bytes are all the same.
    pub(crate) fn of(byte: u8) -> Self {
        Self(SigningKey::from_slice(&[byte; 32]).expect("a key"))
    }

    /// The public key (RFC 7517).
    pub(crate) fn jwk(&self) -> Value {
        let point = self.0.verifying_key().to_sec1_point(false);
        let coordinate = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let bytes = point.as_bytes();
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256",
            "x": coordinate(&bytes[1..33]), "y": coordinate(&bytes[33..65]),
        })
    }

    /// A signed token with these claims.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_as("ES256", claims)
    }

    /// The same with this algorithm in its header.
    pub(crate) fn sign_as(&self, algorithm: &str, claims: &Value) -> String {
        let header = json!({"alg": algorithm, "typ": "JWT"});
        let message = unsigned(&header, claims);
        let signature: Signature = self.0.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

/// Header and claims, as they are signed.
pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", encode(header), encode(claims))
}

/// Claims of a client for the app, with these changed; `null` leaves one out.
pub(crate) fn claims(app: &Running, id: &str, jti: &str, changes: &Value) -> Value {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970")
        .as_secs();
    let mut claims = json!({
        "iss": id, "sub": id, "aud": app.url, "jti": jti, "iat": now, "exp": now + 120,
    });
    for (name, value) in changes.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    let members = claims.as_object_mut().expect("an object");
    members.retain(|_, value| !value.is_null());
    claims
}

/// Redeems a code with an assertion.
pub(crate) async fn redeem(app: &Running, code: &str, assertion: &str) -> Response {
    let fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("code_verifier", VERIFIER),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", assertion),
    ];
    let request = with_form(app.request("POST", "/token"), fields);
    request.send().await.expect("an answer")
}
