//! Native tests over the whole core: HTTP requests in, HTTP responses out, on real SQLite.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod api;
mod browser;
mod bundles;
mod concurrency;
mod credits;
mod document;
mod idempotency;
mod openid;
mod pages;
mod portal_keys;
mod world;
