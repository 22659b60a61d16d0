//! Who calls: the API key in `Authorization: Bearer` or `X-API-Key`, and the challenge for those without one.

use crate::host::config::Config;
use crate::reply::{self, Reply};
use crate::secret::ApiKey;
use http::{HeaderMap, StatusCode, header};

/// Why a request carries no usable key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoKey {
    /// No credential at all.
    Missing,
    /// A credential that is not an API key, or two different ones.
    Malformed,
}

/// Takes the key from the headers; the query string is never looked at, because addresses end up in logs
/// (RFC 6750, section 5.3).
///
/// # Errors
/// See [`NoKey`].
pub fn key(headers: &HeaderMap) -> Result<ApiKey, NoKey> {
    let mut found: Option<ApiKey> = None;
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
        let key = ApiKey::parse(text).map_err(|_| NoKey::Malformed)?;
        match &found {
            Some(first) if first.fingerprint() != key.fingerprint() => return Err(NoKey::Malformed),
            _ => found = Some(key),
        }
    }
    found.ok_or(NoKey::Missing)
}

/// 401 with the challenge that leads a client to our metadata (RFC 9728, section 5.1; RFC 6750, section 3).
pub fn unauthorized(config: &Config, token_was_sent: bool) -> Reply {
    let (error, description) = if token_was_sent {
        (
            "invalid_token",
            "The API key is malformed, unknown or was revoked. Sign in again, or send Authorization: Bearer sk_….",
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
        "Bearer resource_metadata=\"{}\", scope=\"{SCOPES}\"",
        config.resource_metadata_url()
    );
    if token_was_sent {
        challenge.push_str(", error=\"invalid_token\"");
    }
    reply::set(&mut reply, header::WWW_AUTHENTICATE, &challenge);
    reply
}

/// The scopes of a connection, widest: what a client asks for when it asks for everything.
pub const SCOPES: &str = "read write";

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().expect("header"));
        }
        headers
    }

    #[test]
    fn takes_the_key_from_either_header() {
        let good = format!("sk_{}", "ab".repeat(32));
        let other = format!("sk_{}", "cd".repeat(32));
        let bearer = format!("Bearer {good}");
        assert!(key(&headers(&[("authorization", &bearer)])).is_ok());
        assert!(key(&headers(&[("authorization", &format!("bearer  {good}"))])).is_ok());
        assert!(key(&headers(&[("x-api-key", &good)])).is_ok());
        assert!(key(&headers(&[("authorization", &bearer), ("x-api-key", &good)])).is_ok());
        assert_eq!(key(&HeaderMap::new()).err(), Some(NoKey::Missing));
        for wrong in [
            vec![("authorization", "Basic dTpw")],
            vec![("authorization", "Bearer")],
            vec![("authorization", "Bearer sk_short")],
            vec![("authorization", bearer.as_str()), ("x-api-key", other.as_str())],
        ] {
            assert_eq!(key(&headers(&wrong)).err(), Some(NoKey::Malformed), "{wrong:?}");
        }
    }
}
