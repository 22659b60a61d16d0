//! `POST /register`: dynamic client registration (RFC 7591). Nothing is stored.

use super::redirect_uri::{self, Kind};
use super::registered::{self, MAX_REDIRECT_URIS, MAX_REDIRECT_URIS_LENGTH, Registration};
use crate::app::Context;
use crate::config::Config;
use crate::digest::hex;
use crate::host::{BodyError, Host, IncomingBody};
use crate::oauth::error::OAuthError;
use crate::sealing::root_secret::sealer;
use crate::text;
use crate::web::json;
use crate::web::reply::{self, Reply};
use crate::web::status::ErrorStatus;
use http::StatusCode;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The largest body, in bytes.
const MAX_BODY: usize = 16 * 1024;

/// Answers a client registration request with the client id (RFC 7591, section 3.2.1).
///
/// # Errors
/// `invalid_redirect_uri` and `invalid_client_metadata` (section 3.2.2).
pub(crate) async fn register<H: Host, B: IncomingBody>(
    context: &Context<'_, H>,
    body: B,
) -> Result<Reply, OAuthError> {
    let bytes = body.read(MAX_BODY).await.map_err(|error| match error {
        BodyError::TooLarge => OAuthError {
            status: ErrorStatus::PAYLOAD_TOO_LARGE,
            ..invalid_metadata("The registration is larger than 16 KiB.")
        },
        BodyError::Broken => invalid_metadata("The body is incomplete."),
    })?;
    let metadata = match json::parse(&bytes) {
        Ok(Value::Object(metadata)) => metadata,
        Err(error) if error.is_not_unicode() => {
            return Err(invalid_metadata(
                "A text in the body is not valid Unicode, for example half of an emoji: send the whole character, or leave it out.",
            ));
        }
        Ok(_) | Err(_) => {
            return Err(invalid_metadata(
                "The body must be one JSON object without repeated members.",
            ));
        }
    };
    let method = auth_method(&metadata)?;
    let mut unique = [0; 8];
    context.host.fill(&mut unique);
    let registration = Registration {
        name: name(&metadata)?,
        redirect_uris: redirect_uris(&metadata, context.config)?,
        has_secret: method != "none",
        issued_at: context.host.now().as_secs(),
        unique: hex(&unique),
    };
    check_grant_types(&metadata)?;
    let sealer = sealer(context).await?;
    let id = registered::issue(&sealer, &registration);
    let mut answer = json!({
        "client_id": id,
        "client_id_issued_at": registration.issued_at,
        "redirect_uris": registration.redirect_uris,
        "token_endpoint_auth_method": method,
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
    });
    if let Some(members) = answer.as_object_mut() {
        let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
        if !registration.name.is_empty() {
            add("client_name", registration.name.into());
        }
        if registration.has_secret {
            let secret = registered::secret(&sealer, &id);
            add("client_secret", secret.expose().into());
            // RFC 7591, section 3.2.1: 0 means that the secret does not expire.
            add("client_secret_expires_at", 0.into());
        }
    }
    Ok(reply::json(StatusCode::CREATED, answer.to_string()))
}

fn invalid_metadata(description: &'static str) -> OAuthError {
    OAuthError::bad_request("invalid_client_metadata", description)
}

fn invalid_uri(description: impl Into<Cow<'static, str>>) -> OAuthError {
    OAuthError::bad_request("invalid_redirect_uri", description)
}

fn name(metadata: &Map<String, Value>) -> Result<String, OAuthError> {
    match metadata.get("client_name") {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(name)) => Ok(text::display_name(name, text::NAME_LIMIT)),
        Some(_) => Err(invalid_metadata("client_name must be a string.")),
    }
}

/// The requested redirect URIs to which a browser may be redirected. Clients register a private-use scheme, a web
/// address and a loopback address together and use one that is in the answer, so the others are dropped without an
/// error.
fn redirect_uris(
    metadata: &Map<String, Value>,
    config: &Config,
) -> Result<Vec<String>, OAuthError> {
    let Some(Value::Array(uris)) = metadata.get("redirect_uris") else {
        return Err(invalid_uri("redirect_uris must be an array of strings."));
    };
    if uris.len() > MAX_REDIRECT_URIS {
        return Err(invalid_uri(format!(
            "redirect_uris has {} entries; at most {MAX_REDIRECT_URIS} are accepted.",
            uris.len()
        )));
    }
    let mut accepted: Vec<String> = Vec::new();
    for uri in uris {
        let uri = uri
            .as_str()
            .ok_or_else(|| invalid_uri("redirect_uris must be an array of strings."))?;
        if redirect_uri::is_usable(uri, config) && !accepted.iter().any(|known| known == uri) {
            accepted.push(uri.to_owned());
        }
    }
    if accepted.is_empty() {
        let mut uris = uris.iter().filter_map(Value::as_str);
        if uris.any(|uri| redirect_uri::kind(uri) == Some(Kind::PrivateUse)) {
            return Err(invalid_uri(
                "This connector does not open links of that scheme: use https, or http on 127.0.0.1, [::1] or localhost, or ask its operator to add the scheme to custom_redirect_schemes.",
            ));
        }
        return Err(invalid_uri(
            "A redirect URI must be https with a host name of lower-case letters, digits and hyphens or an IP address, or http on 127.0.0.1, [::1] or localhost, without user name and fragment.",
        ));
    }
    let length: usize = accepted.iter().map(String::len).sum();
    if length > MAX_REDIRECT_URIS_LENGTH {
        return Err(invalid_uri(format!(
            "redirect_uris has {length} bytes in all; at most {MAX_REDIRECT_URIS_LENGTH} are accepted, because the client id contains them."
        )));
    }
    Ok(accepted)
}

/// The value of `token_endpoint_auth_method`; the default is `client_secret_basic` (RFC 7591, section 2).
fn auth_method(metadata: &Map<String, Value>) -> Result<&'static str, OAuthError> {
    match metadata.get("token_endpoint_auth_method") {
        None | Some(Value::Null) => Ok("client_secret_basic"),
        Some(method) => ["none", "client_secret_post", "client_secret_basic"]
            .into_iter()
            .find(|known| method == known)
            .ok_or_else(|| {
                invalid_metadata(
                    "token_endpoint_auth_method must be none, client_secret_post or client_secret_basic; private_key_jwt is for clients with a metadata document.",
                )
            }),
    }
}

/// Checks that the client can use the authorization code grant, whatever else it lists.
fn check_grant_types(metadata: &Map<String, Value>) -> Result<(), OAuthError> {
    let lacks = |member: &str, value: &str| match metadata.get(member) {
        None | Some(Value::Null) => false,
        Some(Value::Array(values)) => !values.iter().any(|known| known == value),
        Some(_) => true,
    };
    if lacks("grant_types", "authorization_code") {
        return Err(invalid_metadata(
            "grant_types must contain authorization_code.",
        ));
    }
    if lacks("response_types", "code") {
        return Err(invalid_metadata("response_types must contain code."));
    }
    Ok(())
}
