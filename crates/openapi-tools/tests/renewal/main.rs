//! Taking over a newer document of the same API.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

#[cfg(feature = "cli")]
mod command;
mod defaults;
mod keeping;
mod newer;
mod whole;
