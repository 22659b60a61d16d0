//! Runs the guest components through the library and the program. Build the components first:
//! `cargo build --release --target wasm32-wasip2 -p embed-guest -p embed-guest-p2`.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

#[cfg(unix)]
mod binary;
#[cfg(unix)]
mod check;
mod clients;
mod limits;
mod manifest;
mod network;
#[cfg(unix)]
mod redis;
mod serving;
#[cfg(unix)]
mod shared_store;
mod storage;
mod support;
mod upstream;
mod wasi;
