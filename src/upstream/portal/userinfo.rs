//! Userinfo (OpenID Connect Core 1.0, section 5.3): asked for a name and an email address that the ID token does not have.

use super::claims::Claims;
use super::fault::ProviderError;
use super::id_token::{Expected, IdTokenError};
use super::provider;
use crate::app::Context;
use crate::event::Event;
use crate::host::{Host, HttpResponse};
use crate::jose::keys::PublicKey;
use crate::upstream::request::with_bearer;
use crate::web::media_type;
use http::{Method, StatusCode};
use serde_json::Value;

/// The claims of userinfo. Without an answer that can be used, there are none, and the log says why: a person signs in
/// without them, too. An access token for another audience (RFC 9068) leads there.
///
/// # Errors
/// Userinfo of another person.
pub(super) async fn claims<H: Host>(
    context: &Context<'_, H>,
    expected: &Expected<'_>,
    keys: &[PublicKey],
    subject: &str,
) -> Result<Claims, ProviderError> {
    let Some(url) = &expected.metadata.userinfo_endpoint else {
        return Ok(Claims::default());
    };
    let document = match with_bearer(Method::GET, url, expected.access_token, None) {
        Some(request) => provider::send(context, "userinfo_endpoint", request)
            .await
            .and_then(|answer| read(&answer, expected, keys)),
        None => Err(ProviderError::Unexpected(
            "the access token is not valid in a header".to_owned(),
        )),
    };
    match document {
        // The subject must be compared, because the token could be that of another person (section 5.3.2).
        Ok(document) if subject_of(&document) == Some(subject) => Ok(Claims::read(&document)),
        Ok(_) => Err(ProviderError::Unexpected(
            "userinfo is about another person than the ID token".to_owned(),
        )),
        Err(error) => {
            context.log(&Event::UserinfoFailed {
                cause: error.cause().to_owned(),
            });
            Ok(Claims::default())
        }
    }
}

fn subject_of(document: &Value) -> Option<&str> {
    document.get("sub").and_then(Value::as_str)
}

fn read(
    answer: &HttpResponse,
    expected: &Expected<'_>,
    keys: &[PublicKey],
) -> Result<Value, ProviderError> {
    let unusable = |cause: &str| ProviderError::Unexpected(cause.to_owned());
    let (status, body) = (answer.response.status(), answer.response.body());
    if status != StatusCode::OK {
        let status = status.as_u16();
        return Err(ProviderError::Down(format!(
            "the portal's userinfo_endpoint answers {status}"
        )));
    }
    let document = if media_type::of(answer.response.headers()) == "application/jwt" {
        let text = std::str::from_utf8(body).unwrap_or_default();
        let jwt = expected.verified(text, keys, "userinfo");
        jwt.map_err(|error| match error {
            IdTokenError::Signature => unusable("no key of the portal verifies userinfo"),
            IdTokenError::Other(error) => error,
        })?
        .claims
    } else {
        serde_json::from_slice(body).map_err(|_| unusable("userinfo is not JSON"))?
    };
    // An answer without a subject is not one (section 5.3.2).
    if subject_of(&document).is_some() {
        Ok(document)
    } else {
        Err(unusable("userinfo has no subject"))
    }
}
