//! The authorization flow as clients, browsers and attackers use it, against a fake portal. The numbers of the attack
//! families are those of `docs/THREATS.md`.

mod api_key;
mod authorize;
mod call_approval;
mod consent;
mod consent_form;
mod discovery;
mod documents;
mod forgetting_store;
mod headers;
mod key_authentication;
mod keys;
mod languages;
mod leaks;
mod levels;
mod narrowed;
mod narrowed_tools;
mod portal;
mod providers;
mod registration;
mod reload;
mod replacement;
mod revoke;
mod rotation;
mod sign_in;
mod token;
mod token_sizes;
mod trace;
mod world;
