//! `GET /authorize` (RFC 6749, section 4.1.1; OAuth 2.1): checks everything, has no side effects, and sends the browser on
//! to sign in.
//!
//! The client and the redirect URI come first: while either is in doubt, the person sees a page and is sent nowhere. Every
//! other error goes to the redirect URI with `iss` and `state` (RFC 6749, section 4.1.2.1; RFC 9207).

use super::attempt::{Asked, Attempt};
use super::client::{Client, fingerprint};
use super::code::is_pkce_text;
use super::form::{Parameters, Repeated};
use super::resource::{self, InvalidTarget};
use super::seal::Sealer;
use super::sealing_secret::sealer;
use super::{consent, names, page, portal_round, redirect};
use crate::Connector;
use crate::credentials::SCOPES_SUPPORTED;
use crate::host::Host;
use crate::host::config::{Config, SignIn};
use crate::mcp::variant::Variant;
use crate::pages::states;
use crate::reply::Reply;
use http::StatusCode;

/// The longest `state` that is carried around.
const MAX_STATE: usize = 4_096;

/// Answers an authorization request.
pub async fn authorize<H: Host>(connector: &Connector<H>, query: &str) -> Reply {
    let parameters = Parameters::parse(query.as_bytes());
    let sealer = match sealer(connector).await {
        Ok(sealer) => sealer,
        Err(error) => return page::problem(connector, &states::unexpected(), &error.to_string()),
    };
    let (client_id, requested) = match (parameters.one("client_id"), parameters.one("redirect_uri"))
    {
        (Ok(Some(client_id)), Ok(requested)) => (client_id, requested),
        _ => {
            let reason = "client_id is missing, or client_id or redirect_uri is there twice";
            return page::problem(connector, &states::malformed_request(), reason);
        }
    };
    let Some(client) = Client::find(connector, &sealer, client_id).await else {
        return page::problem(connector, &states::unknown_client(), "unknown client");
    };
    let Some(redirect_uri) = client.redirect_uri(requested, &connector.config) else {
        return page::problem(
            connector,
            &states::unregistered_destination(),
            "the redirect URI is not a registered one, or its scheme is not in custom_redirect_schemes",
        );
    };
    // A `state` that is there twice or too long is not echoed.
    let state = parameters
        .one("state")
        .ok()
        .flatten()
        .filter(|state| state.len() <= MAX_STATE);
    let (challenge, resource) = match check(&parameters, &connector.config) {
        Ok(checked) => checked,
        Err(error) => {
            let to = error.address(&connector.config, redirect_uri, state);
            return page::redirect(StatusCode::FOUND, &to);
        }
    };
    let name = names::shown(&client, redirect_uri);
    let asked = Asked {
        client: fingerprint(client_id),
        name,
        verified_domain: client.verified_domain.clone(),
        redirect_uri: redirect_uri.to_owned(),
        named_redirect_uri: requested.is_some(),
        state: state.map(str::to_owned),
        challenge,
        resource,
    };
    let again = parameters
        .all("prompt")
        .any(|prompt| prompt.split(' ').any(|word| word == "login"));
    begin(connector, &sealer, asked, again).await
}

/// Starts an attempt: at the portal, or with our own page where keys are pasted.
pub(super) async fn begin<H: Host>(
    connector: &Connector<H>,
    sealer: &Sealer,
    asked: Asked,
    sign_in_again: bool,
) -> Reply {
    let (attempt, cookie) = Attempt::start(&connector.host, &connector.config, asked);
    let reply = match &connector.config.sign_in {
        SignIn::Portal(portal) => {
            portal_round::leave(connector, sealer, portal, attempt, sign_in_again).await
        }
        SignIn::ApiKey => consent::ask_for_key(connector, sealer, attempt),
    };
    page::with_cookie(reply, &cookie)
}

/// An error for the client (RFC 6749, section 4.1.2.1; RFC 8707, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClientError {
    pub(super) code: &'static str,
    pub(super) description: &'static str,
}

impl ClientError {
    /// The person said no.
    pub(super) const DENIED: Self = Self {
        code: "access_denied",
        description: "The person did not authorize the connection.",
    };
    /// The portal does not answer.
    pub(super) const UNAVAILABLE: Self = Self {
        code: "temporarily_unavailable",
        description: "TokPortal does not answer: try again in a minute.",
    };
    /// The portal answered what it should not.
    pub(super) const SERVER_ERROR: Self = Self {
        code: "server_error",
        description: "The sign-in at TokPortal failed.",
    };

    /// Where the browser takes the error.
    pub(super) fn address(
        self,
        config: &Config,
        redirect_uri: &str,
        state: Option<&str>,
    ) -> String {
        let mut parameters = vec![
            ("error", self.code),
            ("error_description", self.description),
            ("iss", config.public_url.as_str()),
        ];
        parameters.extend(state.map(|state| ("state", state)));
        redirect::with_parameters(redirect_uri, &parameters)
    }

    fn invalid_request(description: &'static str) -> Self {
        Self {
            code: "invalid_request",
            description,
        }
    }
}

impl From<Repeated> for ClientError {
    fn from(_: Repeated) -> Self {
        Self::invalid_request("A parameter is there more than once.")
    }
}

impl From<InvalidTarget> for ClientError {
    fn from(_: InvalidTarget) -> Self {
        Self {
            code: InvalidTarget::CODE,
            description: InvalidTarget::DESCRIPTION,
        }
    }
}

/// Everything but client and redirect URI; returns the challenge and the resource, if one is named.
fn check(
    parameters: &Parameters<'_>,
    config: &Config,
) -> Result<(String, Option<Variant>), ClientError> {
    if parameters
        .one("state")?
        .is_some_and(|state| state.len() > MAX_STATE)
    {
        return Err(ClientError::invalid_request(
            "state is longer than 4,096 bytes.",
        ));
    }
    match parameters.one("response_type")? {
        Some("code") => {}
        None => return Err(ClientError::invalid_request("response_type is missing.")),
        Some(_) => {
            return Err(ClientError {
                code: "unsupported_response_type",
                description: "response_type must be code.",
            });
        }
    }
    if parameters
        .one("response_mode")?
        .is_some_and(|mode| mode != "query")
    {
        return Err(ClientError::invalid_request("response_mode must be query."));
    }
    // OAuth 2.1, section 4.1.1: a challenge from every client. Without a method it would be `plain` (RFC 7636, section 4.3).
    let challenge = parameters
        .one("code_challenge")?
        .ok_or(ClientError::invalid_request(
            "code_challenge is missing: PKCE is required.",
        ))?;
    if parameters.one("code_challenge_method")? != Some("S256") {
        return Err(ClientError::invalid_request(
            "code_challenge_method must be S256.",
        ));
    }
    if !is_pkce_text(challenge) {
        return Err(ClientError::invalid_request(
            "code_challenge must have 43 to 128 unreserved characters.",
        ));
    }
    let resource = resource::named(parameters, config)?;
    let scope = parameters.one("scope")?.unwrap_or_default();
    if scope
        .split(' ')
        .any(|scope| !scope.is_empty() && !SCOPES_SUPPORTED.contains(&scope))
    {
        return Err(ClientError {
            code: "invalid_scope",
            description: "The scopes are read and write.",
        });
    }
    Ok((challenge.to_owned(), resource))
}
