//! Targets of the fuzzer (`fuzz/README.md`). Each takes any bytes, and asserts what must hold for all of them.
//!
//! They exist in builds with the feature `fuzzing` and in tests, which run every target with the inputs of `fuzz/corpus`.
//! A target stands beside what it tests where it needs what is private there, and in this folder if it sends requests
//! through the whole connector.

mod authorization;
mod client_metadata;
mod document;
mod message;
mod sealed;
mod source;
#[cfg(test)]
mod tests;
mod token_form;
mod world;

pub use authorization::authorization;
pub use client_metadata::{client_metadata, redirect_uri};
pub use document::document;
pub use message::message;
pub use sealed::sealed;
pub use source::Source;
pub use token_form::token_form;

/// Arguments of a tool, from what a model wrote to the request that the API gets.
pub fn arguments(data: &[u8]) {
    crate::mcp::fuzzing::arguments(data);
}
