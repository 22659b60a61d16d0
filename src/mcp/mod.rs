//! The Model Context Protocol over streamable HTTP: stateless, JSON replies only, all revisions since 2025-03-26.

pub mod access;
pub mod answer;
pub mod call;
pub mod compact;
pub mod confirm;
pub mod content;
pub mod cut;
pub mod endpoint;
#[cfg(feature = "conformance")]
pub mod fixtures;
pub mod headers;
pub mod input;
pub mod jsonrpc;
pub mod legacy;
pub mod modern;
pub mod outside;
pub mod playbooks;
pub mod prompts;
pub mod resources;
pub mod revision;
pub mod secrets;
pub mod server;
#[cfg(test)]
mod tests;
pub mod tools;
pub mod variant;
