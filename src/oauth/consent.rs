//! The consent page and its form. It is shown for every attempt: nothing is remembered, neither for a client nor for a
//! person (GHSA-c2jp-c369-7pvx, GHSA-6x8h-498w-gv8c).

use super::attempt::{Attempt, LIFETIME};
use super::decision::Means;
use super::seal::{Purpose, Sealer};
use super::{names, page, redirect};
use crate::Connector;
use crate::host::Host;
use crate::pages::{ConsentPage, Level, Person};
use crate::portal::sign_in::SignedIn;
use crate::reply::Reply;
use http::StatusCode;
use serde::{Deserialize, Serialize};

/// Where the form goes when the person signed in at the portal.
pub const CONSENT_PATH: &str = "/connect/consent";
/// Where the form goes when it carries a key.
pub const SIGN_IN_PATH: &str = "/connect/sign-in";
/// Where "Not you?" leads.
pub const SWITCH_PATH: &str = "/connect/switch";

/// The hidden field of the form, sealed.
#[derive(Serialize, Deserialize)]
pub(super) struct ConsentRequest {
    pub(super) attempt: Attempt,
    pub(super) means: Means,
}

/// The page for a person who signed in at the portal.
pub(super) fn ask<H: Host>(
    connector: &Connector<H>,
    sealer: &Sealer,
    attempt: Attempt,
    person: SignedIn,
) -> Reply {
    let sealed = sealer.seal(&connector.host, Purpose::Switch, &attempt);
    let switch_url = format!("{SWITCH_PATH}?request={sealed}");
    let request = ConsentRequest {
        attempt,
        means: Means::Portal {
            access_token: person.access_token,
        },
    };
    let shown = Shown {
        person: Some(Person {
            name: &person.name,
            email: &person.email,
        }),
        switch_url: Some(&switch_url),
        credits: person.credits,
        selected: Level::Read,
        problem: None,
    };
    shown.page(connector, sealer, &request)
}

/// The page that asks for a key.
pub(super) fn ask_for_key<H: Host>(
    connector: &Connector<H>,
    sealer: &Sealer,
    attempt: Attempt,
) -> Reply {
    let request = ConsentRequest {
        attempt,
        means: Means::PastedKey,
    };
    Shown::default().page(connector, sealer, &request)
}

/// The page that asks for a key, again.
pub(super) fn ask_for_key_again<H: Host>(
    connector: &Connector<H>,
    sealer: &Sealer,
    request: &ConsentRequest,
    selected: Level,
    problem: (StatusCode, &str),
) -> Reply {
    let shown = Shown {
        selected,
        problem: Some(problem),
        ..Shown::default()
    };
    shown.page(connector, sealer, request)
}

/// What differs from one showing to another.
#[derive(Default)]
struct Shown<'a> {
    person: Option<Person<'a>>,
    switch_url: Option<&'a str>,
    credits: Option<i64>,
    selected: Level,
    problem: Option<(StatusCode, &'a str)>,
}

impl Shown<'_> {
    fn page<H: Host>(
        &self,
        connector: &Connector<H>,
        sealer: &Sealer,
        request: &ConsentRequest,
    ) -> Reply {
        let asked = &request.attempt.asked;
        let asks_for_key = matches!(request.means, Means::PastedKey);
        let sealed = sealer.seal(&connector.host, Purpose::Consent, request);
        let page = ConsentPage {
            host: &connector.config.public_authority,
            client_name: &asked.name,
            verified_domain: asked.verified_domain.as_deref(),
            person: self.person,
            switch_url: self.switch_url,
            credits: self.credits,
            destination: redirect::destination(&asked.redirect_uri),
            redirect_uri: &asked.redirect_uri,
            key_name: &names::of_key(&asked.name),
            action: if asks_for_key {
                SIGN_IN_PATH
            } else {
                CONSENT_PATH
            },
            request: &sealed,
            asks_for_key,
            error: self.problem.map(|(_, sentence)| sentence),
            selected: self.selected,
            read_only: asked.is_read_only(),
        };
        let status = self.problem.map_or(StatusCode::OK, |(status, _)| status);
        let form_action = format!("'self' {}", redirect::csp_source(&asked.redirect_uri));
        page::html(status, page.html(), &form_action)
    }
}

// The cookie, the form and the page's own words all speak of ten minutes.
const _: () = assert!(LIFETIME == 600);
