//! OAuth clients (RFC 6749, section 2): registration, lookup by client id, authentication, names and redirect URIs.
//!
//! Nothing is stored about a client. The id of a registered client is its signed registration ([`registered`]). The id
//! of any other client is the URL of its metadata document ([`metadata_document`]).

mod app_scheme;
mod assertion;
mod built_in;
pub(super) mod credentials;
pub(super) mod display_name;
mod document_cache;
mod document_fetch;
mod document_url;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
pub(super) mod identity;
pub(super) mod keys;
pub(super) mod lookup;
pub(super) mod metadata_document;
pub(super) mod redirect_uri;
mod registered;
pub(crate) mod registration;
