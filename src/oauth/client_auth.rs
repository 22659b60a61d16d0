//! Client authentication at the token and revocation endpoints (RFC 6749, section 2.3).

use super::client::{ClientAuth, fingerprint};
use super::error::OAuthError;
use super::form::Parameters;
use super::seal::Sealer;
use super::{client_id, documents};
use crate::Connector;
use crate::host::Host;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};

/// What a client sent of itself.
#[derive(Debug)]
pub struct Claim {
    id: String,
    secret: Option<crate::secret::Secret>,
    basic: bool,
}

impl Claim {
    /// Takes id and secret from the Authorization header or the form; none if the client says nothing of itself.
    ///
    /// # Errors
    /// `invalid_request` when it uses both ways at once, `invalid_client` when the header cannot be read.
    pub fn read(headers: &HeaderMap, form: &Parameters<'_>) -> Result<Option<Self>, OAuthError> {
        let in_form = form.one("client_id")?;
        let secret = form.one("client_secret")?;
        let Some(authorization) = headers.get(header::AUTHORIZATION) else {
            return Ok(in_form.map(|id| Self {
                id: id.to_owned(),
                secret: secret.map(crate::secret::Secret::new),
                basic: false,
            }));
        };
        let (id, password) = basic(authorization.to_str().unwrap_or_default())
            .ok_or_else(|| OAuthError::invalid_client(true))?;
        if secret.is_some() || in_form.is_some_and(|in_form| in_form != id) {
            return Err(OAuthError::invalid_request(
                "The client must prove itself in one way only.",
            ));
        }
        Ok(Some(Self {
            id,
            secret: Some(crate::secret::Secret::new(password)),
            basic: true,
        }))
    }

    /// Checks the claim; returns the client's [`fingerprint`]. A secret that a public client sends means nothing.
    ///
    /// # Errors
    /// `invalid_client` (401).
    pub fn check<H: Host>(
        &self,
        connector: &Connector<H>,
        sealer: &Sealer,
    ) -> Result<String, OAuthError> {
        let known = if self.id.starts_with(client_id::PREFIX) {
            client_id::open(sealer, &self.id).is_some_and(|client| match client.auth {
                ClientAuth::None => true,
                ClientAuth::Secret => self
                    .secret
                    .as_ref()
                    .is_some_and(|secret| client_id::is_secret(sealer, &self.id, secret.expose())),
            })
        } else {
            documents::vouching_host(connector, &self.id).is_some()
        };
        if known {
            Ok(fingerprint(&self.id))
        } else {
            Err(OAuthError::invalid_client(self.basic))
        }
    }
}

/// `Basic` credentials, whose halves are form-encoded (RFC 6749, section 2.3.1).
fn basic(authorization: &str) -> Option<(String, String)> {
    let (scheme, encoded) = authorization.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_encoding::percent_decode_str(&spaced)
            .decode_utf8()
            .ok()
            .map(|text| text.into_owned())
    };
    Some((decode(id)?, decode(secret)?))
}
