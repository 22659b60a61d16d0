//! Client assertions: a JSON Web Token by which a client proves that it has the private key of its document (RFC 7521,
//! section 4.2; RFC 7523, sections 2.2 and 3; OpenID Connect Core 1.0, section 9).

use super::keys::{self, ALGORITHMS};
use crate::config::Config;
use crate::ledger::LIFETIME;
use crate::web::json;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::CoreJsonWebKey;
use serde_json::Value;

/// Value of `client_assertion_type`.
pub(super) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The longest assertion, in bytes.
const MAX_LENGTH: usize = 8 * 1024;
/// The longest `jti`, in bytes.
const MAX_JTI: usize = 512;
/// By how many seconds the client's clock may differ from ours.
const SKEW: f64 = 30.0;
/// How far ahead `exp` may be, in seconds. The ledger remembers a used assertion for as long, and a minute longer.
#[expect(clippy::cast_precision_loss, reason = "ten minutes")]
const MAX_AHEAD: f64 = LIFETIME as f64;
/// How old `iat` may be, in seconds.
const MAX_AGE: f64 = 3_600.0;

/// An assertion whose header and claims can be read. Nothing of it is verified yet.
#[derive(Debug)]
pub(super) struct Assertion<'a> {
    algorithm: &'static str,
    key_id: Option<String>,
    claims: Value,
    /// Header and claims as they were signed.
    message: &'a str,
    signature: Vec<u8>,
}

impl<'a> Assertion<'a> {
    /// Reads an assertion in compact serialization (RFC 7515, section 7.1).
    ///
    /// # Errors
    /// Why it is not one, as a sentence for the client.
    pub(super) fn read(text: &'a str) -> Result<Self, &'static str> {
        const MALFORMED: &str = "The client assertion is not a signed JSON Web Token.";
        if text.len() > MAX_LENGTH {
            return Err("The client assertion is longer than 8 KiB.");
        }
        let (message, signature) = text.rsplit_once('.').ok_or(MALFORMED)?;
        let (header, claims) = message.split_once('.').ok_or(MALFORMED)?;
        let object = |part: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
            json::parse(&bytes).ok().filter(Value::is_object)
        };
        let header = object(header).ok_or(MALFORMED)?;
        let claims = object(claims).ok_or(MALFORMED)?;
        // An extension that must be understood is not (RFC 7515, section 4.1.11).
        if header.get("crit").is_some() {
            return Err("The client assertion has a critical header that is not supported.");
        }
        let algorithm = header.get("alg").and_then(Value::as_str);
        let algorithm = ALGORITHMS
            .into_iter()
            .find(|known| algorithm == Some(known));
        Ok(Self {
            algorithm: algorithm.ok_or(
                "The client assertion must be signed with ES256, ES384, EdDSA, PS256 or RS256.",
            )?,
            key_id: header.get("kid").and_then(Value::as_str).map(str::to_owned),
            claims,
            message,
            signature: URL_SAFE_NO_PAD.decode(signature).map_err(|_| MALFORMED)?,
        })
    }

    /// The client that the assertion names (`sub`).
    pub(super) fn client_id(&self) -> Option<&str> {
        self.text("sub")
    }

    /// What makes the assertion unique, together with the client.
    pub(super) fn id(&self) -> &str {
        self.text("jti").unwrap_or_default()
    }

    /// Checks every claim (RFC 7523, section 3) at the time `now`, in Unix seconds.
    ///
    /// # Errors
    /// What is wrong, as a sentence for the client.
    pub(super) fn check(
        &self,
        client_id: &str,
        config: &Config,
        now: f64,
    ) -> Result<(), &'static str> {
        if self.text("iss") != Some(client_id) || self.text("sub") != Some(client_id) {
            return Err("iss and sub of the client assertion must be the client_id.");
        }
        if !self.is_for(config) {
            return Err("aud of the client assertion must be the issuer or the token endpoint.");
        }
        let expires = self.time("exp")?;
        let expires = expires.ok_or("The client assertion has no exp.")?;
        if expires + SKEW <= now {
            return Err("The client assertion has expired.");
        }
        if expires > now + MAX_AHEAD {
            return Err("exp of the client assertion must be at most ten minutes ahead.");
        }
        if self.time("nbf")?.is_some_and(|nbf| nbf > now + SKEW) {
            return Err("The client assertion is not valid yet (nbf).");
        }
        let issued = self.time("iat")?;
        if issued.is_some_and(|iat| iat > now + SKEW || iat < now - MAX_AGE) {
            return Err("iat of the client assertion is in the future or older than an hour.");
        }
        if !(1..=MAX_JTI).contains(&self.id().len()) {
            return Err("The client assertion has no jti, or one that is longer than 512 bytes.");
        }
        Ok(())
    }

    /// Verifies the signature with the keys of the client. `only` is the algorithm to which it restricts itself.
    ///
    /// # Errors
    /// A sentence for the client.
    pub(super) fn verify(
        &self,
        keys: &[CoreJsonWebKey],
        only: Option<&str>,
    ) -> Result<(), &'static str> {
        let allowed = only.is_none_or(|only| only == self.algorithm);
        let message = self.message.as_bytes();
        let key_id = self.key_id.as_deref();
        if allowed && keys::verify(keys, self.algorithm, key_id, message, &self.signature) {
            Ok(())
        } else {
            Err("No key of the client verifies the signature of the client assertion.")
        }
    }

    /// Whether every audience is this authorization server. Another server that is named beside it could use the
    /// assertion here.
    fn is_for(&self, config: &Config) -> bool {
        let issuer = config.public_url.as_str();
        let is_us = |audience: &Value| {
            audience.as_str().is_some_and(|audience| {
                audience
                    .strip_prefix(issuer)
                    .is_some_and(|rest| matches!(rest, "" | "/" | "/token"))
            })
        };
        match self.claims.get("aud") {
            Some(Value::Array(audiences)) => !audiences.is_empty() && audiences.iter().all(is_us),
            Some(audience) => is_us(audience),
            None => false,
        }
    }

    fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim).and_then(Value::as_str)
    }

    /// A `NumericDate` (RFC 7519, section 2), in Unix seconds.
    fn time(&self, claim: &str) -> Result<Option<f64>, &'static str> {
        let time = |value: &Value| {
            value
                .as_f64()
                .ok_or("exp, nbf and iat of the client assertion must be numbers.")
        };
        self.claims.get(claim).map(time).transpose()
    }
}

#[cfg(test)]
mod tests;
