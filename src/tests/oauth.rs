//! The flow as clients, browsers and attackers see it, against a portal that plays along. The numbers are the attack
//! families that the project defends against.

mod api_key;
mod authorize;
mod consent;
mod consent_form;
mod discovery;
mod headers;
mod leaks;
mod levels;
mod narrowed;
mod narrowed_tools;
mod portal;
mod registration;
mod revoke;
mod sign_in;
mod token;
mod world;
