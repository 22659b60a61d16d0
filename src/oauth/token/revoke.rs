//! `POST /revoke` (RFC 7009): the client no longer needs its token.

use super::MAX_BODY;
use crate::app::Context;
use crate::event::{Event, RevocationReason};
use crate::host::{Host, IncomingBody};
use crate::oauth::client::credentials::ClientCredentials;
use crate::oauth::error::OAuthError;
use crate::sealing::root_secret::sealer;
use crate::secret::ApiKey;
use crate::upstream::limits::FOREGROUND;
use crate::upstream::portal::keys;
use crate::web::form;
use crate::web::form::Parameters;
use crate::web::reply;
use crate::web::reply::Reply;
use http::{HeaderMap, StatusCode};

/// Revokes the key at the portal. The holder of a key may always end it, so a request without client credentials is served
/// too; credentials that are sent must be right. An unknown token is answered like a known one (section 2.2). For a
/// sealed token of api-key mode nothing is revoked: the key inside is the person's own, and only they revoke it.
///
/// # Errors
/// `invalid_request` without a token, `invalid_client`, and 503 when the portal did not answer: the token still works
/// then, and the client must try again (section 2.2.1).
pub(crate) async fn revoke<H: Host, B: IncomingBody>(
    context: &Context<'_, H>,
    headers: &HeaderMap,
    body: B,
) -> Result<Reply, OAuthError> {
    let body = form::read(headers, body, MAX_BODY).await?;
    let parameters = Parameters::parse(&body);
    let token = parameters
        .one("token")?
        .ok_or(OAuthError::invalid_request("token is missing."))?;
    if let Some(credentials) = ClientCredentials::read(headers, &parameters)? {
        credentials.check(context, &sealer(context).await?)?;
    }
    if let Ok(key) = ApiKey::parse(token)
        && let Err(cause) = keys::revoke(context, &key, &FOREGROUND).await
    {
        context.log(&Event::RevocationFailed {
            reason: RevocationReason::ClientRequest,
            cause: cause.clone(),
        });
        return Err(OAuthError::unavailable(cause));
    }
    Ok(reply::json(StatusCode::OK, "{}"))
}
