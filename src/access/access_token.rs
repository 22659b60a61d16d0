//! Access tokens of api-key mode: the pasted key and the granted level, sealed and bound to a resource.
//!
//! In portal mode the access token is the key that the portal minted. In api-key mode the key is the person's own, has
//! every scope, and must not reach the chat host. The level is enforced because only this connector can open the token.

use super::level::AccessLevel;
use super::resource_url::Narrowing;
use crate::digest::hex;
use crate::host::{Clock, Rng};
use crate::sealing::seal::{Purpose, Sealer, sealed_text};
use crate::secret::{ApiKey, Secret};
use serde::{Deserialize, Serialize};

/// The first characters of every token of this kind.
pub(crate) const PREFIX: &str = "tpt1_";

/// How long a token works, in seconds: 90 days. A client that holds one has no other to renew it with, and the person
/// signs in again.
pub(crate) const LIFETIME: u64 = 90 * 24 * 3600;

/// What a token grants, and to whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grant<'a> {
    pub(crate) key: &'a ApiKey,
    pub(crate) level: AccessLevel,
    /// URL of the endpoint, without a query.
    pub(crate) resource: &'a str,
    /// The narrowing of the resource that the client named; `None` if it named none.
    pub(crate) narrowing: Option<Narrowing>,
    /// SHA-256 of the client id, in hexadecimal.
    pub(crate) client: &'a str,
}

/// The sealed claims. A claim that JWT access tokens have, too, has the name of RFC 9068.
#[derive(Serialize, Deserialize)]
struct Claims {
    #[serde(with = "sealed_text")]
    key: Secret,
    full: bool,
    aud: String,
    /// If there is none, the token is valid at every resource of the endpoint.
    narrowing: Option<Narrowing>,
    iat: u64,
    exp: u64,
    jti: String,
    client: String,
}

/// By what a token is ended before it expires (`ledger::ended_token`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenId {
    /// The claim `jti`: random, and known only to who opens the token.
    pub(crate) id: String,
    /// Unix time in seconds.
    pub(crate) expires_at: u64,
}

/// A token that was opened.
#[derive(Debug)]
pub(super) struct OpenedToken {
    pub(super) key: ApiKey,
    pub(super) level: AccessLevel,
    pub(super) id: TokenId,
}

/// Seals a grant as a token.
pub(crate) fn issue<H: Rng + Clock>(host: &H, sealer: &Sealer, grant: &Grant<'_>) -> Secret {
    let mut jti = [0; 16];
    host.fill(&mut jti);
    let now = host.now().as_secs();
    let claims = Claims {
        key: Secret::new(grant.key.expose()),
        full: grant.level == AccessLevel::Full,
        aud: grant.resource.to_owned(),
        narrowing: grant.narrowing,
        iat: now,
        exp: now + LIFETIME,
        jti: hex(&jti),
        client: grant.client.to_owned(),
    };
    let sealed = Secret::new(sealer.seal(host, Purpose::AccessToken, &claims));
    Secret::new(format!("{PREFIX}{}", sealed.expose()))
}

/// The id of a token, also of one for another resource; `None` if it was not issued here or has expired.
pub(crate) fn identify(clock: &impl Clock, sealer: &Sealer, token: &str) -> Option<TokenId> {
    claims(clock, sealer, token).map(|claims| claims.id())
}

fn claims(clock: &impl Clock, sealer: &Sealer, token: &str) -> Option<Claims> {
    let claims: Claims = sealer.open(Purpose::AccessToken, token.strip_prefix(PREFIX)?)?;
    (clock.now().as_secs() < claims.exp).then_some(claims)
}

impl Claims {
    fn id(&self) -> TokenId {
        TokenId {
            id: self.jti.clone(),
            expires_at: self.exp,
        }
    }
}

