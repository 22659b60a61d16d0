//! `GET /authorize` (RFC 6749, section 4.1.1; OAuth 2.1): checks the request without side effects and starts a
//! transaction.
//!
//! Client and redirect URI are checked first. If one of them is not valid, the person sees an error page, and the
//! browser is not redirected. Every other error goes to the redirect URI (RFC 6749, section 4.1.2.1) with `state` and
//! `iss` (RFC 9207).

use super::begin::begin;
use super::error::AuthorizationError;
use crate::access::resource_url::Narrowing;
use crate::app::Context;
use crate::config::Config;
use crate::digest::sha256_hex;
use crate::host::Host;
use crate::oauth::client::identity::RedirectUriError;
use crate::oauth::client::metadata_document::DocumentError;
use crate::oauth::client::{display_name, lookup};
use crate::oauth::pkce::is_pkce_text;
use crate::oauth::resource_indicator;
use crate::oauth::transaction::AuthorizationRequest;
use crate::pages::problems;
use crate::pages::reply::{Refusal, redirect};
use crate::sealing::root_secret::sealer;
use crate::web::form::Parameters;
use crate::web::reply::Reply;
use http::StatusCode;
use serde_json::json;

/// The longest `state`, in bytes.
const MAX_STATE: usize = 4_096;
/// The longest `state` with its redirect URI, in bytes of JSON, which is how both travel in cookies while the person
/// signs in (`portal_state`). Front ends such as nginx accept a `Cookie` header of 8 KiB. A quotation mark has two bytes
/// in JSON, and a control character six.
const MAX_STATE_AND_REDIRECT_URI: usize = 4_608;

/// Answers an authorization request.
pub(crate) async fn authorize<H: Host>(
    context: &Context<'_, H>,
    query: &str,
) -> Result<Reply, Refusal> {
    let parameters = Parameters::parse(query.as_bytes());
    let sealer = sealer(context).await?;
    let (Ok(Some(client_id)), Ok(requested)) =
        (parameters.one("client_id"), parameters.one("redirect_uri"))
    else {
        return Err(Refusal::new(
            problems::malformed_request(),
            "client_id is missing, or client_id or redirect_uri is repeated",
        ));
    };
    let client = lookup::find(context, &sealer, client_id)
        .await
        .map_err(unknown)?;
    let redirect_uri = client
        .redirect_uri(requested, context.config)
        .map_err(|error| match error {
            RedirectUriError::Unregistered => Refusal::new(
                problems::unregistered_destination(),
                "the redirect URI is not a registered one",
            ),
            RedirectUriError::SchemeNotEnabled => Refusal::new(
                problems::app_link_not_enabled(),
                "the scheme of the redirect URI is neither that of a well-known app nor in custom_redirect_schemes",
            ),
        })?;
    // A `state` that is repeated or too long is not echoed.
    let state = parameters
        .one("state")
        .ok()
        .flatten()
        .filter(|state| state.len() <= MAX_STATE);
    let (code_challenge, resource) = match check(&parameters, redirect_uri, context.config) {
        Ok(checked) => checked,
        Err(error) => {
            let location = error.location(context.config, redirect_uri, state);
            return Ok(redirect(StatusCode::FOUND, &location));
        }
    };
    let request = AuthorizationRequest {
        client: sha256_hex(client_id),
        name: display_name::of_client(&client, redirect_uri),
        imitation: display_name::imitation(&client, redirect_uri),
        verified_domain: client.verified_domain.clone(),
        proves_identity: client.proves_identity(),
        redirect_uri: redirect_uri.to_owned(),
        state: state.map(str::to_owned),
        code_challenge,
        resource,
    };
    let sign_in_again = parameters
        .all("prompt")
        .any(|prompt| prompt.split(' ').any(|word| word == "login"));
    Ok(begin(context, &sealer, request, sign_in_again).await)
}

/// The page for a client that is not known, or whose metadata document cannot be used.
fn unknown(error: DocumentError) -> Refusal {
    match error {
        DocumentError::Unknown => Refusal::new(problems::unknown_client(), "unknown client"),
        DocumentError::Forbidden => Refusal::new(
            problems::client_document_forbidden(),
            "the host of the client's metadata document is not in allowed_outbound_hosts, or in a private network",
        ),
        DocumentError::TooManyRequests(seconds) => Refusal::new(
            problems::too_many_requests(seconds),
            "too many documents of clients were requested",
        ),
        DocumentError::Unavailable => Refusal::new(
            problems::client_document_unavailable(),
            "the client's metadata document cannot be loaded",
        ),
        DocumentError::Invalid => Refusal::new(
            problems::client_document_invalid(),
            "the client's metadata document is not valid",
        ),
    }
}

/// Checks everything except client and redirect URI. Returns the code challenge, and the narrowing of the resource if
/// the request names one.
fn check(
    parameters: &Parameters<'_>,
    redirect_uri: &str,
    config: &Config,
) -> Result<(String, Option<Narrowing>), AuthorizationError> {
    let state = parameters.one("state")?.unwrap_or_default();
    if state.len() > MAX_STATE {
        return Err(AuthorizationError::invalid_request(
            "state is longer than 4,096 bytes.",
        ));
    }
    let in_json = |text: &str| json!(text).to_string().len().saturating_sub("\"\"".len());
    if in_json(state) + in_json(redirect_uri) > MAX_STATE_AND_REDIRECT_URI {
        return Err(AuthorizationError::invalid_request(
            "state and redirect_uri have more than 4,608 bytes together, written in JSON.",
        ));
    }
    match parameters.one("response_type")? {
        Some("code") => {}
        None => {
            return Err(AuthorizationError::invalid_request(
                "response_type is missing.",
            ));
        }
        Some(_) => {
            return Err(AuthorizationError {
                code: "unsupported_response_type",
                description: "response_type must be code.",
            });
        }
    }
    if parameters
        .one("response_mode")?
        .is_some_and(|mode| mode != "query")
    {
        return Err(AuthorizationError::invalid_request(
            "response_mode must be query.",
        ));
    }
    // OAuth 2.1, section 4.1.1, requires a code challenge from every client. The default method is `plain` (RFC 7636,
    // section 4.3), so the method is required, too.
    let code_challenge =
        parameters
            .one("code_challenge")?
            .ok_or(AuthorizationError::invalid_request(
                "code_challenge is missing: PKCE is required.",
            ))?;
    if parameters.one("code_challenge_method")? != Some("S256") {
        return Err(AuthorizationError::invalid_request(
            "code_challenge_method must be S256.",
        ));
    }
    if !is_pkce_text(code_challenge) {
        return Err(AuthorizationError::invalid_request(
            "code_challenge must have 43 to 128 unreserved characters.",
        ));
    }
    let resource = resource_indicator::requested(parameters, config)?;
    // The person chooses the scopes, whatever the client asks for, and the token response says which ones they are (RFC
    // 6749, section 3.3).
    parameters.one("scope")?;
    Ok((code_challenge.to_owned(), resource))
}
