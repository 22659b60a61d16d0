//! To the portal and back: the browser leaves with the attempt sealed in `state`, and comes back to `/connect/callback`.

use super::attempt::{Attempt, Stale};
use super::authorize::{self, ClientError};
use super::form::Parameters;
use super::seal::{Purpose, Sealer};
use super::sealing_secret::sealer;
use super::{consent, page};
use crate::Connector;
use crate::host::Host;
use crate::host::config::{Portal, SignIn};
use crate::pages::{Problem, states};
use crate::portal::provider::ProviderError;
use crate::portal::sign_in::Round;
use crate::reply::Reply;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};

/// What travels in the `state` of the portal.
#[derive(Serialize, Deserialize)]
struct State {
    attempt: Attempt,
    round: Round,
}

/// Sends the browser to the portal.
pub(super) async fn leave<H: Host>(
    connector: &Connector<H>,
    sealer: &Sealer,
    portal: &Portal,
    attempt: Attempt,
    sign_in_again: bool,
) -> Reply {
    let (host, config) = (&connector.host, &connector.config);
    let round = Round::new(host);
    let state = State { attempt, round };
    let sealed = sealer.seal(host, Purpose::SignIn, &state);
    match state
        .round
        .address(host, config, portal, sealed, sign_in_again)
        .await
    {
        Ok(address) => page::redirect(StatusCode::FOUND, &address),
        Err(error) => failed(connector, &state.attempt, &error),
    }
}

/// `GET /connect/callback`: the person signed in, or did not (OpenID Connect Core 1.0, section 3.1.2.5).
pub(super) async fn callback<H: Host>(
    connector: &Connector<H>,
    headers: &HeaderMap,
    query: &str,
) -> Reply {
    let (host, config) = (&connector.host, &connector.config);
    let parameters = Parameters::parse(query.as_bytes());
    let sealer = match sealer(connector).await {
        Ok(sealer) => sealer,
        Err(error) => return page::problem(connector, &states::unexpected(), &error.to_string()),
    };
    let state = parameters.one("state").ok().flatten();
    let Some(state) = state.and_then(|state| sealer.open::<State>(Purpose::SignIn, state)) else {
        return page::problem(
            connector,
            &states::malformed_request(),
            "the portal's state is not ours",
        );
    };
    let attempt = state.attempt;
    if let Err(stale) = attempt.check(host, config, headers) {
        return page::problem(
            connector,
            &stale_page(stale),
            "the sign-in is expired or another browser's",
        );
    }
    let SignIn::Portal(portal) = &config.sign_in else {
        return page::problem(
            connector,
            &states::unexpected(),
            "there is no portal any more",
        );
    };
    // RFC 9207: an answer of another provider is not for us.
    if parameters.all("iss").any(|issuer| issuer != portal.issuer) {
        let error = ProviderError::Unexpected("the answer came from another issuer".to_owned());
        return failed(connector, &attempt, &error);
    }
    if let Some(error) = parameters.all("error").next() {
        let error = match error {
            "access_denied" => ClientError::DENIED,
            "temporarily_unavailable" => ClientError::UNAVAILABLE,
            _ => ClientError::SERVER_ERROR,
        };
        return tell_client(connector, &attempt, error);
    }
    let Ok(Some(code)) = parameters.one("code") else {
        return page::problem(
            connector,
            &states::malformed_request(),
            "the portal's answer has no code",
        );
    };
    match state
        .round
        .finish(host, config, portal, code.to_owned())
        .await
    {
        Ok(person) => consent::ask(connector, &sealer, attempt, person),
        // The page was loaded again, or the person went back to it.
        Err(ProviderError::CodeRefused) => page::problem(
            connector,
            &states::back_after_approval(),
            "the portal's code was used before",
        ),
        Err(error) => failed(connector, &attempt, &error),
    }
}

/// `GET /connect/switch`: "Not you?". The same request starts again, and the portal asks who it is.
pub(super) async fn switch<H: Host>(
    connector: &Connector<H>,
    headers: &HeaderMap,
    query: &str,
) -> Reply {
    let sealer = match sealer(connector).await {
        Ok(sealer) => sealer,
        Err(error) => return page::problem(connector, &states::unexpected(), &error.to_string()),
    };
    let parameters = Parameters::parse(query.as_bytes());
    let sealed = parameters.one("request").ok().flatten();
    let Some(attempt) = sealed.and_then(|sealed| sealer.open::<Attempt>(Purpose::Switch, sealed))
    else {
        return page::problem(
            connector,
            &states::malformed_request(),
            "the request of the link is not ours",
        );
    };
    if let Err(stale) = attempt.check(&connector.host, &connector.config, headers) {
        return page::problem(
            connector,
            &stale_page(stale),
            "the link is expired or another browser's",
        );
    }
    authorize::begin(connector, &sealer, attempt.asked, true).await
}

/// The page for an attempt that does not go on.
pub(super) fn stale_page(stale: Stale) -> Problem {
    match stale {
        Stale::Expired => states::expired_request(),
        Stale::OtherBrowser => states::cookies_blocked(),
    }
}

fn failed<H: Host>(connector: &Connector<H>, attempt: &Attempt, error: &ProviderError) -> Reply {
    let (code, reason) = match error {
        ProviderError::Down(reason) => (ClientError::UNAVAILABLE, reason.as_str()),
        ProviderError::CodeRefused => {
            (ClientError::SERVER_ERROR, "the portal refused its own code")
        }
        ProviderError::Unexpected(reason) => (ClientError::SERVER_ERROR, reason.as_str()),
    };
    connector
        .host
        .log(&format!("sign-in at the portal failed: {reason}"));
    tell_client(connector, attempt, code)
}

fn tell_client<H: Host>(connector: &Connector<H>, attempt: &Attempt, error: ClientError) -> Reply {
    let asked = &attempt.asked;
    let to = error.address(
        &connector.config,
        &asked.redirect_uri,
        asked.state.as_deref(),
    );
    page::redirect(StatusCode::FOUND, &to)
}
