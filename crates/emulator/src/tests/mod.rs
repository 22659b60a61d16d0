//! Native tests over the whole core: HTTP requests in, HTTP responses out, on real SQLite.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod account_setup;
mod analytics;
mod api;
mod bans;
mod browser;
mod bundles;
mod comments;
mod concurrency;
mod coverage;
mod credits;
mod document;
mod drift;
mod edit_requests;
mod every_operation;
mod faults;
mod flow;
mod idempotency;
mod life_of_an_order;
mod lifecycle;
mod openid;
mod order_operations;
mod pages;
mod portal_keys;
mod publishing;
mod reveal;
mod saved_accounts;
mod uploads;
mod video_extras;
mod video_review;
mod videos;
mod warming;
mod webhooks;
mod work;
mod world;
