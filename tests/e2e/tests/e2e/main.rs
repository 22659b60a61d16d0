//! End to end: the real components in the embedding host, over real HTTP. Modules are named after addresses and attacks.
//!
//! `make wasm` builds the components that these tests run.

mod api_ext_mcp;
mod browser;
mod consent;
mod leaks;
mod program;
mod register;
mod sign_in;
mod store;
mod support;
mod token;
mod upstream;
