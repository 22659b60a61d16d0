//! The status of an error reply, as a type that cannot be a success.

use http::StatusCode;

/// A status of 400 or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ErrorStatus(StatusCode);

impl ErrorStatus {
    pub(crate) const BAD_REQUEST: Self = Self(StatusCode::BAD_REQUEST);
    pub(crate) const UNAUTHORIZED: Self = Self(StatusCode::UNAUTHORIZED);
    pub(crate) const FORBIDDEN: Self = Self(StatusCode::FORBIDDEN);
    pub(crate) const NOT_FOUND: Self = Self(StatusCode::NOT_FOUND);
    pub(crate) const METHOD_NOT_ALLOWED: Self = Self(StatusCode::METHOD_NOT_ALLOWED);
    pub(crate) const CONFLICT: Self = Self(StatusCode::CONFLICT);
    pub(crate) const PAYLOAD_TOO_LARGE: Self = Self(StatusCode::PAYLOAD_TOO_LARGE);
    pub(crate) const UNSUPPORTED_MEDIA_TYPE: Self = Self(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    pub(crate) const UNPROCESSABLE_ENTITY: Self = Self(StatusCode::UNPROCESSABLE_ENTITY);
    pub(crate) const TOO_MANY_REQUESTS: Self = Self(StatusCode::TOO_MANY_REQUESTS);
    pub(crate) const INTERNAL_SERVER_ERROR: Self = Self(StatusCode::INTERNAL_SERVER_ERROR);
    pub(crate) const SERVICE_UNAVAILABLE: Self = Self(StatusCode::SERVICE_UNAVAILABLE);

    pub(crate) fn code(self) -> StatusCode {
        self.0
    }

    pub(crate) fn is_server_error(self) -> bool {
        self.0.is_server_error()
    }
}
