//! The consent page and its form. The page is shown for every transaction: no decision is remembered, neither for a client
//! nor for a person (GHSA-c2jp-c369-7pvx, GHSA-6x8h-498w-gv8c).

use crate::access::level::AccessLevel;
use crate::app::Context;
use crate::host::Host;
use crate::ledger::LIFETIME;
use crate::oauth::client::{display_name, redirect_uri};
use crate::oauth::transaction::Transaction;
use crate::pages::reply;
use crate::pages::{ConsentPage, Person, Problem};
use crate::sealing::seal::{Purpose, Sealer, sealed_text};
use crate::secret::Secret;
use crate::upstream::portal::sign_in::SignedIn;
use crate::web::reply::Reply;
use http::StatusCode;
use serde::{Deserialize, Serialize};

/// Where the form is sent when the person signed in at the portal.
pub(crate) const CONSENT_PATH: &str = "/connect/consent";
/// Where the form is sent when it carries a key.
pub(crate) const SIGN_IN_PATH: &str = "/connect/sign-in";
/// Where "Not you?" leads.
pub(crate) const SWITCH_PATH: &str = "/connect/switch";

/// The hidden field of the form, sealed.
#[derive(Serialize, Deserialize)]
pub(super) struct ConsentRequest {
    pub(super) transaction: Transaction,
    pub(super) key_source: KeySource,
}

/// Where the key comes from when the person approves.
#[derive(Serialize, Deserialize)]
pub(super) enum KeySource {
    /// The portal mints one for the person who holds this access token.
    Portal {
        #[serde(with = "sealed_text")]
        access_token: Secret,
    },
    /// The person pastes one.
    PastedKey,
}

/// The page for a person who signed in at the portal.
pub(super) fn ask<H: Host>(
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
    let view = View {
        person: Some(Person {
            name: &person.name,
            email: &person.email,
        }),
        switch_url: Some(&switch_url),
        credits: person.credits,
        ..View::default()
    };
    view.reply(context, sealer, &request)
}

/// The page that asks for a key.
pub(super) fn ask_for_key<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    transaction: Transaction,
) -> Reply {
    let request = ConsentRequest {
        transaction,
        key_source: KeySource::PastedKey,
    };
    View::default().reply(context, sealer, &request)
}

/// The page that asks for a key once more, because the first one does not work.
pub(super) fn ask_for_key_again<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    request: &ConsentRequest,
    selected: AccessLevel,
    problem: &Problem,
) -> Reply {
    let view = View {
        selected,
        problem: Some(problem),
        ..View::default()
    };
    view.reply(context, sealer, request)
}

/// What differs between the three pages.
#[derive(Default)]
struct View<'a> {
    person: Option<Person<'a>>,
    switch_url: Option<&'a str>,
    credits: Option<i64>,
    selected: AccessLevel,
    problem: Option<&'a Problem>,
}

impl View<'_> {
    fn reply<H: Host>(
        &self,
        context: &Context<'_, H>,
        sealer: &Sealer,
        request: &ConsentRequest,
    ) -> Reply {
        let authorization = &request.transaction.authorization_request;
        let asks_for_key = matches!(request.key_source, KeySource::PastedKey);
        let sealed = sealer.seal(context.host, Purpose::Consent, request);
        let error = self.problem.map(Problem::sentence);
        let page = ConsentPage {
            host: &context.config.public_authority,
            client_name: &authorization.name,
            verified_domain: authorization.verified_domain.as_deref(),
            person: self.person,
            switch_url: self.switch_url,
            credits: self.credits,
            destination: redirect_uri::destination(&authorization.redirect_uri),
            redirect_uri: &authorization.redirect_uri,
            key_name: &display_name::of_key(&authorization.name),
            action: if asks_for_key {
                SIGN_IN_PATH
            } else {
                CONSENT_PATH
            },
            request: &sealed,
            asks_for_key,
            error: error.as_deref(),
            selected: self.selected,
            read_only: authorization.is_read_only(),
        };
        let status = self
            .problem
            .map_or(StatusCode::OK, |problem| problem.status.code());
        let csp_source = redirect_uri::csp_source(&authorization.redirect_uri);
        reply::html(status, page.html(), &format!("'self' {csp_source}"))
    }
}

// The texts of the pages speak of ten minutes.
const _: () = assert!(LIFETIME == 600);
