//! The authorization endpoint and the pages behind it: request, sign-in, consent, decision.
//!
//! The browser walks through them in this order:
//! 1. [`request`]: `GET /authorize` checks the request and starts a transaction.
//! 2. [`sign_in`]: the browser leaves for the portal and comes back to `/connect/callback`. Where keys are pasted, this
//!    step is left out.
//! 3. [`consent`]: the person sees who asks for what.
//! 4. [`decision`]: the form is posted; an approval leads to a code and back to the app.

mod begin;
pub(crate) mod consent;
pub(crate) mod decision;
pub(crate) mod error;
mod hand_over;
mod pasted_key;
pub(crate) mod request;
pub(crate) mod sign_in;
pub(crate) mod switch;
