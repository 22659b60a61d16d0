//! Challenges: 401 for a request without a usable credential, 403 for one that the granted scopes do not cover.

use super::resource_url::ResourceUrl;
use super::scope::{self, SCOPES};
use crate::config::Config;
use crate::web::reply::{self, Reply};
use http::{StatusCode, header};

/// 401 with the challenge that leads a client to the metadata (RFC 9728, section 5.1; RFC 6750, section 3).
pub(crate) fn unauthorized(
    config: &Config,
    resource: &ResourceUrl,
    credential: Option<InvalidToken>,
) -> Reply {
    let (error, description) = match credential {
        Some(InvalidToken) => (
            "invalid_token",
            "The API key or token is malformed, unknown, expired, revoked or for another address. Sign in again, or send Authorization: Bearer sk_….",
        ),
        None => (
            "unauthorized",
            "An API key is needed: sign in through your app, or send Authorization: Bearer sk_… or X-API-Key.",
        ),
    };
    let mut challenge = format!(
        "Bearer resource_metadata=\"{}\", scope=\"{}\"",
        resource.applied_to(&config.resource_metadata_url()),
        scope::of_resource(resource.narrowing)
    );
    if credential.is_some() {
        challenge.push_str(", error=\"invalid_token\"");
    }
    with_challenge(StatusCode::UNAUTHORIZED, error, description, &challenge)
}

/// The request carried a credential that is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InvalidToken;

/// 403 for a call beyond the granted scopes (RFC 6750, section 3.1). Nothing was sent to the API.
pub(crate) fn insufficient_scope(config: &Config, resource: &ResourceUrl) -> Reply {
    let challenge = format!(
        "Bearer error=\"insufficient_scope\", scope=\"{SCOPES}\", resource_metadata=\"{}\"",
        resource.applied_to(&config.resource_metadata_url())
    );
    with_challenge(
        StatusCode::FORBIDDEN,
        "insufficient_scope",
        "This connection is read-only. To change anything, connect again and choose full access.",
        &challenge,
    )
}

fn with_challenge(
    status: StatusCode,
    error: &'static str,
    description: &'static str,
    challenge: &str,
) -> Reply {
    // Neither text has a character that JSON escapes.
    let body = [
        "{\"error\":\"",
        error,
        "\",\"error_description\":\"",
        description,
        "\"}",
    ]
    .concat();
    let mut reply = reply::json(status, body);
    reply::set(&mut reply, header::WWW_AUTHENTICATE, challenge);
    reply
}
