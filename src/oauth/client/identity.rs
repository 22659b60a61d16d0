//! A client: its name, redirect URIs and authentication method.

use super::keys::ClientKeys;
use super::redirect_uri;
use crate::config::Config;

/// How a client authenticates at the token endpoint (RFC 7591, section 2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ClientAuthentication {
    /// `none`: a public client, which uses PKCE only.
    None,
    /// `client_secret_basic` or `client_secret_post`; the client may use either.
    Secret,
    /// `private_key_jwt`: the client signs with a key that its metadata document names.
    PrivateKey(ClientKeys),
}

/// A client whose id is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Client {
    pub(super) id: String,
    /// The name that the client chose, without deceptive characters; may be empty.
    pub(super) name: String,
    /// At least one.
    pub(super) redirect_uris: Vec<String>,
    pub(super) authentication: ClientAuthentication,
    /// The host of the client metadata document; `None` for a registered client.
    pub(crate) verified_domain: Option<String>,
}

/// Why a browser is not redirected to the redirect URI of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RedirectUriError {
    /// It is not registered, or it is missing and there is more than one.
    Unregistered,
    /// Its private-use scheme is neither that of a well-known app nor configured.
    SchemeNotEnabled,
}

impl Client {
    /// Whether the client must authenticate with a key that its document names. Otherwise any app can use its id.
    pub(crate) fn proves_identity(&self) -> bool {
        matches!(self.authentication, ClientAuthentication::PrivateKey(_))
    }

    /// The redirect URI of a request. A request without one uses the only registered one (RFC 6749, section 3.1.2.3).
    ///
    /// # Errors
    /// [`RedirectUriError`].
    pub(crate) fn redirect_uri<'a>(
        &'a self,
        requested: Option<&'a str>,
        config: &Config,
    ) -> Result<&'a str, RedirectUriError> {
        let uri = match (requested, self.redirect_uris.as_slice()) {
            (Some(requested), registered)
                if registered
                    .iter()
                    .any(|uri| redirect_uri::matches(uri, requested)) =>
            {
                requested
            }
            (None, [only]) => only,
            _ => return Err(RedirectUriError::Unregistered),
        };
        if redirect_uri::is_usable(uri, config) {
            Ok(uri)
        } else {
            Err(RedirectUriError::SchemeNotEnabled)
        }
    }
}