/// Opens a token; `None` if it was not issued here, has expired, or is for another resource.
pub(super) fn open(
    clock: &impl Clock,
    sealer: &Sealer,
    token: &str,
    resource: &str,
    narrowing: Narrowing,
) -> Option<OpenedToken> {
    let claims = claims(clock, sealer, token)?;
    let other_narrowing = claims.narrowing.is_some_and(|named| named != narrowing);
    if other_narrowing || claims.aud != resource {
        return None;
    }
    let level = if claims.full {
        AccessLevel::Full
    } else {
        AccessLevel::Read
    };
    Some(OpenedToken {
        key: ApiKey::parse(claims.key.expose()).ok()?,
        level,
        id: claims.id(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::resource_url::ResourceUrl;
    use crate::testing::{FakeHost, demo_key};
    use std::time::Duration;

    const RESOURCE: &str = "https://mcp.example.com/api/ext/mcp";

    fn grant(key: &ApiKey, level: AccessLevel, narrowing: Option<Narrowing>) -> Grant<'_> {
        Grant {
            key,
            level,
            resource: RESOURCE,
            narrowing,
            client: "client",
        }
    }

    fn narrowing(query: &str) -> Narrowing {
        ResourceUrl::parse(query).expect(query).narrowing
    }

    #[test]
    fn a_token_that_was_not_issued_here_does_not_open() {
        let host = FakeHost::silent();
        let sealer = Sealer::new(&Secret::new("one"));
        let key = ApiKey::parse(&demo_key()).expect("a key");
        let token = issue(&host, &sealer, &grant(&key, AccessLevel::Read, None));
        let token = token.expose();
        assert!(!token.contains(&demo_key()[3..]));
        let open = |sealer: &Sealer, token: &str, resource| {
            super::open(&host, sealer, token, resource, Narrowing::default())
        };
        let opened = open(&sealer, token, RESOURCE).expect("issued here");
        assert_eq!(opened.key.expose(), key.expose());
        assert_eq!(opened.level, AccessLevel::Read);

        assert!(open(&sealer, token, "https://other.example.com/api/ext/mcp").is_none());
        assert!(open(&Sealer::new(&Secret::new("two")), token, RESOURCE).is_none());
        assert!(open(&sealer, &token[PREFIX.len()..], RESOURCE).is_none());
        assert!(open(&sealer, &format!("{token}A"), RESOURCE).is_none());
        let other_purpose = sealer.seal(&host, Purpose::Consent, &"x");
        assert!(open(&sealer, &format!("{PREFIX}{other_purpose}"), RESOURCE).is_none());
    }

    #[test]
    fn token_expires_after_90_days_and_has_an_id_of_its_own() {
        let host = FakeHost::silent();
        let sealer = Sealer::new(&Secret::new("one"));
        let key = ApiKey::parse(&demo_key()).expect("a key");
        let tokens = [(); 2].map(|()| issue(&host, &sealer, &grant(&key, AccessLevel::Full, None)));
        let ids = tokens
            .each_ref()
            .map(|token| identify(&host, &sealer, token.expose()));
        assert_ne!(ids[0], ids[1]);
        let open = || {
            open(
                &host,
                &sealer,
                tokens[0].expose(),
                RESOURCE,
                Narrowing::default(),
            )
        };
        let start = host.now.get();
        host.now.set(start + Duration::from_secs(LIFETIME - 1));
        assert!(open().is_some());
        host.now.set(start + Duration::from_secs(LIFETIME));
        assert!(open().is_none());
        assert_eq!(identify(&host, &sealer, tokens[0].expose()), None);
    }

    #[test]
    fn a_token_opens_only_at_the_resource_it_was_issued_for() {
        let host = FakeHost::silent();
        let sealer = Sealer::new(&Secret::new("one"));
        let key = ApiKey::parse(&demo_key()).expect("a key");
        let narrowings = ["", "toolsets=bundles", "toolsets=bundles&readonly=1"].map(narrowing);
        for issued in narrowings {
            let token = issue(
                &host,
                &sealer,
                &grant(&key, AccessLevel::Full, Some(issued)),
            );
            for used in narrowings {
                let opened = open(&host, &sealer, token.expose(), RESOURCE, used);
                assert_eq!(opened.is_some(), issued == used, "{issued:?} {used:?}");
            }
        }
        // The client named no resource, as old clients do.
        let token = issue(&host, &sealer, &grant(&key, AccessLevel::Full, None));
        for used in narrowings {
            assert!(open(&host, &sealer, token.expose(), RESOURCE, used).is_some());
        }
    }
}
