//! Errors of the endpoints that programs call: JSON as RFC 6749, section 5.2 and RFC 7591, section 3.2.2 want it.
//!
//! Errors for people are pages ([`super::page`]); errors of `/authorize` go to the redirect URI
//! ([`super::authorize`]). A description is ours alone: it repeats nothing that a client sent.

use super::form::{NoForm, Repeated};
use super::resource::InvalidTarget;
use crate::host::StoreError;
use crate::reply::{self, Reply};
use http::{StatusCode, header};

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthError {
    /// HTTP status.
    pub status: StatusCode,
    /// The registered error code.
    pub code: &'static str,
    /// What was wrong and what to do: printable ASCII without quotes and backslashes.
    pub description: &'static str,
    /// Value of `WWW-Authenticate`.
    pub challenge: Option<&'static str>,
    /// Seconds for `Retry-After`.
    pub retry_after: Option<u32>,
}

impl OAuthError {
    /// An error with status 400.
    pub fn bad_request(code: &'static str, description: &'static str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code,
            description,
            challenge: None,
            retry_after: None,
        }
    }

    /// RFC 6749, section 5.2: the request is malformed.
    pub fn invalid_request(description: &'static str) -> Self {
        Self::bad_request("invalid_request", description)
    }

    /// RFC 6749, section 5.2: the code is unknown, expired, used, or another client's.
    pub fn invalid_grant(description: &'static str) -> Self {
        Self::bad_request("invalid_grant", description)
    }

    /// RFC 6749, section 5.2: the client is unknown or did not prove itself. Clients register again when they see it.
    pub fn invalid_client(used_basic: bool) -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            challenge: used_basic.then_some("Basic realm=\"TokPortal connector\""),
            ..Self::bad_request(
                "invalid_client",
                "The client is unknown or its secret is wrong: register again.",
            )
        }
    }

    /// Something that this client can do nothing about; `Retry-After` says when to come back.
    pub fn unavailable() -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            retry_after: Some(5),
            ..Self::bad_request(
                "temporarily_unavailable",
                "The connector cannot answer right now: try again.",
            )
        }
    }

    /// RFC 6585, section 4.
    pub fn too_many_requests(retry_after: u32) -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            retry_after: Some(retry_after),
            ..Self::bad_request(
                "temporarily_unavailable",
                "Too many requests from this network: wait and try again.",
            )
        }
    }

    /// The answer.
    pub fn reply(&self) -> Reply {
        let body = serde_json::json!({ "error": self.code, "error_description": self.description });
        let mut reply = reply::json(self.status, body.to_string());
        reply::set(&mut reply, header::PRAGMA, "no-cache");
        if let Some(challenge) = self.challenge {
            reply::set(&mut reply, header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            reply::set(&mut reply, header::RETRY_AFTER, &seconds.to_string());
        }
        reply
    }
}

impl From<Repeated> for OAuthError {
    fn from(_: Repeated) -> Self {
        Self::invalid_request("A parameter is there more than once.")
    }
}

impl From<InvalidTarget> for OAuthError {
    fn from(_: InvalidTarget) -> Self {
        Self::bad_request(InvalidTarget::CODE, InvalidTarget::DESCRIPTION)
    }
}

impl From<NoForm> for OAuthError {
    fn from(error: NoForm) -> Self {
        match error {
            NoForm::NotAForm => Self::invalid_request(
                "The body must be a form: Content-Type: application/x-www-form-urlencoded.",
            ),
            NoForm::TooLarge => Self {
                status: StatusCode::PAYLOAD_TOO_LARGE,
                ..Self::invalid_request("The body is too large.")
            },
            NoForm::Broken => Self::invalid_request("The body did not arrive whole."),
        }
    }
}

impl From<StoreError> for OAuthError {
    fn from(_: StoreError) -> Self {
        Self::unavailable()
    }
}
