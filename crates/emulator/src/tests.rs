//! The emulator through its HTTP interface, on an in-memory database with a clock that stands still.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accounts;
mod analytics;
mod comments;
mod contract;
mod credits;
mod every_operation;
mod faults;
mod idempotency;
mod orders;
mod pipeline;
mod portal;
mod script;
mod uploads;
mod webhooks;
mod world;
