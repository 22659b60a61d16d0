//! The client of TokPortal's REST API: from a tool's arguments to one HTTP request, and from its answer to facts.

pub mod arguments;
pub mod client;
pub mod diagnostics;
pub mod encode;
pub mod hints;
pub mod multipart;
pub mod request;
pub mod retry;
#[cfg(test)]
mod tests;
