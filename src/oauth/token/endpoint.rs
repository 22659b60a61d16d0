//! `POST /token` (RFC 6749, section 4.1.3): exchanges a code for an access token.

use super::MAX_BODY;
use crate::app::Context;
use crate::host::{Host, IncomingBody};
use crate::oauth::client::credentials::ClientCredentials;
use crate::oauth::code::TokenRequest;
use crate::oauth::error::OAuthError;
use crate::oauth::{redemption, resource_indicator};
use crate::sealing::root_secret::sealer;
use crate::secret::Secret;
use crate::web::form::{self, Parameters};
use crate::web::reply::{self, Reply};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;

/// Answers a token request (RFC 6749, section 5.1). The answer has no refresh token. A key lasts until it is revoked,
/// so its answer has no `expires_in` either.
///
/// # Errors
/// Those of RFC 6749, section 5.2.
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
    let client = credentials.authenticate(context, &sealer).await?;
    let resource = resource_indicator::requested(&parameters, context.config)?;
    let code = Secret::new(required("code", "code is missing.")?);
    let request = TokenRequest {
        code: &code,
        client: &client,
        redirect_uri: parameters.one("redirect_uri")?,
        code_verifier: required("code_verifier", "code_verifier is missing.")?,
        resource,
    };
    let response = redemption::redeem(context, &sealer, &request).await?;
    let mut answer = json!({
        "access_token": response.access_token.expose(),
        "token_type": "Bearer",
        "scope": response.scope,
    });
    if let (Some(seconds), Some(members)) = (response.expires_in, answer.as_object_mut()) {
        members.insert("expires_in".to_owned(), seconds.into());
    }
    let mut reply = reply::json(StatusCode::OK, answer.to_string());
    reply::set(&mut reply, header::PRAGMA, "no-cache");
    Ok(reply)
}
