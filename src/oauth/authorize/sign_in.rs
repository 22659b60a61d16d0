//! Sign-in at the portal: the transaction travels sealed in `state` to the portal and back to `/connect/callback`.

use super::consent::{self, KeySource};
use super::error::AuthorizationError;
use super::hand_over::back_to_app;
use super::{kept, portal_state};
use crate::app::Context;
use crate::config::{Portal, SignIn};
use crate::event::Event;
use crate::host::Host;
use crate::ledger::single_use::{ReservationError, reserve};
use crate::oauth::transaction::Transaction;
use crate::pages::reply::{Refusal, redirect};
use crate::pages::{Completion, problems, reply};
use crate::sealing::root_secret::sealer;
use crate::sealing::seal::{Purpose, Sealer};
use crate::upstream::portal::fault::ProviderError;
use crate::upstream::portal::oauth_error;
use crate::upstream::portal::sign_in::{SignInTransaction, check_issuer};
use crate::web::form::Parameters;
use crate::web::reply::Reply;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};

/// How often a transaction can go through the portal. A person who loads the callback again goes there again; a portal
/// that refuses each of its own codes must not keep the browser moving for ever.
const MAX_ROUNDS: u8 = 3;

/// The endpoint of the portal's error responses, in the log.
const ENDPOINT: &str = "authorization_endpoint";

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
    match state
        .redirect(context, sealer, portal, StatusCode::FOUND, sign_in_again)
        .await
    {
        Ok(reply) => reply,
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
    /// The redirect to the authorization endpoint of the portal.
    async fn redirect<H: Host>(
        &self,
        context: &Context<'_, H>,
        sealer: &Sealer,
        portal: &Portal,
        status: StatusCode,
        sign_in_again: bool,
    ) -> Result<Reply, ProviderError> {
        let sealed = sealer.seal(context.host, Purpose::SignIn, self);
        let (state, cookies) =
            portal_state::split(context.config, &self.transaction.browser.id, &sealed);
        let sign_in = &self.sign_in;
        let location = sign_in.location(context, portal, &state, sign_in_again);
        let reply = redirect(status, &location.await?);
        let with_cookie = |reply, cookie: &String| reply::with_cookie(reply, cookie);
        Ok(cookies.iter().fold(reply, with_cookie))
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
    let state = parameters.one("state").ok().flatten().unwrap_or_default();
    let state = portal_state::join(config, state, headers);
    let state = sealer.open::<State>(Purpose::SignIn, &state);
    let state = state.ok_or_else(|| malformed("the state was not sealed by this connector"))?;
    let transaction = &state.transaction;
    transaction.check(context.host, config, headers)?;
    let SignIn::Portal(portal) = &config.sign_in else {
        return Err(Refusal::new(
            problems::unexpected(),
            "this connector no longer has a portal",
        ));
    };
    let issuers: Vec<&str> = parameters.all("iss").collect();
    if let Err(error) = check_issuer(context, portal, &issuers).await {
        return Ok(failed(context, transaction, &error));
    }
    if let Some(error) = parameters.all("error").next() {
        let description = parameters.all("error_description").next();
        oauth_error::log(context, ENDPOINT, error, description.unwrap_or_default());
        return Ok(refused(context, transaction, error));
    }
    let Ok(Some(code)) = parameters.one("code") else {
        return Err(malformed("the portal's answer has no code"));
    };
    let sign_in = state.sign_in.clone();
    let outcome = if is_first_answer(context, &state).await? {
        sign_in.finish(context, portal, code).await
    } else {
        Err(ProviderError::CodeRefused)
    };
    match outcome {
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

/// Whether this is the first code for this round of the transaction. Others are not sent to the portal: it accepts each
/// of its codes once, and a caller that makes codes up must not make the connector flood it.
async fn is_first_answer<H: Host>(
    context: &Context<'_, H>,
    state: &State,
) -> Result<bool, Refusal> {
    let answer = format!("callback {} {}", state.transaction.browser.id, state.round);
    match reserve(context.host, &answer).await {
        Ok(_) => Ok(true),
        Err(ReservationError::AlreadyUsed) => Ok(false),
        Err(ReservationError::Store(error)) => Err(error.into()),
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
    match state
        .redirect(context, sealer, portal, StatusCode::SEE_OTHER, false)
        .await
    {
        Ok(reply) => reply,
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

/// The portal's error response (RFC 6749, section 4.1.2.1; OpenID Connect Core 1.0, section 3.1.2.6).
fn refused<H: Host>(context: &Context<'_, H>, transaction: &Transaction, error: &str) -> Reply {
    // A person cancelled, an administrator refused, or the portal may not ask the person for something.
    if error == "access_denied" || oauth_error::needs_person(error) {
        return back_with_error(context, transaction, AuthorizationError::REFUSED_AT_PORTAL);
    }
    failed(context, transaction, &oauth_error::meaning(ENDPOINT, error))
}

/// Logs a failed sign-in. Returns what the client is told.
fn log_failure<H: Host>(context: &Context<'_, H>, error: &ProviderError) -> AuthorizationError {
    context.log(&Event::SignInFailed {
        cause: error.cause().to_owned(),
        fix: error.fix().map(str::to_owned),
    });
    match error {
        ProviderError::Down(_) => AuthorizationError::TEMPORARILY_UNAVAILABLE,
        ProviderError::Misconfigured(_) => AuthorizationError::MISCONFIGURED,
        ProviderError::CodeRefused | ProviderError::Unexpected(_) => {
            AuthorizationError::SERVER_ERROR
        }
    }
}

/// The request may be a hop of the portal's sign-in form, so the reply is a page and not a redirect.
fn back_with_error<H: Host>(
    context: &Context<'_, H>,
    transaction: &Transaction,
    error: AuthorizationError,
) -> Reply {
    let request = &transaction.authorization_request;
    let completion = if error == AuthorizationError::REFUSED_AT_PORTAL {
        Completion::Refused
    } else {
        Completion::Failed
    };
    let location = error.location_for(context.config, request);
    back_to_app(context, request, &location, completion)
}
