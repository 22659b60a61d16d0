//! The client of the TokPortal portal: the OpenID provider that signs people in, and the API that mints, introspects,
//! lists and revokes keys (`docs/PORTAL-CONTRACT.md`).

pub(crate) mod check;
mod claims;
pub(crate) mod client_authentication;
pub(crate) mod fault;
mod id_token;
pub(crate) mod introspection;
pub(crate) mod key_cache;
pub(crate) mod key_owner;
pub(crate) mod keys;
pub(crate) mod metadata;
pub(crate) mod oauth_error;
pub(crate) mod older_keys;
pub(crate) mod provider;
pub(crate) mod sign_in;
pub(crate) mod token_request;
mod userinfo;
