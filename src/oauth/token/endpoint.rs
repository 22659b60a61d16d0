//! `POST /token` (RFC 6749, section 4.1.3): a code for an access token.

use super::MAX_BODY;
use crate::app::Context;
use crate::host::{Host, IncomingBody};
use crate::oauth::client::credentials::ClientCredentials;
use crate::oauth::code::{self, TokenRequest};
use crate::oauth::error::OAuthError;
use crate::oauth::resource_indicator;
use crate::sealing::root_secret::sealer;
use crate::secret::Secret;
use crate::web::form;
use crate::web::form::Parameters;
use crate::web::reply;
use crate::web::reply::Reply;
use http::{HeaderMap, StatusCode, header};
use serde_json::json;

/// Redeems a code: `{"access_token": …, "token_type": "Bearer", "scope": …}` (RFC 6749, section 5.1). There is no
/// `expires_in` and no refresh token: a key lives until it is revoked.
///
/// # Errors
/// RFC 6749, section 5.2.
pub(crate) async fn token<H: Host, B: IncomingBody>(
    context: &Context<'_, H>,
    headers: &HeaderMap,
    body: B,
) -> Result<Reply, OAuthError> {
    let body = form::read(headers, body, MAX_BODY).await?;
    let parameters = Parameters::parse(&body);
    let required = |name, description| {
        parameters
            .one(name)?
            .ok_or(OAuthError::invalid_request(description))
    };
    if required("grant_type", "grant_type is missing.")? != "authorization_code" {
        return Err(OAuthError::bad_request(
            "unsupported_grant_type",
            "grant_type must be authorization_code.",
        ));
    }
    let sealer = sealer(context).await?;
    let credentials = ClientCredentials::read(headers, &parameters)?
        .ok_or_else(|| OAuthError::invalid_client(false))?;
    let client = credentials.check(context, &sealer)?;
    let resource = resource_indicator::named(&parameters, context.config)?;
    let code = Secret::new(required("code", "code is missing.")?);
    let request = TokenRequest {
        code: &code,
        client: &client,
        redirect_uri: parameters.one("redirect_uri")?,
        verifier: required("code_verifier", "code_verifier is missing.")?,
        resource,
    };
    let grant = code::redeem(context, &sealer, &request).await?;
    let answer = json!({
        "access_token": grant.access_token.expose(),
        "token_type": "Bearer",
        "scope": grant.scope,
    });
    let mut reply = reply::json(StatusCode::OK, answer.to_string());
    reply::set(&mut reply, header::PRAGMA, "no-cache");
    Ok(reply)
}
