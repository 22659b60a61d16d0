//! End to end: the real components in the embedding host, over real HTTP. Modules are named after addresses and attacks.
//!
//! `make wasm` builds the components that these tests run.

mod abandoned;
mod api_ext_mcp;
mod api_key;
mod authorize;
mod browser;
mod client_id;
mod confirm;
mod consent;
mod headers;
mod hints;
mod leaks;
mod metadata;
mod narrowed;
mod orders;
mod program;
mod read_only;
mod register;
mod revoked;
mod secrets;
mod sign_in;
mod store;
mod store_dump;
mod support;
mod token;
mod upstream;
mod webhooks;
