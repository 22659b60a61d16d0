//! `POST /connect/consent` and `POST /connect/sign-in`: what the person decided. The only place where a code is made.

use super::authorize::ClientError;
use super::code::{Issued, NotReserved, Reservation, reserve};
use super::consent::{self, ConsentRequest};
use super::form::{self, Parameters};
use super::portal_round::stale_page;
use super::seal::{Purpose, Sealer, sealed_text};
use super::sealing_secret::sealer;
use super::{access_token, names, page, pasted_key, redirect};
use crate::Connector;
use crate::credentials::scope;
use crate::host::config::SignIn;
use crate::host::{Host, IncomingBody, StoreError};
use crate::pages::{Ended, Level, Problem, states};
use crate::portal::keys::{self, MintError};
use crate::reply::Reply;
use crate::secret::{ApiKey, Secret};
use http::{HeaderMap, header};
use serde::{Deserialize, Serialize};

/// The largest form: the sealed request holds a redirect URI, a state and the portal's access token.
const MAX_BODY: usize = 64 * 1024;

/// How the key comes about.
#[derive(Serialize, Deserialize)]
pub(super) enum Means {
    /// The portal mints one for whoever holds this token.
    Portal {
        /// The portal's access token.
        #[serde(with = "sealed_text")]
        access_token: Secret,
    },
    /// The person pastes one.
    PastedKey,
}

/// Why a decision leads to a page instead of the redirect URI.
struct Refusal {
    problem: Problem,
    reason: String,
}

fn refuse(problem: Problem, reason: impl Into<String>) -> Refusal {
    Refusal {
        problem,
        reason: reason.into(),
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        refuse(states::unexpected(), error.to_string())
    }
}

/// Answers the form.
pub(super) async fn decide<H: Host, B: IncomingBody>(
    connector: &Connector<H>,
    headers: &HeaderMap,
    body: B,
) -> Reply {
    match answer(connector, headers, body).await {
        Ok(reply) => reply,
        Err(refusal) => page::problem(connector, &refusal.problem, &refusal.reason),
    }
}

async fn answer<H: Host, B: IncomingBody>(
    connector: &Connector<H>,
    headers: &HeaderMap,
    body: B,
) -> Result<Reply, Refusal> {
    let (host, config) = (&connector.host, &connector.config);
    if !is_same_origin(headers, &config.public_url) {
        return Err(refuse(
            states::foreign_form(),
            "the form came from another origin",
        ));
    }
    let malformed = |reason: &str| refuse(states::malformed_request(), reason);
    let body = form::read(headers, body, MAX_BODY)
        .await
        .map_err(|_| malformed("the form cannot be read"))?;
    let parameters = Parameters::parse(&body);
    let field = |name| {
        parameters
            .one(name)
            .map_err(|_| malformed("a field is there twice"))
    };
    let sealer = sealer(connector).await?;
    let request: ConsentRequest = field("request")?
        .and_then(|sealed| sealer.open(Purpose::Consent, sealed))
        .ok_or_else(|| malformed("the request of the form is not ours"))?;
    let attempt = &request.attempt;
    attempt.check(host, config, headers).map_err(|stale| {
        refuse(
            stale_page(stale),
            "the form is expired or another browser's",
        )
    })?;
    let asked = &attempt.asked;
    match field("decision")? {
        Some("cancel") => {
            let to =
                ClientError::DENIED.address(config, &asked.redirect_uri, asked.state.as_deref());
            return Ok(page::back_to_app(
                config,
                &asked.name,
                &to,
                Ended::Cancelled,
            ));
        }
        Some("authorize") => {}
        _ => return Err(malformed("no decision")),
    }
    let level = match field("level")? {
        // The page offers nothing else for such an address.
        Some("read" | "full") if asked.is_read_only() => Level::Read,
        Some("read") => Level::Read,
        Some("full") => Level::Full,
        _ => return Err(malformed("no level")),
    };
    let code = match &request.means {
        Means::Portal { access_token } => {
            mint(connector, &sealer, &request, access_token, level).await?
        }
        Means::PastedKey => {
            match pasted_key::check(connector, field("api_key")?).await {
                Ok(key) => seal_key(connector, &sealer, &request, &key, level).await?,
                // Nothing was used up: the same form may be sent again.
                Err(problem) => {
                    let sentence = problem.sentence();
                    let again = (problem.status, sentence.as_str());
                    return Ok(consent::ask_for_key_again(
                        connector, &sealer, &request, level, again,
                    ));
                }
            }
        }
    };
    let mut parameters = vec![("code", code.expose()), ("iss", &config.public_url)];
    parameters.extend(asked.state.as_deref().map(|state| ("state", state)));
    let to = redirect::with_parameters(&asked.redirect_uri, &parameters);
    let ended = match &request.means {
        Means::Portal { .. } => Ended::Minted,
        Means::PastedKey => Ended::Pasted,
    };
    Ok(page::back_to_app(config, &asked.name, &to, ended))
}

