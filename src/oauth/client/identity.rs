//! What is known about a client after its id was checked.

use super::redirect_uri;
use crate::config::Config;

/// How a client authenticates at the token endpoint (RFC 7591, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClientAuthentication {
    /// A public client: PKCE alone.
    None,
    /// `client_secret_basic` or `client_secret_post`, as the client chooses.
    Secret,
}

/// A client whose id was checked for this request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Client {
    pub(crate) id: String,
    /// The name that the client gives itself, cleaned; may be empty.
    pub(crate) name: String,
    /// At least one.
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) authentication: ClientAuthentication,
    /// The host of the client's metadata document, which vouches for the client.
    pub(crate) verified_domain: Option<String>,
}

impl Client {
    /// The redirect URI of a request, if the client registered it and a browser may be sent there. A request without one
    /// means the only one that is registered (RFC 6749, section 3.1.2.3).
    pub(crate) fn redirect_uri<'a>(
        &'a self,
        requested: Option<&'a str>,
        config: &Config,
    ) -> Option<&'a str> {
        let uri = match (requested, self.redirect_uris.as_slice()) {
            (Some(requested), registered) => registered
                .iter()
                .any(|uri| redirect_uri::is_same(uri, requested))
                .then_some(requested)?,
            (None, [only]) => only,
            (None, _) => return None,
        };
        redirect_uri::is_usable(uri, config).then_some(uri)
    }
}
