//! `POST /token` (RFC 6749, section 4.1.3): a code for an access token.

use super::client_auth::Claim;
use super::code::{self, Presented};
use super::error::OAuthError;
use super::form::{self, Parameters};
use super::resource;
use super::sealing_secret::sealer;
use crate::Connector;
use crate::host::{Host, IncomingBody};
use crate::reply::{self, Reply};
use crate::secret::Secret;
use http::{HeaderMap, StatusCode, header};
use serde_json::json;

/// The largest form of the token and revocation endpoints.
pub const MAX_BODY: usize = 16 * 1024;

/// Redeems a code: `{"access_token": …, "token_type": "Bearer", "scope": …}` (RFC 6749, section 5.1). There is no
/// `expires_in` and no refresh token: a key lives until it is revoked.
///
/// # Errors
/// RFC 6749, section 5.2.
pub async fn token<H: Host, B: IncomingBody>(
    connector: &Connector<H>,
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
    let sealer = sealer(connector).await?;
    let claim =
        Claim::read(headers, &parameters)?.ok_or_else(|| OAuthError::invalid_client(false))?;
    let client = claim.check(connector, &sealer)?;
    let resource = resource::named(&parameters, &connector.config)?;
    let code = Secret::new(required("code", "code is missing.")?);
    let presented = Presented {
        code: &code,
        client: &client,
        redirect_uri: parameters.one("redirect_uri")?,
        verifier: required("code_verifier", "code_verifier is missing.")?,
        resource,
    };
    let grant = code::redeem(connector, &sealer, &presented).await?;
    let answer = json!({
        "access_token": grant.access_token.expose(),
        "token_type": "Bearer",
        "scope": grant.scope,
    });
    let mut reply = reply::json(StatusCode::OK, answer.to_string());
    reply::set(&mut reply, header::PRAGMA, "no-cache");
    Ok(reply)
}
