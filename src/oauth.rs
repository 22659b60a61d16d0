//! The OAuth 2.1 authorization server: discovery, registration, authorization with consent, tokens, revocation.
//!
//! It keeps almost no state. A registration is a signed client id, a transaction travels sealed through the browser,
//! and only a code is stored, for ten minutes. In portal mode the access token is the key that the
//! portal mints, and only the portal knows which keys are valid; in api-key mode it is a sealed token.

pub(crate) mod authorize;
pub(crate) mod client;
mod code;
pub(crate) mod discovery;
pub(crate) mod error;
mod pkce;
mod redemption;
mod resource_indicator;
pub(crate) mod token;
mod transaction;
