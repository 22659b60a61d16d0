//! The two sign-in modes.

use crate::secret::Secret;

/// How people sign in.
#[derive(Debug, Clone, Default)]
pub(crate) enum SignIn {
    /// At the portal, by OpenID Connect. The portal mints the key.
    Portal(Portal),
    /// By pasting a key on the connector's own page.
    #[default]
    ApiKey,
}

/// The portal as an OpenID provider and as the issuer of keys.
#[derive(Debug, Clone)]
pub(crate) struct Portal {
    /// The issuer identifier, as its metadata writes it.
    pub(crate) issuer: String,
    /// The connector's client id at the portal.
    pub(crate) client_id: String,
    /// The connector's client secret at the portal; `None` for a public client.
    pub(crate) client_secret: Option<Secret>,
    /// URL of the keys API without a trailing slash.
    pub(crate) keys_url: String,
    /// The scopes of the authentication request, with `openid` (OpenID Connect Core 1.0, section 3.1.2.1).
    pub(crate) scopes: Vec<String>,
    /// The resource for which the access token is requested (RFC 8707), as it is written.
    pub(crate) resource: Option<String>,
    /// Audiences that an ID token may name beside the client id (OpenID Connect Core 1.0, section 3.1.3.7).
    pub(crate) trusted_audiences: Vec<String>,
}
