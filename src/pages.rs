//! The pages that people see: consent, error, "you can close this window", readiness, and the
//! one behind the address itself.
//!
//! A page is in the language that the browser asks for. [`texts`] has one table of texts for each language, and a
//! template has none.
//!
//! Pages have no script and load nothing. The templates are in `static/pages` and are checked at build time. Every
//! value is untrusted: the templates escape it, and [`crate::text`] removes characters that escaping does not cover,
//! such as those that change the writing direction.

mod approval;
mod checks;
mod close;
mod consent;
mod error;
mod person;
mod phrase;
pub(crate) mod problems;
pub(crate) mod reply;
pub(crate) mod style;
pub(crate) mod texts;
pub(crate) mod welcome;

#[cfg(test)]
mod tests;

pub(crate) use approval::{ApprovalPage, Content};
pub(crate) use checks::ChecksPage;
pub(crate) use close::{ClosePage, Completion};
pub(crate) use consent::{ConsentPage, Destination, Replacement};
pub(crate) use person::Person;
pub(crate) use problems::Problem;
