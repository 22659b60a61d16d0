//! Runs WebAssembly applications written for Spin inside any Rust program, on wasmtime.
//!
//! An application is one or more components that export `wasi:http/handler@0.3` (spin-sdk 7) or
//! `wasi:http/incoming-handler@0.2` (spin-sdk 5), with routes, variables, key-value stores, SQLite databases and a list
//! of allowed outbound hosts. [`App::builder`] takes the components from a Spin manifest or one by one; [`App::bind`]
//! serves the application on a socket, [`App::handle`] answers a request in-process.
//!
//! `wit/world.wit` and the crate's README list the interfaces that a component may import. A component gets no files,
//! no sockets and no inherited environment. [`Limits`] bounds its memory and time.
//!
//! # Floors
//!
//! A module imports only modules on the floors below its own. An arrow marks an import within a floor. A child module
//! does not import its parent.
//!
//! | floor | modules | content |
//! |---|---|---|
//! | 7 | `builder`, `server` | assemble an application, serve it on a socket |
//! | 6 | `app` | routes a request to an instance and turns failures into responses |
//! | 5 | `instance` → `compile` | life of an instance; compilation and the linker |
//! | 4 | `host` | the imports beside WASI, implemented on the state of an instance |
//! | 3 | `state` → `outbound` | the data of an instance; the requests it sends |
//! | 2 | `manifest` → `variables`, `static_response`; `routes`, `allowed_hosts`, `resolve`, `output`, `reply`, `trap_log`; `code_cache` → `storage`; `request_body` → `queue`; `client_body`, `client_stream` | configuration, resources, and what a client sends |
//! | 1 | `error`, `limits`, `clock`, `log`, `body`, `pace`, `connections`, `component`, `request`, `destination`, `template`, `engine` | types that import no other module |
//!
//! `outbound` reaches the other components of the application through its trait `LocalServices`, which `app`
//! implements, so that the lower floors do not depend on the application.
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

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod allowed_hosts;
mod app;
mod body;
mod builder;
mod client_body;
mod client_stream;
mod clock;
mod code_cache;
mod compile;
mod component;
mod connections;
mod destination;
mod engine;
mod error;
mod host;
mod instance;
mod limits;
mod log;
mod manifest;
mod outbound;
mod output;
mod pace;
mod queue;
mod reply;
mod request;
mod request_body;
mod resolve;
mod routes;
mod runtime_config;
mod server;
mod state;
mod static_response;
mod storage;
mod template;
mod trap_log;
mod variables;

pub use app::{App, ResponseBody};
pub use builder::AppBuilder;
pub use client_stream::Socket;
pub use clock::{Clock, TestClock};
pub use component::ComponentConfig;
pub use error::Error;
pub use limits::Limits;
pub use log::{LogLine, LogSink, LogSource, MemoryLog, StderrLog};
pub use server::Server;
