//! The credential of a request: an API key, or a sealed token around one, in `Authorization: Bearer` or `X-API-Key`.

use super::access_token;
use super::level::AccessLevel;
use super::resource_url::Narrowing;
use crate::app::Context;
use crate::config::SignIn;
use crate::host::{Host, StoreError};
use crate::ledger::ended_token;
use crate::sealing::root_secret::sealer;
use crate::secret::{ApiKey, Secret};
use http::{HeaderMap, header};

/// The key of the caller and its access level, if known.
#[derive(Debug, Clone)]
pub(crate) struct Credential {
    pub(crate) key: ApiKey,
    /// The level that the person granted. If it is not known, the API decides what the key may do.
    pub(crate) level: Option<AccessLevel>,
}

/// Why a request has no usable credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CredentialError {
    Missing,
    /// Neither an API key nor a token of this connector for this resource that works, or two different credentials.
    Malformed,
    /// It is not known whether the token works because the store, which has the root secret and the tokens that were
    /// ended, failed.
    Unavailable(StoreError),
}

/// Reads the credential. It is an API key, or in api-key mode also a sealed token for this resource (RFC 8707). Whether
/// such a token was ended is read from the store for each request.
///
/// # Errors
/// [`CredentialError`].
pub(crate) async fn find<H: Host>(
    context: &Context<'_, H>,
    headers: &HeaderMap,
    narrowing: Narrowing,
) -> Result<Credential, CredentialError> {
    let token = token(headers)?;
    if let Ok(key) = ApiKey::parse(token.expose()) {
        return Ok(Credential { key, level: None });
    }
    let issues_tokens = matches!(context.config.sign_in, SignIn::ApiKey);
    if !issues_tokens || !token.expose().starts_with(access_token::PREFIX) {
        return Err(CredentialError::Malformed);
    }
    let sealer = sealer(context)
        .await
        .map_err(CredentialError::Unavailable)?;
    let resource = &context.config.resource;
    let host = context.host;
    let opened = access_token::open(host, &sealer, token.expose(), resource, narrowing)
        .ok_or(CredentialError::Malformed)?;
    if ended_token::is_ended(host, &opened.id.id)
        .await
        .map_err(CredentialError::Unavailable)?
    {
        return Err(CredentialError::Malformed);
    }
    Ok(Credential {
        key: opened.key,
        level: Some(opened.level),
    })
}

/// Whether a request carries something that is meant as a credential.
pub(crate) fn is_present(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) || headers.contains_key("x-api-key")
}

/// Reads the token from the headers, never from the query, because URLs end up in logs (RFC 6750, section 5.3).
fn token(headers: &HeaderMap) -> Result<Secret, CredentialError> {
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
            _ if text.is_empty() => return Err(CredentialError::Malformed),
            Some(first) if !first.matches(text) => return Err(CredentialError::Malformed),
            _ => found = Some(Secret::new(text)),
        }
    }
    found.ok_or(CredentialError::Missing)
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

    fn find(pairs: &[(&'static str, &str)]) -> Result<Credential, CredentialError> {
        let app = connector(FakeHost::silent(), &[]);
        pollster::block_on(super::find(
            &app.context(),
            &headers(pairs),
            Narrowing::default(),
        ))
    }

    #[test]
    fn one_well_formed_key_in_either_header_is_accepted() {
        let key = format!("sk_{}", "ab".repeat(32));
        let other_key = format!("sk_{}", "cd".repeat(32));
        let bearer = format!("Bearer {key}");
        assert!(find(&[("authorization", &bearer)]).is_ok());
        assert!(find(&[("authorization", &format!("bearer  {key}"))]).is_ok());
        assert!(find(&[("x-api-key", &key)]).is_ok());
        assert!(find(&[("authorization", &bearer), ("x-api-key", &key)]).is_ok());
        assert_eq!(find(&[]).err(), Some(CredentialError::Missing));
        for malformed in [
            vec![("authorization", "Basic dTpw")],
            vec![("authorization", "Bearer")],
            vec![("authorization", "Bearer sk_short")],
            vec![("authorization", "Bearer tpt1_forged")],
            vec![
                ("authorization", bearer.as_str()),
                ("x-api-key", other_key.as_str()),
            ],
            vec![("authorization", "Bearer"), ("x-api-key", key.as_str())],
        ] {
            assert_eq!(
                find(&malformed).err(),
                Some(CredentialError::Malformed),
                "{malformed:?}"
            );
        }
    }
}
