//! The consent page. It is shown for every transaction: no decision is remembered for a client or a person
//! (GHSA-c2jp-c369-7pvx, GHSA-6x8h-498w-gv8c).
//!
//! What the page needs travels sealed in its URL, so a browser can load it again, and a `GET` changes nothing.

use super::error::AuthorizationError;
use super::hand_over::back_to_app;
use super::{kept, replacement};
use crate::access::level::AccessLevel;
use crate::access::resource_url::Narrowing;
use crate::app::Context;
use crate::event::Event;
use crate::host::Host;
use crate::ledger::LIFETIME;
use crate::oauth::client::{display_name, redirect_uri};
use crate::oauth::transaction::Transaction;
use crate::pages::reply::{FormAction, Refusal, redirect};
use crate::pages::{
    Completion, ConsentPage, Destination, Person, Problem, Replacement, problems, reply, texts,
};
use crate::sealing::root_secret::sealer;
use crate::sealing::seal::{Purpose, Sealer, sealed_text};
use crate::secret::Secret;
use crate::upstream::portal::sign_in::SignedIn;
use crate::web::form::Parameters;
use crate::web::reply::Reply;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};

/// Path of the page, and target of its form, if the person signed in at the portal.
pub(crate) const CONSENT_PATH: &str = "/connect/consent";
/// The same if the page has a field for a key.
pub(crate) const SIGN_IN_PATH: &str = "/connect/sign-in";
/// Target of the "Not you?" link.
pub(crate) const SWITCH_PATH: &str = "/connect/switch";

/// The longest URL of the page, in bytes. Front ends such as nginx accept a request line of 8 KiB. An access token and an
/// ID token of 4 KiB together lead to about 6.3 KiB.
const MAX_URL: usize = 7 * 1024;
/// The longest sealed request that the page takes, in bytes. The form of 64 KiB has the keys to replace, too, which take
/// about 5 KiB.
pub(super) const MAX_REQUEST: usize = 56 * 1024;

/// Content of the page's URL and of the hidden field of its form, sealed.
#[derive(Serialize, Deserialize)]
pub(super) struct ConsentRequest {
    pub(super) transaction: Transaction,
    pub(super) key_source: KeySource,
}

/// Where the key comes from if the person approves.
#[derive(Serialize, Deserialize)]
pub(super) enum KeySource {
    /// The portal mints one for the person who signed in.
    Portal {
        name: String,
        email: String,
        credits: Option<i64>,
        #[serde(with = "sealed_text")]
        access_token: Secret,
        #[serde(with = "sealed_text")]
        id_token: Secret,
    },
    /// The person pastes one.
    PastedKey,
}

impl From<SignedIn> for KeySource {
    fn from(person: SignedIn) -> Self {
        Self::Portal {
            name: person.claims.name,
            email: person.claims.email,
            credits: person.claims.credits,
            access_token: person.access_token,
            id_token: person.id_token,
        }
    }
}

/// Sends the browser to the page. If the URL were too long, the reply is the page itself, and loading it again leads
/// through the portal, or begins again if the person pastes a key. A request that its form could not carry ends in the
/// app.
pub(super) async fn to_page<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    transaction: Transaction,
    key_source: KeySource,
) -> Reply {
    let request = ConsentRequest {
        transaction,
        key_source,
    };
    let sealed = sealer.seal(context.host, Purpose::Consent, &request);
    if sealed.len() > MAX_REQUEST {
        context.log(&Event::SignInFailed {
            cause: format!(
                "the form of the consent page would have {} bytes, because the portal's tokens or the app's state are too long",
                sealed.len()
            ),
            fix: Some("Let the portal issue tokens of at most 40 KiB together.".to_owned()),
        });
        let request = &request.transaction.authorization_request;
        let location = AuthorizationError::MISCONFIGURED.location_for(context.config, request);
        return back_to_app(context, request, &location, Completion::Failed);
    }
    let url = format!("{}?request={sealed}", request.path());
    if url.len() > MAX_URL {
        return request.page(context, sealer, &sealed, None).await;
    }
    redirect(StatusCode::SEE_OTHER, &url)
}

