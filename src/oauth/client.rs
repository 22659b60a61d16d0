//! OAuth clients (RFC 6749, section 2): registration, lookup by client id, authentication, names and redirect URIs.
//!
//! Nothing is stored about a client. The id of a registered client is its registration, signed ([`registered`]). The id
//! of any other client is the URL of a document that describes it ([`metadata_document`]).

pub(crate) mod credentials;
pub(crate) mod display_name;
pub(crate) mod identity;
pub(crate) mod lookup;
mod metadata_document;
pub(crate) mod redirect_uri;
mod registered;
pub(crate) mod registration;
