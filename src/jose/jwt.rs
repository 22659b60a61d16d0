//! JSON Web Tokens in compact serialization (RFC 7515, section 7.1).

use super::keys::{self, PublicKey};
use crate::secret::Secret;
use crate::web::json;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// A token whose header and claims can be read. Nothing of it is verified yet.
#[derive(Debug)]
pub(crate) struct Jwt<'a> {
    /// `alg`; empty if it is missing.
    pub(crate) algorithm: String,
    key_id: Option<String>,
    /// A JSON object.
    pub(crate) claims: Value,
    /// Header and claims as they were signed.
    message: &'a str,
    signature: Vec<u8>,
}

/// Why a text is not a token that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JwtError {
    /// It does not have three parts, or one of them cannot be decoded.
    Malformed,
    /// It is encrypted (RFC 7516, section 7.1).
    Encrypted,
    /// Its header has an extension that must be understood (RFC 7515, section 4.1.11).
    Critical,
}

impl<'a> Jwt<'a> {
    /// Reads a token.
    ///
    /// # Errors
    /// [`JwtError`].
    pub(crate) fn read(text: &'a str) -> Result<Self, JwtError> {
        if text.bytes().filter(|byte| *byte == b'.').count() == 4 {
            return Err(JwtError::Encrypted);
        }
        let (message, signature) = text.rsplit_once('.').ok_or(JwtError::Malformed)?;
        let (header, claims) = message.split_once('.').ok_or(JwtError::Malformed)?;
        let object = |part: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
            json::parse(&bytes).ok().filter(Value::is_object)
        };
        let header = object(header).ok_or(JwtError::Malformed)?;
        let claims = object(claims).ok_or(JwtError::Malformed)?;
        if header.get("crit").is_some() {
            return Err(JwtError::Critical);
        }
        let text = |name: &str| header.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            algorithm: text("alg").unwrap_or_default(),
            key_id: text("kid"),
            claims,
            message,
            signature: URL_SAFE_NO_PAD
                .decode(signature)
                .map_err(|_| JwtError::Malformed)?,
        })
    }

    /// Whether one of the keys verifies the signature.
    pub(crate) fn is_signed_by(&self, keys: &[PublicKey]) -> bool {
        let (message, key_id) = (self.message.as_bytes(), self.key_id.as_deref());
        keys::verify(keys, &self.algorithm, key_id, message, &self.signature)
    }

    /// Whether a secret that both sides share made the signature.
    pub(crate) fn is_signed_with(&self, secret: &Secret) -> bool {
        keys::authenticate(
            secret,
            &self.algorithm,
            self.message.as_bytes(),
            &self.signature,
        )
    }

    /// A claim that is a text.
    pub(crate) fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim).and_then(Value::as_str)
    }
}