/// Answers `GET /connect/consent` and `GET /connect/sign-in`.
pub(crate) async fn show<H: Host>(
    context: &Context<'_, H>,
    headers: &HeaderMap,
    query: &str,
) -> Result<Reply, Refusal> {
    kept::check(context, headers).await?;
    let sealer = sealer(context).await?;
    let parameters = Parameters::parse(query.as_bytes());
    let sealed = parameters.one("request").ok().flatten().unwrap_or_default();
    let request = ConsentRequest::open(&sealer, sealed)?;
    request
        .transaction
        .check(context.host, context.config, headers)?;
    Ok(request.page(context, &sealer, sealed, None).await)
}

/// The page again with the reason why the pasted key was not accepted.
pub(super) async fn page_again<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    request: &ConsentRequest,
    selected: AccessLevel,
    problem: &Problem,
) -> Reply {
    let sealed = sealer.seal(context.host, Purpose::Consent, request);
    let failed = Some((problem, selected));
    request.page(context, sealer, &sealed, failed).await
}

impl ConsentRequest {
    /// Opens what [`to_page`] sealed.
    pub(super) fn open(sealer: &Sealer, sealed: &str) -> Result<Self, Refusal> {
        sealer.open(Purpose::Consent, sealed).ok_or_else(|| {
            Refusal::new(
                problems::malformed_request(),
                "the request of the page was not sealed by this connector",
            )
        })
    }

    fn path(&self) -> &'static str {
        match self.key_source {
            KeySource::Portal { .. } => CONSENT_PATH,
            KeySource::PastedKey => SIGN_IN_PATH,
        }
    }

    /// The page. `sealed` is this request. After an attempt that failed, the page has its problem and its level.
    async fn page<H: Host>(
        &self,
        context: &Context<'_, H>,
        sealer: &Sealer,
        sealed: &str,
        failed: Option<(&Problem, AccessLevel)>,
    ) -> Reply {
        let authorization_request = &self.transaction.authorization_request;
        let (person, credits, switch_url, older_keys) = match &self.key_source {
            KeySource::Portal {
                name,
                email,
                credits,
                access_token,
                ..
            } => {
                let sealed = sealer.seal(context.host, Purpose::Switch, &self.transaction);
                let switch_url = format!("{SWITCH_PATH}?request={sealed}");
                let older_keys = replacement::candidates(context, &self.transaction, access_token);
                let person = Some(Person { name, email });
                (person, *credits, Some(switch_url), older_keys.await)
            }
            KeySource::PastedKey => (None, None, None, Vec::new()),
        };
        let offer = replacement::offer(context, sealer, &self.transaction, &older_keys);
        let replacement = offer.as_deref().map(|offer| Replacement {
            keys: &older_keys,
            offer,
            // Several narrowed connections of one app are usually meant to exist side by side.
            is_preselected: authorization_request.resource.unwrap_or_default()
                == Narrowing::default(),
        });
        let language = context.language;
        let error = failed.map(|(problem, _)| problem.sentence(language));
        let destination = redirect_uri::destination(&authorization_request.redirect_uri);
        let page = ConsentPage {
            t: texts::of(language),
            host: &context.config.public_authority,
            client_name: &authorization_request.name,
            verified_domain: authorization_request.verified_domain.as_deref(),
            proves_identity: authorization_request.proves_identity,
            imitation: authorization_request
                .imitation
                .as_ref()
                .map(|imitation| (imitation.claimed.as_str(), imitation.brand.as_deref())),
            person,
            switch_url: switch_url.as_deref(),
            credits,
            destination,
            site_is_known: matches!(destination, Destination::Web { host } if display_name::is_known_site(host)),
            redirect_uri: &authorization_request.redirect_uri,
            key_name: &display_name::of_key(&authorization_request.name),
            action: self.path(),
            request: sealed,
            asks_for_key: matches!(self.key_source, KeySource::PastedKey),
            replacement,
            error: error.as_deref(),
            selected: failed.map_or_else(AccessLevel::default, |(_, selected)| selected),
            read_only: authorization_request.is_read_only(),
            links: context.config.links.clone(),
        };
        let status = failed.map_or(StatusCode::OK, |(problem, _)| problem.status.code());
        reply::html(status, language, page.html(), FormAction::Own)
    }
}

// The texts of the pages say ten minutes.
const _: () = assert!(LIFETIME == 600);
