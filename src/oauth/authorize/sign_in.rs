//! Sign-in at the portal: the transaction travels sealed in `state` to the portal and back to `/connect/callback`.

use super::consent::{self, KeySource};
use super::error::AuthorizationError;
use super::hand_over::back_to_app;
use super::kept;
use crate::app::Context;
use crate::config::{Portal, SignIn};
use crate::event::Event;
use crate::host::Host;
use crate::oauth::transaction::Transaction;
use crate::pages::reply::{Refusal, redirect};
use crate::pages::{Completion, problems};
use crate::sealing::root_secret::sealer;
use crate::sealing::seal::{Purpose, Sealer};
use crate::upstream::portal::provider::ProviderError;
use crate::upstream::portal::sign_in::SignInTransaction;
use crate::web::form::Parameters;
use crate::web::reply::Reply;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};

/// How often a transaction can go through the portal. A person who loads the callback again goes there again; a portal
/// that refuses each of its own codes must not keep the browser moving for ever.
const MAX_ROUNDS: u8 = 5;

/// Content of the `state` parameter for the portal, sealed.
#[derive(Serialize, Deserialize)]
struct State {
    transaction: Transaction,
    sign_in: SignInTransaction,
    /// 1 for the first time at the portal.
    round: u8,
}

/// Sends the browser to the authorization endpoint of the portal. With `sign_in_again` the portal asks even a person
/// who is signed in.
pub(super) async fn start<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    portal: &Portal,
    transaction: Transaction,
    sign_in_again: bool,
) -> Reply {
    let state = State {
        transaction,
        sign_in: SignInTransaction::new(context.host),
        round: 1,
    };
    match state.location(context, sealer, portal, sign_in_again).await {
        Ok(location) => redirect(StatusCode::FOUND, &location),
        Err(error) => {
            let error = log_failure(context, &error);
            let request = &state.transaction.authorization_request;
            redirect(
                StatusCode::FOUND,
                &error.location_for(context.config, request),
            )
        }
    }
}

impl State {
    async fn location<H: Host>(
        &self,
        context: &Context<'_, H>,
        sealer: &Sealer,
        portal: &Portal,
        sign_in_again: bool,
    ) -> Result<String, ProviderError> {
        let sealed = sealer.seal(context.host, Purpose::SignIn, self);
        let sign_in = &self.sign_in;
        sign_in
            .location(context, portal, sealed, sign_in_again)
            .await
    }
}

/// Answers `GET /connect/callback`: the portal's authentication response or its error (OpenID Connect Core 1.0,
/// sections 3.1.2.5 and 3.1.2.6). The portal's code is exchanged here, once; the page has a URL of its own.
pub(crate) async fn callback<H: Host>(
    context: &Context<'_, H>,
    headers: &HeaderMap,
    query: &str,
) -> Result<Reply, Refusal> {
    let malformed = |cause| Refusal::new(problems::malformed_request(), cause);
    let config = context.config;
    kept::check(context, headers).await?;
    let parameters = Parameters::parse(query.as_bytes());
    let sealer = sealer(context).await?;
    let state = parameters.one("state").ok().flatten();
    let state = state.and_then(|state| sealer.open::<State>(Purpose::SignIn, state));
    let state = state.ok_or_else(|| malformed("the state was not sealed by this connector"))?;
    let transaction = &state.transaction;
    transaction.check(context.host, config, headers)?;
    let SignIn::Portal(portal) = &config.sign_in else {
        return Err(Refusal::new(
            problems::unexpected(),
            "this connector no longer has a portal",
        ));
    };
    // RFC 9207, section 2.4: a response from another issuer must be rejected.
    if parameters.all("iss").any(|issuer| issuer != portal.issuer) {
        let error = ProviderError::Unexpected("the answer came from another issuer".to_owned());
        return Ok(failed(context, transaction, &error));
    }
    if let Some(error) = parameters.all("error").next() {
        let error = match error {
            "access_denied" => AuthorizationError::ACCESS_DENIED,
            "temporarily_unavailable" => AuthorizationError::TEMPORARILY_UNAVAILABLE,
            _ => AuthorizationError::SERVER_ERROR,
        };
        return Ok(back_with_error(context, transaction, error));
    }
    let Ok(Some(code)) = parameters.one("code") else {
        return Err(malformed("the portal's answer has no code"));
    };
    let sign_in = state.sign_in.clone();
    match sign_in.finish(context, portal, code.to_owned()).await {
        Ok(person) => {
            let key_source = KeySource::from(person);
            Ok(consent::to_page(context, &sealer, state.transaction, key_source).await)
        }
        Err(ProviderError::CodeRefused) if state.round < MAX_ROUNDS => {
            Ok(again(context, &sealer, portal, state).await)
        }
        Err(error) => Ok(failed(context, transaction, &error)),
    }
}

/// The person loaded the callback again, and the portal's code is used up: goes to the portal once more for the same
/// transaction. A person who is signed in there comes back at once.
async fn again<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    portal: &Portal,
    state: State,
) -> Reply {
    let state = State {
        sign_in: SignInTransaction::new(context.host),
        round: state.round + 1,
        ..state
    };
    match state.location(context, sealer, portal, false).await {
        Ok(location) => redirect(StatusCode::SEE_OTHER, &location),
        Err(error) => failed(context, &state.transaction, &error),
    }
}

/// Logs a failed sign-in and sends the browser back to the client with the error.
fn failed<H: Host>(
    context: &Context<'_, H>,
    transaction: &Transaction,
    error: &ProviderError,
) -> Reply {
    back_with_error(context, transaction, log_failure(context, error))
}

/// Logs a failed sign-in. Returns what the client is told.
fn log_failure<H: Host>(context: &Context<'_, H>, error: &ProviderError) -> AuthorizationError {
    let (error, cause) = match error {
        ProviderError::Down(cause) => (AuthorizationError::TEMPORARILY_UNAVAILABLE, cause.as_str()),
        ProviderError::CodeRefused => (
            AuthorizationError::SERVER_ERROR,
            "the portal refused its own code",
        ),
        ProviderError::Unexpected(cause) => (AuthorizationError::SERVER_ERROR, cause.as_str()),
    };
    context.log(&Event::SignInFailed {
        cause: cause.to_owned(),
    });
    error
}

/// The request may be a hop of the portal's sign-in form, so the reply is a page and not a redirect.
fn back_with_error<H: Host>(
    context: &Context<'_, H>,
    transaction: &Transaction,
    error: AuthorizationError,
) -> Reply {
    let request = &transaction.authorization_request;
    let completion = if error == AuthorizationError::ACCESS_DENIED {
        Completion::Cancelled
    } else {
        Completion::Failed
    };
    let location = error.location_for(context.config, request);
    back_to_app(context, request, &location, completion)
}
