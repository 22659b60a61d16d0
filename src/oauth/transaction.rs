//! Authorization transactions: an authorization request, bound to the browser that made it.
//!
//! A transaction is never stored. It travels sealed through the browser, first as the `state` of the sign-in at the
//! portal, then in the URL of the consent page and in its form. A cookie binds it to the browser (`access::browser`).
//! After the decision the cookie says what was decided.

use crate::access::browser::{Browser, cookie_name, set_cookie};
use crate::access::resource_url::Narrowing;
use crate::config::Config;
use crate::host::{Clock, Rng};
use crate::ledger::LIFETIME;
use crate::oauth::client::display_name::Imitation;
use crate::pages::problems;
use crate::pages::reply::Refusal;
use crate::web::cookie;
use http::HeaderMap;
use serde::{Deserialize, Serialize};

/// How many cookies carry a text at most. A request may have thousands of cookies, and the limits of an authorization
/// request need two.
const MAX_PARTS: usize = 4;

/// An authorization request (RFC 6749, section 4.1.1) that passed every check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AuthorizationRequest {
    /// SHA-256 of the client id, in hexadecimal.
    pub(super) client: String,
    /// Name of the client, as the pages show it.
    pub(super) name: String,
    /// Host of the client metadata document, if the client has one.
    pub(super) verified_domain: Option<String>,
    /// The name that the client chose to look like another one.
    #[serde(default)]
    pub(super) imitation: Option<Imitation>,
    /// Whether the client must authenticate with a key of that document to redeem the code.
    #[serde(default)]
    pub(super) proves_identity: bool,
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    /// The method is S256 (RFC 7636).
    pub(super) code_challenge: String,
    /// Narrowing of the resource that the request names (RFC 8707); `None` if it names none.
    pub(super) resource: Option<Narrowing>,
}

impl AuthorizationRequest {
    /// Whether the requested resource is a read-only one.
    pub(super) fn is_read_only(&self) -> bool {
        self.resource.is_some_and(Narrowing::is_read_only)
    }

    /// A request of a web app that names no resource.
    #[cfg(test)]
    pub(super) fn for_tests() -> Self {
        Self {
            client: "client".to_owned(),
            name: "App".to_owned(),
            verified_domain: None,
            imitation: None,
            proves_identity: false,
            redirect_uri: "https://app.example/cb".to_owned(),
            state: None,
            code_challenge: "x".repeat(43),
            resource: None,
        }
    }
}

/// A transaction, from `/authorize` to the decision of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Transaction {
    /// The ledger makes its id single-use.
    #[serde(flatten)]
    pub(super) browser: Browser,
    pub(super) authorization_request: AuthorizationRequest,
}

/// Why a transaction does not continue in this browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TransactionError {
    /// Older than [`LIFETIME`].
    Expired,
    /// The cookie is missing or belongs to another transaction.
    OtherBrowser,
    /// The person decided before.
    Decided(Decision),
}

/// What the person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    Authorized,
    Cancelled,
}

impl Decision {
    const ALL: [Self; 2] = [Self::Authorized, Self::Cancelled];

    /// Value of the transaction's cookie after the decision.
    fn cookie_value(self) -> &'static str {
        match self {
            Self::Authorized => "authorized",
            Self::Cancelled => "cancelled",
        }
    }

    /// The decision as the ledger has it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Authorized => "yes",
            Self::Cancelled => "no",
        }
    }

    /// The decision of [`Self::as_str`].
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|decision| decision.as_str() == text)
    }
}

impl From<TransactionError> for Refusal {
    fn from(error: TransactionError) -> Self {
        match error {
            TransactionError::Expired => {
                Self::new(problems::expired_request(), "the transaction has expired")
            }
            TransactionError::OtherBrowser => Self::new(
                problems::cookies_blocked(),
                "the cookie is missing or belongs to another browser",
            ),
            TransactionError::Decided(Decision::Authorized) => Self::new(
                problems::already_connected(),
                "the person authorized this request before",
            ),
            TransactionError::Decided(Decision::Cancelled) => Self::new(
                problems::already_cancelled(),
                "the person cancelled this request before",
            ),
        }
    }
}

impl Transaction {
    /// Starts a transaction. Returns it with the `Set-Cookie` value that binds it to the browser.
    pub(super) fn start<H: Rng + Clock>(
        host: &H,
        config: &Config,
        authorization_request: AuthorizationRequest,
    ) -> (Self, String) {
        let (browser, cookie) = Browser::bind(host, config);
        let transaction = Self {
            browser,
            authorization_request,
        };
        (transaction, cookie)
    }

    /// The `Set-Cookie` value that ends the transaction in its browser: the secret gives way to the decision. Pages that
    /// the browser still has, or opens again, then say what was decided. The single use of
    /// [`crate::ledger::single_use`] decides between forms that are sent at the same time.
    pub(super) fn decided_cookie(&self, config: &Config, decision: Decision) -> String {
        self.browser.cookie(config, decision.cookie_value())
    }

    /// The `Set-Cookie` values that delete what [`carrying_cookie`] set in this browser.
    pub(super) fn deleted_cookies(&self, config: &Config, headers: &HeaderMap) -> Vec<String> {
        (0..MAX_PARTS)
            .map(|number| carrying_cookie_name(config, &self.browser.id, number))
            .filter(|name| cookie::pairs(headers).any(|(key, _)| key == name))
            .map(|name| set_cookie(config, &name, "", 0))
            .collect()
    }

    /// Checks that the transaction has not expired, that the request comes from the browser that started it, and that
    /// its person has not decided yet.
    pub(super) fn check(
        &self,
        host: &impl Clock,
        config: &Config,
        headers: &HeaderMap,
    ) -> Result<(), TransactionError> {
        if self.browser.is_expired(host) {
            return Err(TransactionError::Expired);
        }
        if self.browser.is_of(config, headers) {
            return Ok(());
        }
        let values = self.browser.values(config, headers);
        let decided = Decision::ALL
            .into_iter()
            .find(|decision| values.contains(&decision.cookie_value()));
        Err(decided.map_or(TransactionError::OtherBrowser, TransactionError::Decided))
    }
}

/// The `Set-Cookie` value that keeps one part of a text in the browser of a transaction, which is known by its id.
pub(super) fn carrying_cookie(config: &Config, id: &str, number: usize, part: &str) -> String {
    set_cookie(
        config,
        &carrying_cookie_name(config, id, number),
        part,
        LIFETIME,
    )
}

/// The text whose parts [`carrying_cookie`] keeps.
pub(super) fn carried(config: &Config, id: &str, headers: &HeaderMap) -> String {
    let part = |number: usize| {
        let name = carrying_cookie_name(config, id, number);
        cookie::pairs(headers).find(|(key, _)| *key == name)
    };
    let parts = (0..MAX_PARTS).map_while(part);
    parts.map(|(_, value)| value).collect()
}

fn carrying_cookie_name(config: &Config, id: &str, number: usize) -> String {
    format!("{}-{number}", cookie_name(config, id))
}

#[cfg(test)]
mod tests;
