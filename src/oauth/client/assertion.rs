//! Client assertions: a JSON Web Token by which a client proves that it has the private key of its document (RFC 7521,
//! section 4.2; RFC 7523, sections 2.2 and 3; OpenID Connect Core 1.0, section 9).

use super::keys::ALGORITHMS;
use crate::config::Config;
use crate::jose::jwt::{Jwt, JwtError};
use crate::jose::keys::PublicKey;
use crate::ledger::LIFETIME;
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
pub(super) struct Assertion<'a>(Jwt<'a>);

impl<'a> Assertion<'a> {
    /// Reads an assertion in compact serialization (RFC 7515, section 7.1).
    ///
    /// # Errors
    /// Why it is not one, as a sentence for the client.
    pub(super) fn read(text: &'a str) -> Result<Self, &'static str> {
        if text.len() > MAX_LENGTH {
            return Err("The client assertion is longer than 8 KiB.");
        }
        let jwt = Jwt::read(text).map_err(|error| match error {
            JwtError::Malformed | JwtError::Encrypted => {
                "The client assertion is not a signed JSON Web Token."
            }
            JwtError::Critical => {
                "The client assertion has a critical header that is not supported."
            }
        })?;
        if ALGORITHMS.contains(&jwt.algorithm.as_str()) {
            Ok(Self(jwt))
        } else {
            Err("The client assertion must be signed with ES256, ES384, EdDSA, PS256 or RS256.")
        }
    }

    /// The client that the assertion names (`sub`).
    pub(super) fn client_id(&self) -> Option<&str> {
        self.0.text("sub")
    }

    /// What makes the assertion unique, together with the client.
    pub(super) fn id(&self) -> &str {
        self.0.text("jti").unwrap_or_default()
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
        if self.0.text("iss") != Some(client_id) || self.0.text("sub") != Some(client_id) {
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
        keys: &[PublicKey],
        only: Option<&str>,
    ) -> Result<(), &'static str> {
        let allowed = only.is_none_or(|only| only == self.0.algorithm);
        if allowed && self.0.is_signed_by(keys) {
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
        match self.0.claims.get("aud") {
            Some(Value::Array(audiences)) => !audiences.is_empty() && audiences.iter().all(is_us),
            Some(audience) => is_us(audience),
            None => false,
        }
    }

    /// A `NumericDate` (RFC 7519, section 2), in Unix seconds.
    fn time(&self, claim: &str) -> Result<Option<f64>, &'static str> {
        let time = |value: &Value| {
            value
                .as_f64()
                .ok_or("exp, nbf and iat of the client assertion must be numbers.")
        };
        self.0.claims.get(claim).map(time).transpose()
    }
}

#[cfg(test)]
mod tests;
