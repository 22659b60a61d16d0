//! The problems of the authorization flow: which text a person reads ([`super::texts`]), and the status of the reply.
//!
//! The texts say what happened and what to do, in words for people who do not know OAuth, and say that no credits were
//! spent where a person may worry about that. They never repeat a value from the request: a link must not be able to
//! put text on our page.

use super::error::ErrorPage;
use super::phrase::plain;
use super::texts::{self, ProblemTable, ProblemTexts};
use crate::web::language::Language;
use crate::web::status::ErrorStatus;

/// What an [`ErrorPage`] says, and the HTTP status of the reply.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) status: ErrorStatus,
    /// Seconds for a `Retry-After` header.
    pub(super) retry_after: Option<u32>,
    texts: fn(&ProblemTable) -> &ProblemTexts,
    /// Takes the place of `{value}` in the texts.
    value: String,
}

impl Problem {
    /// The English title, for the log.
    pub(super) fn title(&self) -> &'static str {
        self.texts_in(Language::English).title
    }

    pub(crate) fn page<'a>(
        &self,
        language: Language,
        host: &'a str,
        request_id: &'a str,
    ) -> ErrorPage<'a> {
        let texts = self.texts_in(language);
        ErrorPage {
            t: texts::of(language),
            host,
            title: texts.title,
            what_happened: self.filled(texts.what_happened),
            what_to_do: self.filled(texts.what_to_do),
            request_id,
        }
    }

    /// What happened and what to do in one text, for [`ConsentPage::error`](super::ConsentPage::error).
    pub(crate) fn sentence(&self, language: Language) -> String {
        let texts = self.texts_in(language);
        let parts = [texts.what_happened, texts.what_to_do];
        parts.map(|text| self.filled(text)).join(" ")
    }

    fn texts_in(&self, language: Language) -> &'static ProblemTexts {
        (self.texts)(&texts::of(language).problems)
    }

    fn filled(&self, text: &str) -> String {
        plain(text, &[("value", &self.value)])
    }

    fn retry_after(self, seconds: u32) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }

    fn with_value(self, value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            ..self
        }
    }
}

fn problem(status: ErrorStatus, texts: fn(&ProblemTable) -> &ProblemTexts) -> Problem {
    Problem {
        status,
        retry_after: None,
        texts,
        value: String::new(),
    }
}

/// The transaction is older than ten minutes.
pub(crate) fn expired_request() -> Problem {
    problem(ErrorStatus::BAD_REQUEST, |all| &all.expired_request)
}

/// `client_id` is malformed, not signed by this connector, or the URL of a document that is never fetched.
pub(crate) fn unknown_client() -> Problem {
    problem(ErrorStatus::BAD_REQUEST, |all| &all.unknown_client)
}

/// The host of the client's metadata document did not answer, or not with a document.
pub(crate) fn client_document_unavailable() -> Problem {
    problem(ErrorStatus::BAD_REQUEST, |all| {
        &all.client_document_unavailable
    })
}

/// The client's metadata document does not describe a client that can connect.
pub(crate) fn client_document_invalid() -> Problem {
    problem(ErrorStatus::BAD_REQUEST, |all| &all.client_document_invalid)
}

/// The platform does not let the connector call the host of the client's metadata document.
pub(crate) fn client_document_forbidden() -> Problem {
    problem(ErrorStatus::SERVICE_UNAVAILABLE, |all| {
        &all.client_document_forbidden
    })
}

/// `redirect_uri` is missing or not registered.
pub(crate) fn unregistered_destination() -> Problem {
    problem(ErrorStatus::BAD_REQUEST, |all| {
        &all.unregistered_destination
    })
}

/// The private-use scheme of `redirect_uri` is neither that of a well-known app nor in `custom_redirect_schemes`.
pub(crate) fn app_link_not_enabled() -> Problem {
    problem(ErrorStatus::BAD_REQUEST, |all| &all.app_link_not_enabled)
}

