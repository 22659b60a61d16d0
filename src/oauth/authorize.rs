//! The authorization endpoint and the pages behind it: request, sign-in, consent, decision.
//!
//! The browser walks through them in this order:
//! 1. [`request`]: `GET /authorize` checks the request and starts a transaction.
//! 2. [`sign_in`]: the portal signs the person in and sends the browser back to `/connect/callback`. If people paste
//!    their keys (`sign_in = "api-key"`), there is no such step.
//! 3. [`consent`]: a page shows the person which app asks for access. It has a URL of its own, so that it can be loaded
//!    again.
//! 4. [`decision`]: the browser posts the form; [`approval`] turns an approval into a code.
//! 5. [`hand_over`]: a page sends the browser back to the app.

mod approval;
mod begin;
pub(crate) mod consent;
pub(crate) mod decision;
mod error;
mod hand_over;
mod kept;
mod pasted_key;
mod portal_state;
mod replacement;
pub(crate) mod request;
mod response;
pub(crate) mod sign_in;
pub(crate) mod switch;
