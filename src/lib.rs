//! Remote MCP connector for TokPortal: an MCP server over streamable HTTP, an OAuth 2.1 authorization server and a
//! client of TokPortal's REST API, to be built into one WebAssembly component.
//!
//! The crate is a pure core. It sees the outside only through the seams in [`host`], so it compiles and is tested
//! natively. A shell fills the seams with what its platform offers and is built as the component:
//! `crates/connector-p3` on WASI 0.3, `crates/connector-p2` on WASI 0.2.
//!
//! # Floors
//! A module imports only modules on the floors below its own; those of floor 0 may import each other, without circles.
//! `docs/ARCHITECTURE.md` states the rule, and a test reads the imports. From the top:
//!
//! | floor | modules | what they do |
//! |---|---|---|
//! | 8 | `router` | find the endpoint of a path |
//! | 7 | `mcp`, `oauth`, `approvals`, `health` | speak the two protocols, let a person approve a call, and say whether all can work; none knows another |
//! | 6 | `pages`, `icons`, `site` | what people see; files at fixed paths |
//! | 5 | `access` | who may do what: levels, resources, credentials, the policy |
//! | 4 | `ledger` | what is stored: single uses, expiry entries, rate limits, the sweep, the deployment |
//! | 3 | `upstream` | call the API and the portal |
//! | 2 | `sealing` | seal, sign, draw random text |
//! | 1 | `app`, `instance`, `claim` | the connector, and the context of one HTTP request; what an instance keeps; who is first |
//! | 0 | `host`, `memory`, `kept`, `config`, `secret`, `digest`, `failure`, `check`, `event`, `catalog`, `cache`, `jose`, `web`, `text` | seams, values and formats |
//!
//! # How data travels
//! - A **token** arrives in a header (`access::credential`), is judged by the policy (`access::policy`), and is sent as
//!   `X-API-Key` to the API and the keys API only (`upstream::request`). It is never logged.
//! - A **code** is issued after an approval (`oauth::authorize::decision`). The store keeps its SHA-256, and a record that
//!   only the code can open (`oauth::code`). It is redeemed once (`oauth::redemption`); the sweep deletes what is left
//!   (`ledger::sweep`).
//! - An **argument** is read as JSON (`web::json`), freed from what MCP hosts do to it (`mcp::tools::normalize`), checked
//!   against the schema of its tool (`mcp::tools::arguments`), and written into path, query, header or body
//!   (`upstream::api`), where it cannot change the rest of the request.
//!
//! # Out of scope
//! Sessions (a session id only repeats what a legacy client declared), server-sent events and server-to-client requests of
//! MCP; refresh tokens; any state for each user or client; what the operations of the API mean, which comes from its OpenAPI
//! document (confirmation, hints, playbooks, views and long work excepted).

#![cfg_attr(
    not(test),
    warn(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        clippy::disallowed_methods,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable
    )
)]

mod access;
mod app;
mod approvals;
mod cache;
mod catalog;
mod check;
mod claim;
mod config;
mod digest;
mod event;
mod failure;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod health;
pub mod host;
mod icons;
mod instance;
mod jose;
mod kept;
mod ledger;
mod mcp;
mod memory;
mod oauth;
mod pages;
mod router;
mod sealing;
mod secret;
mod site;
#[cfg(any(test, feature = "fuzzing"))]
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the targets of the fuzzer need a part of it")
)]
mod testing;
#[cfg(test)]
mod tests;
mod text;
mod upstream;
mod web;

pub use app::App;
pub use config::{Config, ConfigError};
pub use instance::Instance;
pub use router::{malformed_request, serve};
pub use web::reply::Reply;
