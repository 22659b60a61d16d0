//! The two sign-in modes.

use crate::secret::Secret;

/// How people sign in.
#[derive(Debug, Clone)]
pub(crate) enum SignIn {
    /// At the portal, by OpenID Connect; the key is minted there.
    Portal(Portal),
    /// By pasting a key on the connector's own page.
    ApiKey,
}

/// The portal as an OpenID provider and mint of keys.
#[derive(Debug, Clone)]
pub(crate) struct Portal {
    /// Its issuer identifier.
    pub(crate) issuer: String,
    /// The connector's client id.
    pub(crate) client_id: String,
    /// The connector's client secret.
    pub(crate) client_secret: Option<Secret>,
    /// Its API for keys, without a trailing slash.
    pub(crate) keys_url: String,
}
