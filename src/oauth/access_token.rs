//! Access tokens of the api-key mode: the pasted key and the chosen level, sealed and bound to a resource.
//!
//! In the other mode the access token is the key that the portal minted. Here the key is the person's own, may do
//! anything, and must not reach the chat host; the level holds because only we can open the token.

use super::attempt::Asked;
use super::seal::{Purpose, Sealer, sealed_text};
use crate::host::{Clock, Rng};
use crate::mcp::variant::Variant;
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
    /// RFC 8707: the endpoint it is for.
    aud: String,
    /// Which of the endpoint's narrowed addresses it is for; any of them if the client named no resource.
    variant: Option<Variant>,
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
    asked: &Asked,
) -> Secret {
    let content = Content {
        key: Secret::new(key.expose()),
        full: level == Level::Full,
        aud: resource.to_owned(),
        variant: asked.resource,
        iat: host.now().as_secs(),
        client: asked.client.clone(),
    };
    let sealed = Secret::new(sealer.seal(host, Purpose::AccessToken, &content));
    Secret::new(format!("{PREFIX}{}", sealed.expose()))
}

/// The key and the level of a token that we issued for this resource; none for anything else.
pub fn open(
    sealer: &Sealer,
    token: &str,
    resource: &str,
    variant: Variant,
) -> Option<(ApiKey, Level)> {
    let content: Content = sealer.open(Purpose::AccessToken, token.strip_prefix(PREFIX)?)?;
    let other_variant = content.variant.is_some_and(|named| named != variant);
    if other_variant || content.aud != resource {
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
    use crate::mcp::variant::Address;
    use crate::testing::{FakeHost, demo_key};

    const RESOURCE: &str = "https://mcp.example.com/api/ext/mcp";

    fn asked(resource: Option<Variant>) -> Asked {
        Asked {
            resource,
            ..Asked::for_tests()
        }
    }

    fn variant(query: &str) -> Variant {
        Address::parse(query).expect(query).variant
    }

    #[test]
    fn a_foreign_token_is_none_of_ours() {
        let host = FakeHost::silent();
        let sealer = Sealer::new(&Secret::new("one"));
        let key = ApiKey::parse(&demo_key()).expect("a key");
        let token = issue(&host, &sealer, &key, Level::Read, RESOURCE, &asked(None));
        let token = token.expose();
        assert!(!token.contains(&demo_key()[3..]));
        let open = |sealer: &Sealer, token: &str, resource| {
            super::open(sealer, token, resource, Variant::default())
        };
        let (opened, level) = open(&sealer, token, RESOURCE).expect("ours");
        assert_eq!((opened.expose(), level), (key.expose(), Level::Read));

        assert!(open(&sealer, token, "https://other.example.com/api/ext/mcp").is_none());
        assert!(open(&Sealer::new(&Secret::new("two")), token, RESOURCE).is_none());
        assert!(open(&sealer, &token[PREFIX.len()..], RESOURCE).is_none());
        assert!(open(&sealer, &format!("{token}A"), RESOURCE).is_none());
        let other_purpose = sealer.seal(&host, Purpose::Consent, &"x");
        assert!(open(&sealer, &format!("{PREFIX}{other_purpose}"), RESOURCE).is_none());
    }

    #[test]
    fn a_token_is_good_for_the_address_it_was_issued_for() {
        let host = FakeHost::silent();
        let sealer = Sealer::new(&Secret::new("one"));
        let key = ApiKey::parse(&demo_key()).expect("a key");
        let addresses = ["", "toolsets=bundles", "toolsets=bundles&readonly=1"].map(variant);
        for issued in addresses {
            let asked = asked(Some(issued));
            let token = issue(&host, &sealer, &key, Level::Full, RESOURCE, &asked);
            for used in addresses {
                let opened = open(&sealer, token.expose(), RESOURCE, used);
                assert_eq!(opened.is_some(), issued == used, "{issued:?} {used:?}");
            }
        }
        // The client named no resource, as old clients do.
        let token = issue(&host, &sealer, &key, Level::Full, RESOURCE, &asked(None));
        for used in addresses {
            assert!(open(&sealer, token.expose(), RESOURCE, used).is_some());
        }
    }
}
