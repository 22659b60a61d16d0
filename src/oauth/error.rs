//! Errors of the token, revocation and registration endpoints (RFC 6749, section 5.2; RFC 7591, section 3.2.2).
//!
//! Errors for people are pages ([`crate::pages::problems`]); errors of `/authorize` go to the redirect URI
//! ([`super::authorize::error`]). A description never repeats what a client sent.

use super::resource_indicator::InvalidTarget;
use crate::host::StoreError;
use crate::web::form::{FormError, RepeatedParameter};
use crate::web::reply::{self, Reply};
use crate::web::status::ErrorStatus;
use http::header;
use std::borrow::Cow;

/// An error response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OAuthError {
    pub(super) status: ErrorStatus,
    /// Value of `error`.
    pub(super) code: &'static str,
    /// Value of `error_description`, in printable ASCII without quotes and backslashes.
    pub(super) description: Cow<'static, str>,
    /// Value of `WWW-Authenticate`.
    pub(super) challenge: Option<&'static str>,
    /// Seconds for `Retry-After`.
    pub(super) retry_after: Option<u32>,
    /// Cause for the log; the client does not see it.
    pub(crate) cause: Option<String>,
}

impl OAuthError {
    pub(super) fn bad_request(
        code: &'static str,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status: ErrorStatus::BAD_REQUEST,
            code,
            description: description.into(),
            challenge: None,
            retry_after: None,
            cause: None,
        }
    }

    /// RFC 6749, section 5.2: the request is malformed.
    pub(super) fn invalid_request(description: &'static str) -> Self {
        Self::bad_request("invalid_request", description)
    }

    /// RFC 6749, section 5.2: the code is unknown, expired, used, or another client's.
    pub(super) fn invalid_grant(description: &'static str) -> Self {
        Self::bad_request("invalid_grant", description)
    }

    /// RFC 6749, section 5.2: the client is unknown or failed to authenticate. Clients then register again.
    pub(super) fn invalid_client(used_basic: bool) -> Self {
        Self {
            status: ErrorStatus::UNAUTHORIZED,
            challenge: used_basic.then_some("Basic realm=\"TokPortal connector\""),
            ..Self::bad_request(
                "invalid_client",
                "The client is unknown or its secret is wrong: register again.",
            )
        }
    }

    /// RFC 7521, section 4.2.1: the client assertion is not valid.
    pub(super) fn invalid_assertion(description: &'static str) -> Self {
        Self {
            status: ErrorStatus::UNAUTHORIZED,
            ..Self::bad_request("invalid_client", description)
        }
    }

    /// The store or the portal does not work at the moment.
    pub(super) fn unavailable() -> Self {
        Self {
            status: ErrorStatus::SERVICE_UNAVAILABLE,
            retry_after: Some(5),
            ..Self::bad_request(
                "temporarily_unavailable",
                "The connector cannot answer right now: try again.",
            )
        }
    }

    /// The keys API of the portal violates its contract, so trying again does not help. RFC 6749 has no code for that at
    /// the token endpoint; this is the one of the authorization endpoint (section 4.1.2.1).
    pub(super) fn key_not_lasting() -> Self {
        Self {
            status: ErrorStatus::INTERNAL_SERVER_ERROR,
            ..Self::bad_request(
                "server_error",
                "TokPortal does not let this connector keep the key: tell the operator of the connector.",
            )
        }
    }

    /// RFC 6585, section 4: 429.
    pub(crate) fn too_many_requests(retry_after: u32) -> Self {
        Self {
            status: ErrorStatus::TOO_MANY_REQUESTS,
            retry_after: Some(retry_after),
            ..Self::bad_request(
                "temporarily_unavailable",
                "Too many requests from this network: wait and try again.",
            )
        }
    }

    pub(crate) fn reply(&self) -> Reply {
        let body = serde_json::json!({ "error": self.code, "error_description": self.description });
        let mut reply = reply::json(self.status.code(), body.to_string());
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

impl From<RepeatedParameter> for OAuthError {
    fn from(_: RepeatedParameter) -> Self {
        Self::invalid_request("A parameter occurs more than once.")
    }
}

impl From<InvalidTarget> for OAuthError {
    fn from(_: InvalidTarget) -> Self {
        Self::bad_request(InvalidTarget::CODE, InvalidTarget::DESCRIPTION)
    }
}

impl From<FormError> for OAuthError {
    fn from(error: FormError) -> Self {
        match error {
            FormError::NotAForm => Self::invalid_request(
                "The body must be a form: Content-Type: application/x-www-form-urlencoded.",
            ),
            FormError::TooLarge => Self {
                status: ErrorStatus::PAYLOAD_TOO_LARGE,
                ..Self::invalid_request("The body is too large.")
            },
            FormError::Broken => Self::invalid_request("The body is incomplete."),
        }
    }
}

impl From<StoreError> for OAuthError {
    fn from(error: StoreError) -> Self {
        Self {
            cause: Some(error.to_string()),
            ..Self::unavailable()
        }
    }
}
