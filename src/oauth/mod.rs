//! The OAuth 2.1 authorization server: metadata, registration, authorization with consent, tokens, revocation.
//!
//! It keeps next to no state: registrations are signed client ids, attempts travel sealed through the browser, and only
//! a code is stored, for ten minutes. The access token is the key that the portal mints; the portal is the record.

pub mod access_token;
pub mod attempt;
pub mod authorize;
pub mod client;
pub mod client_auth;
pub mod client_id;
pub mod code;
pub mod consent;
pub mod cors;
pub mod decision;
pub mod documents;
pub mod entry;
pub mod error;
pub mod form;
pub mod metadata;
pub mod names;
pub mod page;
mod pasted_key;
pub mod portal_round;
pub mod rate_limit;
pub mod redirect;
pub mod registration;
pub mod resource;
pub mod revoke;
pub mod routes;
pub mod seal;
pub mod sealing_secret;
pub mod sweep;
pub mod token;

#[cfg(test)]
mod tests;
