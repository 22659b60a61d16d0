//! Remote MCP connector for TokPortal: an MCP server over streamable HTTP, an OAuth 2.1 authorization server and a
//! client of TokPortal's REST API in one WebAssembly component.
//!
//! The crate is a pure core and a thin shell. The core sees the outside only through the seams in [`host`], so it
//! compiles and is tested natively; the shell (`host::spin`, wasm32 only) fills them with what a Spin host offers.

pub mod api;
pub mod catalog;
pub mod connector;
pub mod credentials;
pub mod host;
pub mod icons;
pub mod json;
pub mod mcp;
pub mod oauth;
pub mod pages;
pub mod portal;
pub mod reply;
pub mod secret;
#[cfg(test)]
mod testing;

pub use connector::Connector;
