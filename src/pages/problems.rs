//! The problems of the authorization flow, with the texts that a person reads.
//!
//! The texts say what happened and what to do, in words for people who do not know OAuth, and say that no credits were
//! spent where a person may worry about that. They never repeat a value from the request: a link must not be able to
//! put text on our page.

use super::error::ErrorPage;
use crate::web::status::ErrorStatus;
use std::borrow::Cow;

/// The texts of an [`ErrorPage`], and the HTTP status of the reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: ErrorStatus,
    /// Seconds for a `Retry-After` header.
    pub(super) retry_after: Option<u32>,
    /// Heading and title.
    pub(super) title: &'static str,
    /// One or two sentences.
    pub(super) what_happened: Cow<'static, str>,
    /// One or two sentences that begin with what to do.
    pub(super) what_to_do: Cow<'static, str>,
}

impl Problem {
    pub(crate) fn page<'a>(&'a self, host: &'a str, request_id: &'a str) -> ErrorPage<'a> {
        ErrorPage {
            host,
            title: self.title,
            what_happened: &self.what_happened,
            what_to_do: &self.what_to_do,
            request_id,
        }
    }

    /// Both texts in one, for [`ConsentPage::error`](super::ConsentPage::error).
    pub(crate) fn sentence(&self) -> String {
        format!("{} {}", self.what_happened, self.what_to_do)
    }

    fn retry_after(self, seconds: u32) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }
}

fn problem(
    status: ErrorStatus,
    title: &'static str,
    what_happened: impl Into<Cow<'static, str>>,
    what_to_do: impl Into<Cow<'static, str>>,
) -> Problem {
    Problem {
        status,
        retry_after: None,
        title,
        what_happened: what_happened.into(),
        what_to_do: what_to_do.into(),
    }
}

/// The transaction is older than ten minutes, or the portal's access token has expired.
pub(crate) fn expired_request() -> Problem {
    problem(
        ErrorStatus::BAD_REQUEST,
        "This sign-in has expired",
        "This sign-in was started more than 10 minutes ago.",
        "Go back to your app and connect again.",
    )
}

/// `client_id` is malformed, not signed by this connector, or the URL of a document that is not accepted.
pub(crate) fn unknown_client() -> Problem {
    problem(
        ErrorStatus::BAD_REQUEST,
        "We do not know this app",
        "The app that sent you here is not registered with this connector, or its registration is no longer valid.",
        "Go back to your app, remove the TokPortal connection and add it again.",
    )
}

/// `redirect_uri` is missing, not registered, or not usable.
pub(crate) fn unregistered_destination() -> Problem {
    problem(
        ErrorStatus::BAD_REQUEST,
        "We stopped this sign-in",
        "The address you would be sent to is not one that this app registered with us. Someone may be trying to get \
         into your account.",
        "Close this page. If you started this yourself, remove the TokPortal connection from your app and add it again.",
    )
}

/// A parameter is missing, malformed or repeated, and there is no redirect URI to report it to.
pub(crate) fn malformed_request() -> Problem {
    problem(
        ErrorStatus::BAD_REQUEST,
        "This link is incomplete",
        "Part of the address that brought you here is missing or was changed on the way.",
        "Go back to your app and connect again.",
    )
}

/// The portal did not answer or answered with an error. If keys are pasted, this is about the API.
pub(crate) fn portal_down() -> Problem {
    problem(
        ErrorStatus::SERVICE_UNAVAILABLE,
        "TokPortal is not responding",
        "TokPortal could not be reached, so nothing was connected. No credits were spent.",
        "Wait a minute, then go back to your app and connect again.",
    )
    .retry_after(60)
}

/// The portal refused to create another key (`KEY_LIMIT_REACHED`).
pub(crate) fn key_limit_reached() -> Problem {
    problem(
        ErrorStatus::CONFLICT,
        "You have reached the API key limit",
        "Each connected app has its own API key, and your account cannot have more keys. Nothing was connected.",
        "Revoke a key that you no longer use under Developer › API keys in TokPortal. Then go back to your app and \
         connect again.",
    )
}

/// The consent form was sent a second time, for example by a second click.
pub(crate) fn already_approved() -> Problem {
    problem(
        ErrorStatus::CONFLICT,
        "You have already answered",
        "This request was answered a moment ago, perhaps in another tab. Nothing was done a second time.",
        "Close this page and go back to your app. If it is not connected, connect again from there.",
    )
}

/// The portal's answer arrived a second time: the person went back or loaded the page again.
pub(crate) fn back_after_approval() -> Problem {
    problem(
        ErrorStatus::CONFLICT,
        "This page is no longer in use",
        "This sign-in is already finished. Your decision has not changed.",
        "Close this page and go back to your app. To change your decision, connect again from there.",
    )
}

/// The cookie that binds the transaction to the browser is missing or belongs to another transaction.
pub(crate) fn cookies_blocked() -> Problem {
    problem(
        ErrorStatus::BAD_REQUEST,
        "We cannot confirm that this is you",
        "Your browser did not send the cookie of this sign-in. Cookies are blocked, or the sign-in was started in \
         another browser.",
        "Allow cookies for this site, then go back to your app and connect again in this browser. The cookie \
         expires after 10 minutes.",
    )
}

/// The form was sent from a page of another site (`Origin`, `Sec-Fetch-Site`).
pub(crate) fn foreign_form() -> Problem {
    problem(
        ErrorStatus::FORBIDDEN,
        "We stopped this request",
        "The request came from another website, not from this page. Nothing was connected.",
        "Close this page. If you meant to connect an app, connect again from the app.",
    )
}

/// A configuration variable is missing or wrong. `variable` is its name; the page never shows the value.
pub(crate) fn wrong_configuration(variable: &str) -> Problem {
    problem(
        ErrorStatus::INTERNAL_SERVER_ERROR,
        "This connector is not set up correctly",
        format!(
            "Its setting “{variable}” is missing or wrong, so no app can connect at the moment."
        ),
        "Tell the people who run this connector, and give them the request id below. Their log says what is wrong.",
    )
}

/// Too many requests from the same network; `seconds` until the next one is accepted.
pub(crate) fn too_many_requests(seconds: u32) -> Problem {
    let wait = match seconds {
        0..=60 => "Wait a minute".to_owned(),
        _ => format!("Wait {} minutes", seconds.div_ceil(60)),
    };
    problem(
        ErrorStatus::TOO_MANY_REQUESTS,
        "Too many sign-ins at once",
        "Too many sign-ins came from your network, so this one was rejected.",
        format!("{wait}, then go back to your app and connect again."),
    )
    .retry_after(seconds)
}

/// The pasted text is not a key, or the API does not accept the key (`sign_in = "api-key"`).
pub(crate) fn wrong_key() -> Problem {
    problem(
        ErrorStatus::UNPROCESSABLE_ENTITY,
        "This API key does not work",
        "TokPortal does not accept this API key.",
        "Check that you copied all of it and that it was not revoked, and enter it again.",
    )
}

/// A defect of the connector, a store that fails, or an unexpected answer of the portal.
pub(crate) fn unexpected() -> Problem {
    problem(
        ErrorStatus::INTERNAL_SERVER_ERROR,
        "Something went wrong on our side",
        "The connector could not finish this sign-in. No credits were spent.",
        "Go back to your app and connect again. If it happens again, tell the people who run this connector, and give \
         them the request id below.",
    )
}

#[cfg(test)]
mod tests;
