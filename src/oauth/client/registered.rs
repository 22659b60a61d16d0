//! Registered clients without a table of them: the client id is the registration, signed.
//!
//! `tpc1.` + base64url of a JSON object + `.` + base64url of its HMAC-SHA256. A secret, where the client wants one, is
//! another HMAC of the id. What the object says is checked at every use, so that a rule that becomes stricter holds for
//! the clients of yesterday, too.

use super::identity::{Client, ClientAuthentication};
use crate::oauth::client::redirect_uri;
use crate::sealing::seal::{Purpose, Sealer};
use crate::secret::Secret;
use crate::text;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// How such a client id starts.
pub(crate) const PREFIX: &str = "tpc1.";
/// The most redirect URIs of one client.
pub(crate) const MAX_REDIRECT_URIS: usize = 10;

/// The content of a client id; the names are short because it travels in addresses.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Registration {
    /// Name.
    #[serde(rename = "n")]
    pub(crate) name: String,
    /// Redirect URIs.
    #[serde(rename = "r")]
    pub(crate) redirect_uris: Vec<String>,
    /// Whether it has a secret.
    #[serde(rename = "m")]
    pub(crate) has_secret: bool,
    /// When it was issued, in Unix seconds.
    #[serde(rename = "i")]
    pub(crate) issued_at: u64,
    /// Random, so that nobody gets the id and the secret of another by registering the same.
    #[serde(rename = "u")]
    pub(crate) unique: String,
}

/// Signs a registration.
pub(crate) fn issue(sealer: &Sealer, registration: &Registration) -> String {
    let content =
        serde_json::to_vec(registration).expect("a registration has only text, numbers and a flag");
    let signed = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(content));
    let signature = sealer.sign(Purpose::ClientId, &signed);
    format!("{signed}.{}", signature.expose())
}

/// The client of an id; none if we did not sign it or would not register it today.
pub(crate) fn open(sealer: &Sealer, id: &str) -> Option<Client> {
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
    if !(1..=MAX_REDIRECT_URIS).contains(&count) {
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

/// The secret of a registered client.
pub(crate) fn secret(sealer: &Sealer, id: &str) -> Secret {
    sealer.sign(Purpose::ClientSecret, id)
}

/// Whether this is the secret of the client.
pub(crate) fn is_secret(sealer: &Sealer, id: &str, secret: &str) -> bool {
    sealer.is_signed(Purpose::ClientSecret, id, secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer() -> Sealer {
        Sealer::new(&Secret::new("one"))
    }

    fn registration(redirect_uris: &[&str]) -> Registration {
        Registration {
            name: "App".to_owned(),
            redirect_uris: redirect_uris.iter().map(|uri| (*uri).to_owned()).collect(),
            has_secret: true,
            issued_at: 1,
            unique: "u".to_owned(),
        }
    }

    #[test]
    fn an_id_we_signed_is_a_client() {
        let id = issue(&sealer(), &registration(&["https://app.example/cb"]));
        let client = open(&sealer(), &id).expect("ours");
        assert_eq!(client.redirect_uris, ["https://app.example/cb"]);
        assert_eq!(
            (client.name.as_str(), client.authentication),
            ("App", ClientAuthentication::Secret)
        );
        assert_eq!(client.verified_domain, None);
        let secret = secret(&sealer(), &id);
        assert!(is_secret(&sealer(), &id, secret.expose()));
        assert!(!is_secret(&sealer(), &id, ""));
        assert!(!is_secret(&sealer(), &format!("{id}x"), secret.expose()));
    }

    #[test]
    fn a_forged_id_is_nobody() {
        let id = issue(&sealer(), &registration(&["https://app.example/cb"]));
        let (signed, signature) = id.rsplit_once('.').expect("two parts");
        let other = serde_json::to_vec(&registration(&["https://evil.example/cb"])).expect("JSON");
        for forged in [
            String::new(),
            PREFIX.to_owned(),
            signed.to_owned(),
            format!("{signed}."),
            format!("{PREFIX}{}.{signature}", URL_SAFE_NO_PAD.encode(other)),
            format!("tpc2.{}", &id[PREFIX.len()..]),
            issue(
                &Sealer::new(&Secret::new("two")),
                &registration(&["https://app.example/cb"]),
            ),
        ] {
            assert_eq!(open(&sealer(), &forged), None, "{forged}");
        }
    }

    #[test]
    fn content_is_checked_even_though_it_is_signed() {
        for content in [
            registration(&[]),
            registration(&["javascript:alert(1)"]),
            registration(&["http://evil.example/cb"]),
            registration(&["https://app.example/cb"; MAX_REDIRECT_URIS + 1]),
        ] {
            assert_eq!(
                open(&sealer(), &issue(&sealer(), &content)),
                None,
                "{content:?}"
            );
        }
        let mixed = registration(&["javascript:alert(1)", "https://app.example/cb"]);
        let client = open(&sealer(), &issue(&sealer(), &mixed)).expect("ours");
        assert_eq!(client.redirect_uris, ["https://app.example/cb"]);
    }
}
