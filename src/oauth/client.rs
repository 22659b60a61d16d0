//! OAuth clients (RFC 6749, section 2): who they are, and how one is found by its id.
//!
//! Nothing is stored about a client. A registered one carries its registration in its id, signed by us
//! ([`super::client_id`]); the other kind is described by a document that its id is the address of
//! ([`super::documents`]).

use super::redirect;
use super::seal::Sealer;
use super::{client_id, documents};
use crate::Connector;
use crate::host::Host;
use crate::host::config::Config;
use sha2::{Digest, Sha256};

/// How a client proves itself at the token endpoint (RFC 7591, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuth {
    /// A public client: PKCE alone.
    None,
    /// `client_secret_basic` or `client_secret_post`, whichever it likes.
    Secret,
}

/// A client whose content was checked just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The `client_id`.
    pub id: String,
    /// The name it gives itself, cleaned; may be empty.
    pub name: String,
    /// Registered redirect URIs that may be registered; at least one.
    pub redirect_uris: Vec<String>,
    /// How it proves itself.
    pub auth: ClientAuth,
    /// The domain that vouches for it: the host of its metadata document.
    pub verified_domain: Option<String>,
}

impl Client {
    /// The client with this id; none if it is unknown, malformed or no longer valid.
    pub async fn find<H: Host>(
        connector: &Connector<H>,
        sealer: &Sealer,
        id: &str,
    ) -> Option<Self> {
        if id.starts_with(client_id::PREFIX) {
            client_id::open(sealer, id)
        } else {
            documents::find(connector, id).await
        }
    }

    /// The redirect URI of a request, if the client registered it and a browser may be sent there. Without one in the
    /// request, it is the only one registered (RFC 6749, section 3.1.2.3).
    pub fn redirect_uri<'a>(
        &'a self,
        requested: Option<&'a str>,
        config: &Config,
    ) -> Option<&'a str> {
        let uri = match (requested, self.redirect_uris.as_slice()) {
            (Some(requested), registered) => registered
                .iter()
                .any(|uri| redirect::is_same(uri, requested))
                .then_some(requested)?,
            (None, [only]) => only,
            (None, _) => return None,
        };
        redirect::is_usable(uri, config).then_some(uri)
    }
}

/// What a code is bound to instead of a client id, which may be long: its SHA-256, in hexadecimal.
pub fn fingerprint(id: &str) -> String {
    hex(&Sha256::digest(id))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
