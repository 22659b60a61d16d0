//! `POST /revoke`: token revocation (RFC 7009).

use super::MAX_BODY;
use crate::access::access_token;
use crate::app::Context;
use crate::config::SignIn;
use crate::event::{Event, RevocationReason};
use crate::host::{Host, IncomingBody};
use crate::ledger::ended_token;
use crate::oauth::client::credentials::ClientCredentials;
use crate::oauth::error::OAuthError;
use crate::sealing::root_secret::sealer;
use crate::secret::ApiKey;
use crate::upstream::limits::FOREGROUND;
use crate::upstream::portal::keys;
use crate::web::form::{self, Parameters};
use crate::web::reply::{self, Reply};
use http::{HeaderMap, StatusCode};

/// Revokes the key at the portal. Every holder of a key may revoke it, so client credentials are optional; if they are
/// sent, they must be valid. The answer for an unknown token is the same as for a known one (section 2.2). Of a sealed
/// token of api-key mode only the token ends: the key inside is the person's own, and only the person may revoke it.
///
/// # Errors
/// `invalid_request` without a token, `invalid_client`, and 503 if the portal or the store failed: the token still
/// works, and the client must try again (section 2.2.1).
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
        let sealer = sealer(context).await?;
        credentials.authenticate(context, &sealer).await?;
    }
    if matches!(context.config.sign_in, SignIn::ApiKey) && token.starts_with(access_token::PREFIX) {
        let sealer = sealer(context).await?;
        if let Some(token) = access_token::identify(context.host, &sealer, token) {
            ended_token::end(context.host, &token.id, token.expires_at).await?;
        }
    } else if let Ok(key) = ApiKey::parse(token)
        && let Err(cause) = keys::revoke(context, &key, &FOREGROUND).await
    {
        context.log(&Event::RevocationFailed {
            reason: RevocationReason::ClientRequest,
            cause,
        });
        return Err(OAuthError::unavailable());
    }
    Ok(reply::json(StatusCode::OK, "{}"))
}
