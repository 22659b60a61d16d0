//! The checks of an ID token (OpenID Connect Core 1.0, section 3.1.3.7).

use super::fault::{Fault, ProviderError};
use super::metadata::ProviderMetadata;
use crate::config::Portal;
use crate::jose::jwt::{Jwt, JwtError};
use crate::jose::keys::{PublicKey, SYMMETRIC};
use crate::secret::Secret;
use crate::text::display_name;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;

/// The longest ID token, in bytes.
const MAX_LENGTH: usize = 32 * 1024;
/// By how many seconds the portal's clock may differ from ours.
const LEEWAY: f64 = 60.0;

/// What an ID token is checked against.
pub(super) struct Expected<'a> {
    pub(super) portal: &'a Portal,
    pub(super) metadata: &'a ProviderMetadata,
    pub(super) nonce: &'a str,
    pub(super) access_token: &'a Secret,
    /// Unix seconds.
    pub(super) now: f64,
}

/// Why an ID token is not accepted.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum IdTokenError {
    /// No key verifies the signature. The portal may have new keys.
    Signature,
    Other(ProviderError),
}

impl From<Fault> for IdTokenError {
    fn from(fault: Fault) -> Self {
        Self::Other(fault.into())
    }
}

fn invalid(cause: impl Into<String>) -> IdTokenError {
    IdTokenError::Other(ProviderError::Unexpected(cause.into()))
}

impl Expected<'_> {
    /// Checks an ID token and returns its claims, of which `sub` is a text.
    ///
    /// # Errors
    /// [`IdTokenError`].
    pub(super) fn check(
        &self,
        id_token: &Secret,
        keys: &[PublicKey],
    ) -> Result<Value, IdTokenError> {
        let jwt = self.verified(id_token.expose(), keys, "the ID token")?;
        if jwt.text("iss") != Some(self.portal.issuer.as_str()) {
            return Err(invalid("the ID token has another issuer"));
        }
        self.check_audience(&jwt)?;
        self.check_times(&jwt)?;
        let nonce = jwt.text("nonce").unwrap_or_default();
        if !bool::from(nonce.as_bytes().ct_eq(self.nonce.as_bytes())) {
            return Err(invalid("the ID token has another nonce"));
        }
        if let Some(hash) = jwt.text("at_hash")
            && at_hash(&jwt.algorithm, self.access_token) != hash.trim_end_matches('=')
        {
            return Err(invalid(
                "at_hash of the ID token does not belong to the access token",
            ));
        }
        if jwt.text("sub").is_none_or(str::is_empty) {
            return Err(invalid("the ID token has no subject"));
        }
        Ok(jwt.claims)
    }

    /// Reads a token of the portal and verifies its signature. `what` names it in errors.
    ///
    /// # Errors
    /// [`IdTokenError`].
    pub(super) fn verified<'t>(
        &self,
        token: &'t str,
        keys: &[PublicKey],
        what: &str,
    ) -> Result<Jwt<'t>, IdTokenError> {
        if token.len() > MAX_LENGTH {
            return Err(invalid(format!("{what} is longer than 32 KiB")));
        }
        let jwt = Jwt::read(token).map_err(|error| match error {
            JwtError::Encrypted => Fault::new(
                format!("{what} is encrypted"),
                "Switch off the encryption of tokens for this client at the portal.",
            )
            .into(),
            JwtError::Malformed => invalid(format!("{what} is not a signed JSON Web Token")),
            JwtError::Critical => invalid(format!("{what} has a critical header")),
        })?;
        let secret = self.portal.client_secret.as_ref();
        self.metadata
            .check_algorithm(&jwt.algorithm, secret.is_some())?;
        let is_signed = match secret {
            // The key is the client secret, never one that the portal publishes.
            Some(secret) if SYMMETRIC.contains(&jwt.algorithm.as_str()) => {
                jwt.is_signed_with(secret)
            }
            _ => jwt.is_signed_by(keys),
        };
        is_signed.then_some(jwt).ok_or(IdTokenError::Signature)
    }

    /// The token is for this client, and for no other that the operator does not trust.
    fn check_audience(&self, jwt: &Jwt<'_>) -> Result<(), IdTokenError> {
        let client_id = self.portal.client_id.as_str();
        let audiences: Vec<&str> = match claim(jwt, "aud") {
            Value::Array(list) if !list.iter().all(Value::is_string) => {
                return Err(invalid("an audience of the ID token is no text"));
            }
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
            other => other.as_str().into_iter().collect(),
        };
        let shown = |text: &str| display_name(text, 100);
        if !audiences.contains(&client_id) {
            return Err(Fault::new(
                "the ID token is for another audience than this client",
                "Set `portal_client_id` to the client id at the portal.",
            )
            .into());
        }
        let is_known = |audience: &&&str| {
            **audience == client_id
                || self
                    .portal
                    .trusted_audiences
                    .iter()
                    .any(|trusted| trusted == *audience)
        };
        if let Some(other) = audiences.iter().find(|audience| !is_known(audience)) {
            let other = shown(other);
            return Err(Fault::new(
                format!("the ID token is also for the audience `{other}`"),
                format!(
                    "If that is part of the portal, add `{other}` to `portal_trusted_audiences`."
                ),
            )
            .into());
        }
        // The person signed in for this party, and a trusted audience is not it.
        match claim(jwt, "azp") {
            Value::Null => Ok(()),
            party if party == client_id => Ok(()),
            party => {
                let party = shown(party.as_str().unwrap_or("something that is no text"));
                Err(Fault::new(
                    format!("the ID token was issued to `{party}`"),
                    "Set `portal_client_id` to the client id at the portal.",
                )
                .into())
            }
        }
    }

    fn check_times(&self, jwt: &Jwt<'_>) -> Result<(), IdTokenError> {
        const FIX: &str = "Compare the clocks of the portal and of this host: they may differ by a minute. An ID token must be valid for a minute at least.";
        let time = |name: &str| claim(jwt, name).as_f64();
        let Some(expires) = time("exp") else {
            return Err(invalid("the ID token has no exp"));
        };
        if expires + LEEWAY <= self.now {
            let ago = self.now - expires;
            let problem =
                format!("the ID token expired {ago:.0} seconds ago by the clock of this host");
            return Err(Fault::new(problem, FIX).into());
        }
        for claim in ["iat", "nbf"] {
            if let Some(start) = time(claim).filter(|start| *start > self.now + LEEWAY) {
                let ahead = start - self.now;
                let problem = format!(
                    "{claim} of the ID token is {ahead:.0} seconds ahead of the clock of this host"
                );
                return Err(Fault::new(problem, FIX).into());
            }
        }
        Ok(())
    }
}

/// A claim, or null.
fn claim<'j>(jwt: &'j Jwt<'_>, name: &str) -> &'j Value {
    jwt.claims.get(name).unwrap_or(&Value::Null)
}

/// The left half of the hash of an access token, as base64url (OpenID Connect Core 1.0, section 3.1.3.6). The hash is
/// that of the signature.
fn at_hash(algorithm: &str, access_token: &Secret) -> String {
    let token = access_token.expose().as_bytes();
    let hash = match algorithm {
        "RS384" | "PS384" | "ES384" | "HS384" => Sha384::digest(token).to_vec(),
        "RS512" | "PS512" | "HS512" | "EdDSA" | "Ed25519" => Sha512::digest(token).to_vec(),
        _ => Sha256::digest(token).to_vec(),
    };
    let half = hash.len() / 2;
    URL_SAFE_NO_PAD.encode(hash.get(..half).unwrap_or_default())
}

#[cfg(test)]
mod tests;
