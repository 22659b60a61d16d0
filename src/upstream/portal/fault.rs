//! What can go wrong at the portal's OpenID provider.

use http::StatusCode;

/// A problem that stays until the operator changes something. Both texts are public: no secret, no URL with a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// A sentence fragment.
    pub(crate) problem: String,
    /// An instruction to the operator.
    pub(crate) fix: String,
}

impl Fault {
    pub(crate) fn new(problem: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            fix: fix.into(),
        }
    }
}

/// Why a step of the sign-in failed at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ProviderError {
    /// The provider gave no answer, or one that is likely to pass. The text is for the log.
    Down(String),
    /// The token endpoint refused the authorization code (`invalid_grant`).
    CodeRefused,
    /// The provider or the connector is not set up for the other.
    Misconfigured(Fault),
    /// An answer of the provider is not valid. The text is for the log.
    Unexpected(String),
}

impl From<Fault> for ProviderError {
    fn from(fault: Fault) -> Self {
        Self::Misconfigured(fault)
    }
}

impl ProviderError {
    /// What happened, for the log.
    pub(crate) fn cause(&self) -> &str {
        match self {
            Self::Down(cause) | Self::Unexpected(cause) => cause,
            Self::Misconfigured(fault) => &fault.problem,
            Self::CodeRefused => "the portal refused its own authorization code",
        }
    }

    /// What the operator must change, if that is the reason.
    pub(crate) fn fix(&self) -> Option<&str> {
        match self {
            Self::Misconfigured(fault) => Some(&fault.fix),
            Self::Down(_) | Self::CodeRefused | Self::Unexpected(_) => None,
        }
    }
}

/// Whether an answer with this status is likely to be another one in a minute.
pub(super) fn may_pass(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}
