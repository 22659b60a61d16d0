//! Runs WebAssembly applications written for Spin inside any Rust program, on wasmtime.
//!
//! An application is one or more components that export `wasi:http/handler@0.3` (spin-sdk 7) or
//! `wasi:http/incoming-handler@0.2` (spin-sdk 5), with routes, variables, key-value stores, SQLite databases and a list
//! of hosts they may call. [`App::builder`] takes them from a Spin manifest or one by one; [`App::bind`] serves them,
//! [`App::handle`] answers a request in-process.
//!
//! What components get is in `wit/world.wit` and the crate's README. They get no files, no sockets, no inherited
//! environment. [`Limits`] bounds their memory and time.

mod allowed_hosts;
mod app;
mod body;
mod builder;
mod clock;
mod component;
mod engine;
mod error;
mod host;
mod instance;
mod limits;
mod log;
mod manifest;
mod outbound;
mod routes;
mod server;
mod storage;
mod template;
mod variables;

pub use app::{App, ResponseBody};
pub use builder::AppBuilder;
pub use clock::{Clock, SystemClock, TestClock};
pub use component::ComponentConfig;
pub use error::Error;
pub use limits::Limits;
pub use log::{LogLine, LogSink, LogSource, MemoryLog, StderrLog};
pub use server::Server;