/// Mints the key and issues the code.
async fn mint<H: Host>(
    connector: &Connector<H>,
    sealer: &Sealer,
    request: &ConsentRequest,
    access_token: &Secret,
    level: Level,
) -> Result<Secret, Refusal> {
    let (host, config) = (&connector.host, &connector.config);
    let SignIn::Portal(portal) = &config.sign_in else {
        return Err(refuse(states::unexpected(), "there is no portal any more"));
    };
    let reservation = take(connector, request).await?;
    let asked = &request.attempt.asked;
    let key = match keys::mint(
        host,
        portal,
        access_token,
        &names::of_key(&asked.name),
        level,
    )
    .await
    {
        Ok(key) => key,
        Err(error) => {
            reservation.release(host).await;
            return Err(match error {
                MintError::LimitReached => refuse(
                    states::key_limit_reached(),
                    "the person has no room for a key",
                ),
                MintError::SignedOut => refuse(
                    states::expired_request(),
                    "the portal's access token has expired",
                ),
                MintError::Down(reason) => refuse(states::portal_down(), reason),
                MintError::Unexpected(reason) => refuse(states::unexpected(), reason),
            });
        }
    };
    let issued = Issued::Minted(&key);
    let issued = reservation
        .issue(host, sealer, &config.resource, asked, issued, scope(level))
        .await;
    match issued {
        Ok(code) => Ok(code),
        Err(error) => {
            // Nobody will ever fetch the key.
            if let Err(reason) = keys::revoke(connector, &key, &keys::WAITED_FOR).await {
                host.log(&format!(
                    "a key without a code could not be revoked: {reason}"
                ));
            }
            Err(error.into())
        }
    }
}

/// Seals the pasted key into a token and issues the code.
async fn seal_key<H: Host>(
    connector: &Connector<H>,
    sealer: &Sealer,
    request: &ConsentRequest,
    key: &ApiKey,
    level: Level,
) -> Result<Secret, Refusal> {
    let (host, config) = (&connector.host, &connector.config);
    let reservation = take(connector, request).await?;
    let asked = &request.attempt.asked;
    let token = access_token::issue(host, sealer, key, level, &config.resource, asked);
    let issued = Issued::Sealed(&token);
    Ok(reservation
        .issue(host, sealer, &config.resource, asked, issued, scope(level))
        .await?)
}

async fn take<H: Host>(
    connector: &Connector<H>,
    request: &ConsentRequest,
) -> Result<Reservation, Refusal> {
    reserve(&connector.host, &request.attempt.id)
        .await
        .map_err(|error| match error {
            NotReserved::AlreadyAnswered => {
                refuse(states::already_approved(), "the form was sent before")
            }
            NotReserved::Store(error) => error.into(),
        })
}

/// Whether the form was sent by our own page. Our pages ask for `no-referrer`, and then browsers say `Origin: null` even
/// to ourselves (Fetch Standard, section 3.1), so `null` alone is no reason to refuse; the cookie and the sealed request
/// are what a foreign page cannot have both of.
fn is_same_origin(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text("sec-fetch-site");
    let origin = text(header::ORIGIN.as_str());
    site.is_none_or(|site| site == "same-origin")
        && origin.is_none_or(|origin| origin == public_url || origin == "null")
}