/// A parameter is missing, malformed or repeated, and there is no redirect URI to report it to.
pub(crate) fn malformed_request() -> Problem {
    problem(ErrorStatus::BAD_REQUEST, |all| &all.malformed_request)
}

/// The portal did not answer or answered with an error. If keys are pasted, this is about the API.
pub(crate) fn portal_down() -> Problem {
    problem(ErrorStatus::SERVICE_UNAVAILABLE, |all| &all.portal_down).retry_after(60)
}

/// The portal refused to create another key (`KEY_LIMIT_REACHED`).
pub(crate) fn key_limit_reached() -> Problem {
    problem(ErrorStatus::CONFLICT, |all| &all.key_limit_reached)
}

/// The person authorized this request before: a second click, another tab, or a page that they went back to.
pub(crate) fn already_connected() -> Problem {
    problem(ErrorStatus::CONFLICT, |all| &all.already_connected)
}

/// The person cancelled this request before.
pub(crate) fn already_cancelled() -> Problem {
    problem(ErrorStatus::CONFLICT, |all| &all.already_cancelled)
}

/// The cookie that binds the transaction to the browser is missing or belongs to another transaction.
pub(crate) fn cookies_blocked() -> Problem {
    problem(ErrorStatus::BAD_REQUEST, |all| &all.cookies_blocked)
}

/// The form was sent from a page of another site (`Origin`, `Sec-Fetch-Site`).
pub(crate) fn foreign_form() -> Problem {
    problem(ErrorStatus::FORBIDDEN, |all| &all.foreign_form)
}

/// The question about a call does not exist, or can no longer be answered.
pub(crate) fn question_closed() -> Problem {
    problem(ErrorStatus::NOT_FOUND, |all| &all.question_closed)
}

/// The pasted text is not the key of the call.
pub(crate) fn other_key() -> Problem {
    problem(ErrorStatus::UNPROCESSABLE_ENTITY, |all| &all.other_key)
}

/// The portal does not list the keys of the person.
pub(crate) fn owner_unknown() -> Problem {
    problem(ErrorStatus::SERVICE_UNAVAILABLE, |all| &all.owner_unknown).retry_after(60)
}

/// The portal refused the sign-in of a person who was asked to approve a call, or the person cancelled it.
pub(crate) fn not_signed_in() -> Problem {
    problem(ErrorStatus::FORBIDDEN, |all| &all.not_signed_in)
}

/// The store has lost what an earlier request of this sign-in wrote.
pub(crate) fn store_forgets() -> Problem {
    problem(ErrorStatus::SERVICE_UNAVAILABLE, |all| &all.store_forgets)
}

/// The key-value store failed.
pub(crate) fn store_down() -> Problem {
    problem(ErrorStatus::SERVICE_UNAVAILABLE, |all| &all.store_down).retry_after(60)
}

/// Too many requests from the same network; `seconds` until the next one is accepted.
pub(crate) fn too_many_requests(seconds: u32) -> Problem {
    let status = ErrorStatus::TOO_MANY_REQUESTS;
    let problem = match seconds.div_ceil(60) {
        0 | 1 => problem(status, |all| &all.too_many_requests),
        minutes => {
            problem(status, |all| &all.too_many_requests_for_long).with_value(minutes.to_string())
        }
    };
    problem.retry_after(seconds)
}

/// The pasted text is not a key, or the API does not accept the key (`sign_in = "api-key"`).
pub(crate) fn wrong_key() -> Problem {
    problem(ErrorStatus::UNPROCESSABLE_ENTITY, |all| &all.wrong_key)
}

/// A defect of the connector, or a configuration that changed during the sign-in.
pub(crate) fn unexpected() -> Problem {
    problem(ErrorStatus::INTERNAL_SERVER_ERROR, |all| &all.unexpected)
}

#[cfg(test)]
mod tests;
