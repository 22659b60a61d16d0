//! The consent page and the hidden field of its form. The page is shown for every transaction: no decision is
//! remembered for a client or a person (GHSA-c2jp-c369-7pvx, GHSA-6x8h-498w-gv8c).

use crate::access::level::AccessLevel;
use crate::app::Context;
use crate::host::Host;
use crate::ledger::LIFETIME;
use crate::oauth::client::{display_name, redirect_uri};
use crate::oauth::transaction::Transaction;
use crate::pages::{ConsentPage, Person, Problem, reply, texts};
use crate::sealing::seal::{Purpose, Sealer, sealed_text};
use crate::secret::Secret;
use crate::upstream::portal::sign_in::SignedIn;
use crate::web::reply::Reply;
use http::StatusCode;
use serde::{Deserialize, Serialize};

/// Target of the form if the person signed in at the portal.
pub(crate) const CONSENT_PATH: &str = "/connect/consent";
/// Target of the form if it has a field for a key.
pub(crate) const SIGN_IN_PATH: &str = "/connect/sign-in";
/// Target of the "Not you?" link.
pub(crate) const SWITCH_PATH: &str = "/connect/switch";

/// Content of the hidden field of the form, sealed.
#[derive(Serialize, Deserialize)]
pub(super) struct ConsentRequest {
    pub(super) transaction: Transaction,
    pub(super) key_source: KeySource,
}

/// Where the key comes from if the person approves.
#[derive(Serialize, Deserialize)]
pub(super) enum KeySource {
    /// The portal mints one; this is its access token for the person.
    Portal {
        #[serde(with = "sealed_text")]
        access_token: Secret,
    },
    /// The person pastes one.
    PastedKey,
}

/// The consent page for a person who signed in at the portal.
pub(super) fn consent_page<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    transaction: Transaction,
    person: SignedIn,
) -> Reply {
    let sealed = sealer.seal(context.host, Purpose::Switch, &transaction);
    let switch_url = format!("{SWITCH_PATH}?request={sealed}");
    let request = ConsentRequest {
        transaction,
        key_source: KeySource::Portal {
            access_token: person.access_token,
        },
    };
    let state = PageState {
        person: Some(Person {
            name: &person.name,
            email: &person.email,
        }),
        switch_url: Some(&switch_url),
        credits: person.credits,
        ..PageState::default()
    };
    state.reply(context, sealer, &request)
}

/// The consent page with a field for a key.
pub(super) fn key_page<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    transaction: Transaction,
) -> Reply {
    let request = ConsentRequest {
        transaction,
        key_source: KeySource::PastedKey,
    };
    PageState::default().reply(context, sealer, &request)
}

/// The page of [`key_page`] again, with the reason why the pasted key was not accepted.
pub(super) fn key_page_again<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    request: &ConsentRequest,
    selected: AccessLevel,
    problem: &Problem,
) -> Reply {
    let state = PageState {
        selected,
        problem: Some(problem),
        ..PageState::default()
    };
    state.reply(context, sealer, request)
}

/// What differs between the three pages.
#[derive(Default)]
struct PageState<'a> {
    person: Option<Person<'a>>,
    switch_url: Option<&'a str>,
    credits: Option<i64>,
    selected: AccessLevel,
    problem: Option<&'a Problem>,
}

impl PageState<'_> {
    fn reply<H: Host>(
        &self,
        context: &Context<'_, H>,
        sealer: &Sealer,
        request: &ConsentRequest,
    ) -> Reply {
        let authorization_request = &request.transaction.authorization_request;
        let asks_for_key = matches!(request.key_source, KeySource::PastedKey);
        let sealed = sealer.seal(context.host, Purpose::Consent, request);
        let language = context.language;
        let error = self.problem.map(|problem| problem.sentence(language));
        let page = ConsentPage {
            t: texts::of(language),
            host: &context.config.public_authority,
            client_name: &authorization_request.name,
            verified_domain: authorization_request.verified_domain.as_deref(),
            proves_identity: authorization_request.proves_identity,
            person: self.person,
            switch_url: self.switch_url,
            credits: self.credits,
            destination: redirect_uri::destination(&authorization_request.redirect_uri),
            redirect_uri: &authorization_request.redirect_uri,
            key_name: &display_name::of_key(&authorization_request.name),
            action: if asks_for_key {
                SIGN_IN_PATH
            } else {
                CONSENT_PATH
            },
            request: &sealed,
            asks_for_key,
            error: error.as_deref(),
            selected: self.selected,
            read_only: authorization_request.is_read_only(),
        };
        let status = self
            .problem
            .map_or(StatusCode::OK, |problem| problem.status.code());
        let csp_source = redirect_uri::csp_source(&authorization_request.redirect_uri);
        let form_action = format!("'self' {csp_source}");
        reply::html(status, language, page.html(), &form_action)
    }
}

// The texts of the pages say ten minutes.
const _: () = assert!(LIFETIME == 600);
