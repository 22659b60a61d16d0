//! The pages on which a person approves a call (`access::approval`).
//!
//! The browser walks through them in this order:
//! 1. [`start`]: `GET /approve` finds the question. The portal signs the person in ([`sign_in`]); where people sign in with
//!    keys, the page has a field for the key of the call.
//! 2. [`page`]: shows the question to the owner of the key, and takes the answer.
//!
//! A person who has the link but not the account of the key learns nothing about the call.

pub(crate) mod page;
pub(crate) mod sign_in;
pub(crate) mod start;
mod visit;
