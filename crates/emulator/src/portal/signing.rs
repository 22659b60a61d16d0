//! The signature of ID tokens: ES256 (RFC 7518, section 3.4) with a key that is made when it is first used and kept,
//! also over a reset, because relying parties cache it.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

use crate::host::{Host, SqlError};
use crate::ids::{hash, random_secret};
use crate::store::settings;

pub(super) struct TokenKey(SigningKey);

impl TokenKey {
    /// The portal's key, which all instances share.
    pub(super) async fn load(host: &impl Host) -> Result<Self, SqlError> {
        let fresh = random_secret(host.random());
        let stored = settings::get_or_insert(host, "signing_key", fresh).await?;
        let bytes = HEXLOWER.decode(stored.as_bytes()).unwrap_or_default();
        let key = SigningKey::from_slice(&bytes).map(Self);
        key.map_err(|_| SqlError("the stored signing key is not a P-256 key".to_owned()))
    }

    /// A signed JSON Web Token (RFC 7519).
    pub(super) fn token(&self, claims: &Value) -> String {
        let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": self.public()["kid"] });
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let signature: Signature = self.0.sign(signed.as_bytes());
        format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature.to_bytes()))
    }

    /// The claims of a token that this key signed. The header is not read: there is one algorithm.
    pub(super) fn claims(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?;
        let signature = Signature::from_slice(&signature).ok()?;
        let key = self.0.verifying_key();
        key.verify(signed.as_bytes(), &signature).ok()?;
        let claims = signed.split_once('.')?.1;
        serde_json::from_slice(&BASE64URL_NOPAD.decode(claims.as_bytes()).ok()?).ok()
    }

    /// The JSON Web Key (RFC 7517) that verifies the tokens.
    pub(super) fn public(&self) -> Value {
        let point = self.0.verifying_key().to_sec1_point(false);
        let [x, y] = [1..33, 33..65].map(|part| BASE64URL_NOPAD.encode(&point.as_bytes()[part]));
        let id = &hash(&format!("{x}.{y}"))[..16];
        json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "use": "sig", "alg": "ES256", "kid": id })
    }
}
