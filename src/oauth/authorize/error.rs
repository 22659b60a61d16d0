//! Errors that go to the client by redirect (RFC 6749, section 4.1.2.1; RFC 8707, section 2).

use super::response;
use crate::config::Config;
use crate::oauth::resource_indicator::InvalidTarget;
use crate::oauth::transaction::AuthorizationRequest;
use crate::web::form::RepeatedParameter;

/// An error response of the authorization endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AuthorizationError {
    pub(super) code: &'static str,
    pub(super) description: &'static str,
}

impl AuthorizationError {
    /// The person cancelled.
    pub(super) const ACCESS_DENIED: Self = Self {
        code: "access_denied",
        description: "The person did not authorize the connection.",
    };
    /// The person cancelled at the portal, or the portal refused the person.
    pub(super) const REFUSED_AT_PORTAL: Self = Self {
        code: "access_denied",
        description: "The sign-in was refused or cancelled at TokPortal.",
    };
    /// The portal does not answer.
    pub(super) const TEMPORARILY_UNAVAILABLE: Self = Self {
        code: "temporarily_unavailable",
        description: "TokPortal does not answer: try again in a minute.",
    };
    /// The connector or the portal is not set up for the other.
    pub(super) const MISCONFIGURED: Self = Self {
        code: "server_error",
        description: "The sign-in at TokPortal is not set up correctly: tell the operator of this connector.",
    };
    /// The portal's answer failed a check.
    pub(super) const SERVER_ERROR: Self = Self {
        code: "server_error",
        description: "The sign-in at TokPortal failed: connect again, and if it happens again tell the operator of this connector.",
    };

    /// The keys API of the portal refused to mint a key.
    pub(super) const NO_KEY: Self = Self {
        code: "server_error",
        description: "TokPortal created no key for this connection: connect again, and if it happens again tell the operator of the connector.",
    };

    pub(super) fn invalid_request(description: &'static str) -> Self {
        Self {
            code: "invalid_request",
            description,
        }
    }

    /// The redirect URI with the error.
    pub(super) fn location(
        self,
        config: &Config,
        redirect_uri: &str,
        state: Option<&str>,
    ) -> String {
        let outcome = [
            ("error", self.code),
            ("error_description", self.description),
        ];
        response::location(config, redirect_uri, state, &outcome)
    }

    /// [`Self::location`] for a request that passed every check.
    pub(super) fn location_for(self, config: &Config, request: &AuthorizationRequest) -> String {
        self.location(config, &request.redirect_uri, request.state.as_deref())
    }
}

impl From<RepeatedParameter> for AuthorizationError {
    fn from(_: RepeatedParameter) -> Self {
        Self::invalid_request("A parameter occurs more than once.")
    }
}

impl From<InvalidTarget> for AuthorizationError {
    fn from(_: InvalidTarget) -> Self {
        Self {
            code: InvalidTarget::CODE,
            description: InvalidTarget::DESCRIPTION,
        }
    }
}
