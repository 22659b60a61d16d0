//! Access tokens of the api-key mode: the pasted key and the chosen level, sealed and bound to this resource.
//!
//! In the other mode the access token is the key that the portal minted. Here the key is the person's own, may do
//! anything, and must not reach the chat host; the level holds because only we can open the token.

use super::seal::{Purpose, Sealer, sealed_text};
use crate::host::{Clock, Rng};
use crate::pages::Level;
use crate::secret::{ApiKey, Secret};
use serde::{Deserialize, Serialize};

/// How such a token starts.
pub const PREFIX: &str = "tpt1_";

#[derive(Serialize, Deserialize)]
struct Content {
    #[serde(with = "sealed_text")]
    key: Secret,
    full: bool,
    /// RFC 8707: the resource it is for.
    aud: String,
    iat: u64,
    /// [`super::client::fingerprint`] of the client it was issued to.
    client: String,
}

/// Seals a key for a resource.
pub fn issue<H: Rng + Clock>(
    host: &H,
    sealer: &Sealer,
    key: &ApiKey,
    level: Level,
    resource: &str,
    client: &str,
) -> Secret {
    let content = Content {
        key: Secret::new(key.expose()),
        full: level == Level::Full,
        aud: resource.to_owned(),
        iat: host.now().as_secs(),
        client: client.to_owned(),
    };
    let sealed = Secret::new(sealer.seal(host, Purpose::AccessToken, &content));
    Secret::new(format!("{PREFIX}{}", sealed.expose()))
}

/// The key and the level of a token that we issued for this resource; none for anything else.
pub fn open(sealer: &Sealer, token: &str, resource: &str) -> Option<(ApiKey, Level)> {
    let content: Content = sealer.open(Purpose::AccessToken, token.strip_prefix(PREFIX)?)?;
    if content.aud != resource {
        return None;
    }
    let level = if content.full {
        Level::Full
    } else {
        Level::Read
    };
    Some((ApiKey::parse(content.key.expose()).ok()?, level))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FakeHost, demo_key};

    #[test]
    fn a_foreign_token_is_none_of_ours() {
        let host = FakeHost::silent();
        let sealer = Sealer::new(&Secret::new("one"));
        let key = ApiKey::parse(&demo_key()).expect("a key");
        let resource = "https://mcp.example.com/api/ext/mcp";
        let token = issue(&host, &sealer, &key, Level::Read, resource, "client");
        let token = token.expose();
        assert!(!token.contains(&demo_key()[3..]));
        let (opened, level) = open(&sealer, token, resource).expect("ours");
        assert_eq!((opened.expose(), level), (key.expose(), Level::Read));

        assert!(open(&sealer, token, "https://other.example.com/api/ext/mcp").is_none());
        assert!(open(&Sealer::new(&Secret::new("two")), token, resource).is_none());
        assert!(open(&sealer, &token[PREFIX.len()..], resource).is_none());
        assert!(open(&sealer, &format!("{token}A"), resource).is_none());
        let other_purpose = sealer.seal(&host, Purpose::Consent, &"x");
        assert!(open(&sealer, &format!("{PREFIX}{other_purpose}"), resource).is_none());
    }
}
