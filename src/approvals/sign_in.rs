//! Sign-in at the portal for a visit. The portal sends the browser back to the one redirect URI that is registered there,
//! so the `state` of a visit begins with a word of its own, and the router looks at that.

use super::visit::{Visit, check_browser, closed, question, switch_url};
use crate::access::approval::APPROVAL_PATH;
use crate::access::browser::Browser;
use crate::app::Context;
use crate::config::{Portal, SignIn};
use crate::event::Event;
use crate::host::{Host, Rng};
use crate::ledger::single_use::{ReservationError, reserve};
use crate::pages::reply::{FormAction, Refusal, html, redirect};
use crate::pages::{ApprovalPage, Content, Person, problems, texts};
use crate::sealing::root_secret::sealer;
use crate::sealing::seal::{Purpose, Sealer};
use crate::upstream::portal::fault::ProviderError;
use crate::upstream::portal::key_owner;
use crate::upstream::portal::oauth_error;
use crate::upstream::portal::sign_in::{SignInTransaction, SignedIn, check_issuer};
use crate::web::form::Parameters;
use crate::web::reply::Reply;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};

/// What the `state` of a visit begins with. Sealed text has no full stop.
const STATE_PREFIX: &str = "approve.";
/// The endpoint of the portal's error responses, in the log.
const ENDPOINT: &str = "authorization_endpoint";

/// Content of the `state` parameter for the portal, sealed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInVisit {
    browser: Browser,
    call: String,
    sign_in: SignInTransaction,
}

impl SignInVisit {
    pub(super) fn new(host: &impl Rng, browser: Browser, call: String) -> Self {
        Self {
            browser,
            call,
            sign_in: SignInTransaction::new(host),
        }
    }

    /// Sends the browser to the portal. With `sign_in_again` the portal asks even a person who is signed in.
    pub(super) async fn begin<H: Host>(
        &self,
        context: &Context<'_, H>,
        sealer: &Sealer,
        portal: &Portal,
        sign_in_again: bool,
    ) -> Result<Reply, Refusal> {
        let sealed = sealer.seal(context.host, Purpose::VisitSignIn, self);
        let state = format!("{STATE_PREFIX}{sealed}");
        let location = self
            .sign_in
            .location(context, portal, &state, sign_in_again);
        match location.await {
            Ok(location) => Ok(redirect(StatusCode::FOUND, &location)),
            Err(error) => Err(failed(context, &error)),
        }
    }
}

/// Whether the portal's answer belongs to a visit.
pub(crate) fn is_of_visit(query: &str) -> bool {
    let parameters = Parameters::parse(query.as_bytes());
    let state = parameters.all("state").next();
    state.is_some_and(|state| state.starts_with(STATE_PREFIX))
}

/// Answers `GET /connect/callback` for a visit: the portal's code is exchanged, and the portal says whether the person owns
/// the key of the question.
pub(crate) async fn callback<H: Host>(
    context: &Context<'_, H>,
    headers: &HeaderMap,
    query: &str,
) -> Result<Reply, Refusal> {
    let parameters = Parameters::parse(query.as_bytes());
    let sealer = sealer(context).await?;
    let state = parameters.one("state").ok().flatten().unwrap_or_default();
    let visit = state
        .strip_prefix(STATE_PREFIX)
        .and_then(|sealed| sealer.open::<SignInVisit>(Purpose::VisitSignIn, sealed))
        .ok_or_else(|| closed("the state was not sealed by this connector"))?;
    check_browser(context, &visit.browser, headers)?;
    let SignIn::Portal(portal) = &context.config.sign_in else {
        return Err(closed("this connector no longer has a portal"));
    };
    let issuers: Vec<&str> = parameters.all("iss").collect();
    check_issuer(context, portal, &issuers)
        .await
        .map_err(|error| failed(context, &error))?;
    if let Some(error) = parameters.all("error").next() {
        let description = parameters.all("error_description").next();
        oauth_error::log(context, ENDPOINT, error, description.unwrap_or_default());
        let cause = "the portal refused the sign-in";
        return Err(Refusal::new(problems::not_signed_in(), cause));
    }
    let Ok(Some(code)) = parameters.one("code") else {
        return Err(closed("the portal's answer has no code"));
    };
    let asked = question(context, &sealer, &visit.call).await?;
    // The portal accepts each of its codes once. A person who loads this address again starts again.
    match reserve(context.host, &format!("callback {}", visit.browser.id)).await {
        Ok(_) => {}
        Err(ReservationError::AlreadyUsed) => {
            let url = format!("{APPROVAL_PATH}?call={}", visit.call);
            return Ok(redirect(StatusCode::SEE_OTHER, &url));
        }
        Err(ReservationError::Store(error)) => return Err(error.into()),
    }
    let person = visit
        .sign_in
        .finish(context, portal, code)
        .await
        .map_err(|error| failed(context, &error))?;
    let key = asked.question.key.as_ref();
    let key = key.ok_or_else(|| closed("the question was asked before people signed in here"))?;
    let owns = key_owner::owns(context, portal, &person.access_token, &key.id).await;
    let owns = owns.map_err(|cause| {
        context.log(&Event::KeyListFailed { cause });
        let cause = "the portal does not list the keys of the person";
        Refusal::new(problems::owner_unknown(), cause)
    })?;
    if !owns {
        return Ok(other_person(context, &person, &visit.call));
    }
    let visit = Visit {
        browser: visit.browser,
        call: visit.call,
        person: Some((person.claims.name, person.claims.email)),
        nonce: None,
    };
    let url = visit.url(context, &sealer);
    Ok(redirect(StatusCode::SEE_OTHER, &url))
}

/// The page for a person whose key it is not. It tells nothing about the call.
fn other_person<H: Host>(context: &Context<'_, H>, person: &SignedIn, call: &str) -> Reply {
    let language = context.language;
    let page = ApprovalPage {
        t: texts::of(language),
        host: &context.config.public_authority,
        action: "",
        request: "",
        content: Content::OtherPerson {
            person: Person {
                name: &person.claims.name,
                email: &person.claims.email,
            },
            switch_url: Some(switch_url(call)),
        },
    };
    let reply = page.html();
    html(StatusCode::FORBIDDEN, language, reply, FormAction::Nowhere)
}

/// Logs a failed sign-in. Returns the page that tells the person.
fn failed<H: Host>(context: &Context<'_, H>, error: &ProviderError) -> Refusal {
    context.log(&Event::SignInFailed {
        cause: error.cause().to_owned(),
        fix: error.fix().map(str::to_owned),
    });
    let problem = match error {
        ProviderError::Down(_) => problems::portal_down(),
        _ => problems::not_signed_in(),
    };
    Refusal::new(problem, error.cause())
}
