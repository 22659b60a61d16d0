//! The portal's signature: ES256 (RFC 7518, section 3.4) under a key that is made on first use and kept.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

use crate::host::{Host, SqlError};
use crate::people::hash;
use crate::store::settings;

/// The signing key.
pub(super) struct Signature256(SigningKey);

impl Signature256 {
    /// The portal's key; all instances get the same one.
    pub(super) async fn load(host: &impl Host) -> Result<Self, SqlError> {
        let fresh = HEXLOWER.encode(&host.random());
        let stored = settings::get_or_insert(host, "signing_key", fresh).await?;
        let broken = || SqlError("the stored signing key is not a P-256 key".to_owned());
        let bytes = HEXLOWER.decode(stored.as_bytes()).map_err(|_| broken())?;
        SigningKey::from_slice(&bytes)
            .map(Self)
            .map_err(|_| broken())
    }

    /// A signed JSON Web Token (RFC 7519) with these claims.
    pub(super) fn token(&self, claims: &Value) -> String {
        let (_, _, key_id) = self.public();
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": key_id });
        let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let signature: Signature = self.0.sign(signed.as_bytes());
        format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature.to_bytes()))
    }

    /// The JSON Web Key Set (RFC 7517) that verifies the tokens.
    pub(super) fn key_set(&self) -> Value {
        let (x, y, key_id) = self.public();
        json!({ "keys": [
            { "kty": "EC", "crv": "P-256", "x": x, "y": y, "use": "sig", "alg": "ES256", "kid": key_id },
        ] })
    }

    /// The coordinates of the public key, and an id made from them.
    fn public(&self) -> (String, String, String) {
        let point = self.0.verifying_key().to_sec1_point(false);
        let bytes = point.as_bytes();
        let (x, y) = (
            BASE64URL_NOPAD.encode(&bytes[1..33]),
            BASE64URL_NOPAD.encode(&bytes[33..65]),
        );
        let mut key_id = hash(&format!("{x}.{y}"));
        key_id.truncate(16);
        (x, y, key_id)
    }
}
