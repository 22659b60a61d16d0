//! Sign-in at the portal: the transaction travels sealed in `state` to the portal and back to `/connect/callback`.

use super::consent;
use super::error::AuthorizationError;
use crate::app::Context;
use crate::config::{Portal, SignIn};
use crate::event::Event;
use crate::host::Host;
use crate::oauth::transaction::Transaction;
use crate::pages::problems;
use crate::pages::reply::{Refusal, redirect};
use crate::sealing::root_secret::sealer;
use crate::sealing::seal::{Purpose, Sealer};
use crate::upstream::portal::provider::ProviderError;
use crate::upstream::portal::sign_in::SignInTransaction;
use crate::web::form::Parameters;
use crate::web::reply::Reply;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};

/// Content of the `state` parameter for the portal, sealed.
#[derive(Serialize, Deserialize)]
struct State {
    transaction: Transaction,
    sign_in: SignInTransaction,
}

/// Sends the browser to the authorization endpoint of the portal.
pub(super) async fn redirect_to_portal<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    portal: &Portal,
    transaction: Transaction,
    sign_in_again: bool,
) -> Reply {
    let sign_in = SignInTransaction::new(context.host);
    let state = State {
        transaction,
        sign_in,
    };
    let sealed = sealer.seal(context.host, Purpose::SignIn, &state);
    let location = state
        .sign_in
        .location(context, portal, sealed, sign_in_again);
    match location.await {
        Ok(location) => redirect(StatusCode::FOUND, &location),
        Err(error) => sign_in_failed(context, &state.transaction, &error),
    }
}

/// Answers `GET /connect/callback`: the portal's authentication response or its error (OpenID Connect Core 1.0,
/// sections 3.1.2.5 and 3.1.2.6).
pub(crate) async fn callback<H: Host>(
    context: &Context<'_, H>,
    headers: &HeaderMap,
    query: &str,
) -> Result<Reply, Refusal> {
    let malformed = |cause| Refusal::new(problems::malformed_request(), cause);
    let config = context.config;
    let parameters = Parameters::parse(query.as_bytes());
    let sealer = sealer(context).await?;
    let state = parameters.one("state").ok().flatten();
    let state = state.and_then(|state| sealer.open::<State>(Purpose::SignIn, state));
    let State {
        transaction,
        sign_in,
    } = state.ok_or_else(|| malformed("the state was not sealed by this connector"))?;
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
        return Ok(sign_in_failed(context, &transaction, &error));
    }
    if let Some(error) = parameters.all("error").next() {
        let error = match error {
            "access_denied" => AuthorizationError::ACCESS_DENIED,
            "temporarily_unavailable" => AuthorizationError::TEMPORARILY_UNAVAILABLE,
            _ => AuthorizationError::SERVER_ERROR,
        };
        return Ok(redirect_to_client(context, &transaction, error));
    }
    let Ok(Some(code)) = parameters.one("code") else {
        return Err(malformed("the portal's answer has no code"));
    };
    match sign_in.finish(context, portal, code.to_owned()).await {
        Ok(person) => Ok(consent::consent_page(context, &sealer, transaction, person)),
        // The person loaded the page again, or went back to it.
        Err(ProviderError::CodeRefused) => Err(Refusal::new(
            problems::back_after_approval(),
            "the portal's code was used before",
        )),
        Err(error) => Ok(sign_in_failed(context, &transaction, &error)),
    }
}

/// Logs a failed sign-in and reports it to the client.
fn sign_in_failed<H: Host>(
    context: &Context<'_, H>,
    transaction: &Transaction,
    error: &ProviderError,
) -> Reply {
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
    redirect_to_client(context, transaction, error)
}

fn redirect_to_client<H: Host>(
    context: &Context<'_, H>,
    transaction: &Transaction,
    error: AuthorizationError,
) -> Reply {
    let location = error.location_for(context.config, &transaction.authorization_request);
    redirect(StatusCode::FOUND, &location)
}
