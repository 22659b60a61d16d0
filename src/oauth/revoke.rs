//! `POST /revoke` (RFC 7009): the client no longer needs its token.

use super::client_auth::Claim;
use super::error::OAuthError;
use super::form::{self, Parameters};
use super::sealing_secret::sealer;
use super::token::MAX_BODY;
use crate::Connector;
use crate::host::{Host, IncomingBody};
use crate::portal::keys;
use crate::reply::{self, Reply};
use crate::secret::ApiKey;
use http::{HeaderMap, StatusCode};

/// Revokes the key at the portal. Whoever holds a key may end it, so a client that says nothing of itself is served, too;
/// one that does must be right. An unknown token is answered like a known one (section 2.2). A sealed token of the
/// api-key mode is forgotten by the client alone: the key inside is the person's own, who revokes it in the portal.
///
/// # Errors
/// `invalid_request` without a token, `invalid_client`, and 503 when the portal did not answer: the token still works
/// then, and the client must try again (section 2.2.1).
pub async fn revoke<H: Host, B: IncomingBody>(
    connector: &Connector<H>,
    headers: &HeaderMap,
    body: B,
) -> Result<Reply, OAuthError> {
    let body = form::read(headers, body, MAX_BODY).await?;
    let parameters = Parameters::parse(&body);
    let token = parameters
        .one("token")?
        .ok_or(OAuthError::invalid_request("token is missing."))?;
    if let Some(claim) = Claim::read(headers, &parameters)? {
        claim.check(connector, &sealer(connector).await?)?;
    }
    if let Ok(key) = ApiKey::parse(token)
        && let Err(reason) = keys::revoke(connector, &key, &keys::WAITED_FOR).await
    {
        connector
            .host
            .log(&format!("a key could not be revoked: {reason}"));
        return Err(OAuthError::unavailable());
    }
    Ok(reply::json(StatusCode::OK, "{}"))
}
