//! Registered clients. The client id is the signed registration, so nothing is stored.
//!
//! An id is `tpc1.`, the base64url of a JSON object, `.`, and the base64url of an HMAC-SHA256 of the text before it.
//! The secret of a confidential client is another HMAC of the id. The content of an id is checked at every use, so that
//! a stricter rule also applies to clients that registered before it.

use super::identity::{Client, ClientAuthentication};
use super::redirect_uri;
use crate::sealing::seal::{Purpose, Sealer};
use crate::secret::Secret;
use crate::text;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// How the id of a registered client starts.
pub(super) const PREFIX: &str = "tpc1.";
/// How many redirect URIs a client may have.
pub(super) const MAX_REDIRECT_URIS: usize = 32;
/// How long they may be together, in bytes. The client id contains them and travels in URLs, of which many servers
/// accept 8 KiB.
pub(super) const MAX_REDIRECT_URIS_LENGTH: usize = 4_096;

/// The content of a client id. The names in JSON are short, because the id travels in URLs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Registration {
    #[serde(rename = "n")]
    pub(super) name: String,
    #[serde(rename = "r")]
    pub(super) redirect_uris: Vec<String>,
    #[serde(rename = "m")]
    pub(super) has_secret: bool,
    /// Unix time in seconds.
    #[serde(rename = "i")]
    pub(super) issued_at: u64,
    /// Random, so that equal registrations have different ids and secrets.
    #[serde(rename = "u")]
    pub(super) unique: String,
}

/// The client id of a registration.
pub(super) fn issue(sealer: &Sealer, registration: &Registration) -> String {
    #[expect(
        clippy::expect_used,
        reason = "only a map whose keys are not text could fail, and a registration has none"
    )]
    let content = serde_json::to_vec(registration).expect("text, numbers and a flag");
    let signed = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(content));
    let signature = sealer.sign(Purpose::ClientId, &signed);
    format!("{signed}.{}", signature.expose())
}

/// The client of an id; `None` if this connector did not sign it or would not accept its registration today.
pub(super) fn open(sealer: &Sealer, id: &str) -> Option<Client> {
    let (signed, signature) = id.rsplit_once('.')?;
    if !sealer.is_signed(Purpose::ClientId, signed, signature) {
        return None;
    }
    let content = URL_SAFE_NO_PAD.decode(signed.strip_prefix(PREFIX)?).ok()?;
    let mut registration: Registration = serde_json::from_slice(&content).ok()?;
    registration
        .redirect_uris
        .retain(|uri| redirect_uri::kind(uri).is_some());
    let count = registration.redirect_uris.len();
    let length: usize = registration.redirect_uris.iter().map(String::len).sum();
    if !(1..=MAX_REDIRECT_URIS).contains(&count) || length > MAX_REDIRECT_URIS_LENGTH {
        return None;
    }
    Some(Client {
        id: id.to_owned(),
        name: text::display_name(&registration.name, text::NAME_LIMIT),
        redirect_uris: registration.redirect_uris,
        authentication: if registration.has_secret {
            ClientAuthentication::Secret
        } else {
            ClientAuthentication::None
        },
        verified_domain: None,
    })
}

pub(super) fn secret(sealer: &Sealer, id: &str) -> Secret {
    sealer.sign(Purpose::ClientSecret, id)
}

/// Whether this is the secret of the client. The comparison takes constant time.
pub(super) fn is_secret(sealer: &Sealer, id: &str, secret: &str) -> bool {
    sealer.is_signed(Purpose::ClientSecret, id, secret)
}

#[cfg(test)]
mod tests;
