//! The pages people see: consent, error, and "you can close this window".
//!
//! Rendered here without script and without any asset from elsewhere; what a page says is in `static/pages`, checked at
//! build time. Whoever sends a page adds the headers; [`STYLE_CSP`] is the part of them that only this module knows.
//! Every value is untrusted: the templates escape it, and [`text`] takes out what escaping leaves in, such as
//! characters that turn the writing direction around.

mod close;
mod consent;
mod error;
pub mod states;
mod style;
pub mod text;

#[cfg(test)]
mod tests;

pub use close::{ClosePage, Ended};
pub use consent::{ConsentPage, Destination, Level, Person};
pub use error::ErrorPage;
pub use states::Problem;
pub use style::STYLE_CSP;
