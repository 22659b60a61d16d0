//! The token request to the portal (OpenID Connect Core 1.0, section 3.1.3).

use super::client_authentication::{ClientAuthentication, basic};
use super::fault::{Fault, ProviderError, may_pass};
use super::metadata::ProviderMetadata;
use super::{oauth_error, provider};
use crate::app::Context;
use crate::config::Portal;
use crate::host::{Host, HttpResponse};
use crate::secret::Secret;
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use serde_json::Value;
use url::form_urlencoded::Serializer;

/// The endpoint in the log.
const ENDPOINT: &str = "token_endpoint";

/// What the token endpoint issued.
pub(crate) struct Tokens {
    pub(crate) access_token: Secret,
    /// Not yet verified.
    pub(crate) id_token: Secret,
}

/// An authorization code of the portal with what redeems it.
pub(crate) struct Grant<'a> {
    pub(crate) code: &'a str,
    pub(crate) verifier: &'a str,
    pub(crate) redirect_uri: &'a str,
}

/// Redeems a code.
///
/// # Errors
/// [`ProviderError`].
pub(super) async fn redeem<H: Host>(
    context: &Context<'_, H>,
    portal: &Portal,
    metadata: &ProviderMetadata,
    grant: &Grant<'_>,
) -> Result<Tokens, ProviderError> {
    let mut choices = ClientAuthentication::choices(metadata, portal)?;
    if let Some(accepted) = provider::accepted_authentication() {
        choices.sort_by_key(|method| *method != accepted);
    }
    let mut refusal = None;
    for method in choices {
        let request = request(portal, metadata, grant, method)?;
        let answer = provider::send(context, ENDPOINT, request).await?;
        let error = match read(&answer) {
            Ok(tokens) => {
                provider::note_accepted_authentication(method);
                return Ok(tokens);
            }
            Err(Failure::Error(error)) => error,
            Err(Failure::Other(error)) => return Err(error),
        };
        let description = without_secret(&error.description, portal);
        let description = description.replace(grant.verifier, "…");
        oauth_error::log(context, ENDPOINT, &error.code, &description);
        match error.code.as_str() {
            "invalid_grant" => {
                provider::note_accepted_authentication(method);
                return Err(ProviderError::CodeRefused);
            }
            // The code is not used up, because the client authenticates first (RFC 6749, section 4.1.3).
            _ if error.is_about_client => refusal = Some(error),
            _ => return Err(error.into_error()),
        }
    }
    Err(refusal.map_or_else(
        || ProviderError::Unexpected("no token request was made".to_owned()),
        OAuthError::into_error,
    ))
}

/// The request. `resource` names the keys API (RFC 8707, section 2.2).
pub(crate) fn request(
    portal: &Portal,
    metadata: &ProviderMetadata,
    grant: &Grant<'_>,
    method: ClientAuthentication,
) -> Result<Request<Bytes>, ProviderError> {
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", grant.code)
        .append_pair("redirect_uri", grant.redirect_uri)
        .append_pair("code_verifier", grant.verifier);
    if method != ClientAuthentication::Basic {
        form.append_pair("client_id", &portal.client_id);
    }
    if let (ClientAuthentication::Post, Some(secret)) = (method, &portal.client_secret) {
        form.append_pair("client_secret", secret.expose());
    }
    if let Some(resource) = &portal.resource {
        form.append_pair("resource", resource);
    }
    let mut request = Request::post(&metadata.token_endpoint)
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Bytes::from(form.finish()))
        .map_err(|_| ProviderError::Unexpected("the token endpoint is not a URL".to_owned()))?;
    if let (ClientAuthentication::Basic, Some(credentials)) = (method, basic(portal)) {
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, credentials);
    }
    Ok(request)
}

/// An error response (RFC 6749, section 5.2).
#[derive(Debug)]
pub(crate) struct OAuthError {
    pub(crate) code: String,
    pub(crate) description: String,
    /// Whether the provider refused the client and not the code: `invalid_client`, or another error with status 401, which
    /// is what Auth0 sends.
    pub(crate) is_about_client: bool,
}

/// Why an answer has no tokens.
pub(crate) enum Failure {
    Error(OAuthError),
    Other(ProviderError),
}

/// Reads the answer of the token endpoint. No part of it is quoted except an error, because it may contain a token.
pub(crate) fn read(answer: &HttpResponse) -> Result<Tokens, Failure> {
    let other = |error| Err(Failure::Other(error));
    let status = answer.response.status();
    if may_pass(status) {
        let cause = format!("the portal's token_endpoint answers {}", status.as_u16());
        return other(ProviderError::Down(cause));
    }
    let body = serde_json::from_slice::<Value>(answer.response.body());
    let Some(body) = body.ok().filter(Value::is_object) else {
        let status = status.as_u16();
        return other(
            Fault::new(
                format!("the portal's token_endpoint answers {status} without a JSON object"),
                "Check the `token_endpoint` of the portal's metadata.",
            )
            .into(),
        );
    };
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    if let Some(code) = text("error") {
        let description = text("error_description").unwrap_or_default();
        return Err(Failure::Error(OAuthError {
            code: code.to_owned(),
            description: description.to_owned(),
            is_about_client: code == "invalid_client"
                || (status == StatusCode::UNAUTHORIZED && code != "invalid_grant"),
        }));
    }
    if !status.is_success() {
        let status = status.as_u16();
        let cause = format!("the portal's token_endpoint answers {status} without an error");
        return other(ProviderError::Unexpected(cause));
    }
    let secret = |name: &str| text(name).map(Secret::new);
    let access_token = secret("access_token").filter(|token| {
        // It must fit into a header (RFC 6750, section 2.1).
        !token.expose().is_empty() && HeaderValue::from_str(token.expose()).is_ok()
    });
    let Some(access_token) = access_token else {
        let cause = "the portal's token response has no access token that fits into a header";
        return other(ProviderError::Unexpected(cause.to_owned()));
    };
    let Some(id_token) = secret("id_token") else {
        return other(
            Fault::new(
                "the portal's token response has no ID token",
                "Let the portal issue ID tokens to this client, and allow it the scope openid.",
            )
            .into(),
        );
    };
    Ok(Tokens {
        access_token,
        id_token,
    })
}

impl OAuthError {
    /// What the error means to the operator.
    fn into_error(self) -> ProviderError {
        if !self.is_about_client {
            return oauth_error::meaning(ENDPOINT, &self.code);
        }
        let fix = "Check `portal_client_id` and `portal_client_secret`, and how this client authenticates at the portal.";
        Fault::new(oauth_error::problem(ENDPOINT, &self.code), fix).into()
    }
}

/// The text with an ellipsis in place of the client secret: a portal may repeat what it does not accept.
pub(crate) fn without_secret(text: &str, portal: &Portal) -> String {
    match &portal.client_secret {
        Some(secret) => text.replace(secret.expose(), "…"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
