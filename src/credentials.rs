//! Who calls: the API key in `Authorization: Bearer` or `X-API-Key`, and the challenge for those without one.

use crate::Connector;
use crate::host::Host;
use crate::host::config::{Config, SignIn};
use crate::mcp::variant::{Address, Variant};
use crate::oauth::access_token;
use crate::oauth::sealing_secret::sealer;
use crate::pages::Level;
use crate::reply::{self, Reply};
use crate::secret::{ApiKey, Secret};
use http::{HeaderMap, StatusCode, header};
use openapi_tools::table::Scope;

/// Who calls, and what is known of their level.
#[derive(Debug, Clone)]
pub struct Credential {
    /// The key that goes to the API.
    pub key: ApiKey,
    /// What the person allowed, as far as it is known; the API decides otherwise.
    pub level: Option<Level>,
}

impl Credential {
    /// Whether a tool of this scope is worth a call.
    pub fn may(&self, scope: Scope) -> bool {
        scope == Scope::Read || self.level != Some(Level::Read)
    }
}

/// Why a request carries no usable key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoKey {
    /// No credential at all.
    Missing,
    /// A credential that is neither an API key nor a token of ours, or two different ones.
    Malformed,
    /// A token that cannot be opened right now.
    Unavailable,
}

/// Finds out who calls. The token is an API key, or, where keys are pasted, a sealed token of ours for this resource
/// (RFC 8707).
///
/// # Errors
/// See [`NoKey`].
pub async fn find<H: Host>(
    connector: &Connector<H>,
    headers: &HeaderMap,
    variant: Variant,
) -> Result<Credential, NoKey> {
    let token = token(headers)?;
    if let Ok(key) = ApiKey::parse(token.expose()) {
        return Ok(Credential { key, level: None });
    }
    let seals = matches!(connector.config.sign_in, SignIn::ApiKey);
    if !seals || !token.expose().starts_with(access_token::PREFIX) {
        return Err(NoKey::Malformed);
    }
    let sealer = sealer(connector).await.map_err(|_| NoKey::Unavailable)?;
    let resource = &connector.config.resource;
    let (key, level) =
        access_token::open(&sealer, token.expose(), resource, variant).ok_or(NoKey::Malformed)?;
    Ok(Credential {
        key,
        level: Some(level),
    })
}

/// Takes the token from the headers; the query string is never looked at, because addresses end up in logs
/// (RFC 6750, section 5.3).
fn token(headers: &HeaderMap) -> Result<Secret, NoKey> {
    let mut found: Option<Secret> = None;
    let bearer = headers.get_all(header::AUTHORIZATION).iter().map(|value| {
        let text = value.to_str().unwrap_or_default();
        let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
        // RFC 9110, section 11.1: the scheme is case-insensitive.
        if scheme.eq_ignore_ascii_case("bearer") {
            token.trim()
        } else {
            ""
        }
    });
    let plain = headers
        .get_all("x-api-key")
        .iter()
        .map(|value| value.to_str().unwrap_or_default().trim());
    for text in bearer.chain(plain) {
        match &found {
            _ if text.is_empty() => return Err(NoKey::Malformed),
            Some(first) if !first.matches(text) => return Err(NoKey::Malformed),
            _ => found = Some(Secret::new(text)),
        }
    }
    found.ok_or(NoKey::Missing)
}

/// 401 with the challenge that leads a client to our metadata (RFC 9728, section 5.1; RFC 6750, section 3).
pub fn unauthorized(config: &Config, address: &Address, token_was_sent: bool) -> Reply {
    let (error, description) = if token_was_sent {
        (
            "invalid_token",
            "The API key or token is malformed, unknown, revoked or for another address. Sign in again, or send Authorization: Bearer sk_….",
        )
    } else {
        (
            "unauthorized",
            "An API key is needed: sign in through your app, or send Authorization: Bearer sk_… or X-API-Key.",
        )
    };
    let body = serde_json::json!({ "error": error, "error_description": description }).to_string();
    let mut reply = reply::json(StatusCode::UNAUTHORIZED, body);
    let mut challenge = format!(
        "Bearer resource_metadata=\"{}\", scope=\"{}\"",
        address.after(&config.resource_metadata_url()),
        scopes(address.variant)
    );
    if token_was_sent {
        challenge.push_str(", error=\"invalid_token\"");
    }
    reply::set(&mut reply, header::WWW_AUTHENTICATE, &challenge);
    reply
}

/// 403 for a call that the person did not allow (RFC 6750, section 3.1). Nothing went upstream.
pub fn insufficient_scope(config: &Config, address: &Address) -> Reply {
    let body = serde_json::json!({
        "error": "insufficient_scope",
        "error_description": "This connection is read-only. To change anything, connect again and choose full access.",
    });
    let mut reply = reply::json(StatusCode::FORBIDDEN, body.to_string());
    let challenge = format!(
        "Bearer error=\"insufficient_scope\", scope=\"{SCOPES}\", resource_metadata=\"{}\"",
        address.after(&config.resource_metadata_url())
    );
    reply::set(&mut reply, header::WWW_AUTHENTICATE, &challenge);
    reply
}

/// The scopes of a connection, widest: what a client asks for when it asks for everything.
pub const SCOPES: &str = "read write";
/// Each scope (RFC 8414, `scopes_supported`).
pub const SCOPES_SUPPORTED: [&str; 2] = ["read", "write"];

/// The scopes that a client can ask for at an address.
pub fn scopes(variant: Variant) -> &'static str {
    scope(if variant.is_read_only() {
        Level::Read
    } else {
        Level::Full
    })
}

/// The scope of a level.
pub fn scope(level: Level) -> &'static str {
    match level {
        Level::Read => "read",
        Level::Full => SCOPES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FakeHost, connector};

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().expect("header"));
        }
        headers
    }

    fn find(pairs: &[(&'static str, &str)]) -> Result<Credential, NoKey> {
        let connector = connector(FakeHost::silent(), &[]);
        pollster::block_on(super::find(&connector, &headers(pairs), Variant::default()))
    }

    #[test]
    fn takes_the_key_from_either_header() {
        let good = format!("sk_{}", "ab".repeat(32));
        let other = format!("sk_{}", "cd".repeat(32));
        let bearer = format!("Bearer {good}");
        assert!(find(&[("authorization", &bearer)]).is_ok());
        assert!(find(&[("authorization", &format!("bearer  {good}"))]).is_ok());
        assert!(find(&[("x-api-key", &good)]).is_ok());
        assert!(find(&[("authorization", &bearer), ("x-api-key", &good)]).is_ok());
        assert_eq!(find(&[]).err(), Some(NoKey::Missing));
        for wrong in [
            vec![("authorization", "Basic dTpw")],
            vec![("authorization", "Bearer")],
            vec![("authorization", "Bearer sk_short")],
            vec![("authorization", "Bearer tpt1_forged")],
            vec![
                ("authorization", bearer.as_str()),
                ("x-api-key", other.as_str()),
            ],
            vec![("authorization", "Bearer"), ("x-api-key", good.as_str())],
        ] {
            assert_eq!(find(&wrong).err(), Some(NoKey::Malformed), "{wrong:?}");
        }
    }
}
