//! Client authentication at the token and revocation endpoints (RFC 6749, section 2.3).

use super::identity::ClientAuthentication;
use super::{metadata_document, registered};
use crate::app::Context;
use crate::digest::sha256_hex;
use crate::host::Host;
use crate::oauth::error::OAuthError;
use crate::sealing::seal::Sealer;
use crate::secret::Secret;
use crate::web::form::Parameters;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use percent_encoding::percent_decode_str;

/// The client id and, if the client sent one, the client secret.
#[derive(Debug)]
pub(crate) struct ClientCredentials {
    id: String,
    secret: Option<Secret>,
    used_basic: bool,
}

impl ClientCredentials {
    /// Reads id and secret from the Authorization header or the form; `None` if the request names no client.
    ///
    /// # Errors
    /// `invalid_request` if the request uses both, `invalid_client` if the header cannot be read.
    pub(crate) fn read(
        headers: &HeaderMap,
        form: &Parameters<'_>,
    ) -> Result<Option<Self>, OAuthError> {
        let id_in_form = form.one("client_id")?;
        let secret_in_form = form.one("client_secret")?;
        let Some(authorization) = headers.get(header::AUTHORIZATION) else {
            return Ok(id_in_form.map(|id| Self {
                id: id.to_owned(),
                secret: secret_in_form.map(Secret::new),
                used_basic: false,
            }));
        };
        let (id, secret) = basic(authorization.to_str().unwrap_or_default())
            .ok_or_else(|| OAuthError::invalid_client(true))?;
        if secret_in_form.is_some() || id_in_form.is_some_and(|id_in_form| id_in_form != id) {
            return Err(OAuthError::invalid_request(
                "The client must authenticate in one way only.",
            ));
        }
        Ok(Some(Self {
            id,
            secret: Some(Secret::new(secret)),
            used_basic: true,
        }))
    }

    /// Authenticates the client and returns the SHA-256 of its id. The secret of a public client is ignored.
    ///
    /// # Errors
    /// `invalid_client`.
    pub(crate) fn authenticate<H: Host>(
        &self,
        context: &Context<'_, H>,
        sealer: &Sealer,
    ) -> Result<String, OAuthError> {
        let authenticated = if self.id.starts_with(registered::PREFIX) {
            registered::open(sealer, &self.id).is_some_and(|client| match client.authentication {
                ClientAuthentication::None => true,
                ClientAuthentication::Secret => self
                    .secret
                    .as_ref()
                    .is_some_and(|secret| registered::is_secret(sealer, &self.id, secret.expose())),
            })
        } else {
            metadata_document::vouching_host(context, &self.id).is_some()
        };
        if authenticated {
            Ok(sha256_hex(&self.id))
        } else {
            Err(OAuthError::invalid_client(self.used_basic))
        }
    }
}

/// Id and secret of `Basic` credentials, which are form-encoded (RFC 6749, section 2.3.1).
fn basic(authorization: &str) -> Option<(String, String)> {
    let (scheme, encoded) = authorization.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_decode_str(&spaced)
            .decode_utf8()
            .ok()
            .map(|text| text.into_owned())
    };
    Some((decode(id)?, decode(secret)?))
}
