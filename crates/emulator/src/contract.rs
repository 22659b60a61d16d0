//! The contract of every operation, as `build.rs` cuts it out of the API document: method, path, scope, idempotency, the
//! rules of its requests and the shape of its answers.

mod operations;
mod rules;
mod schema;
mod shape;

#[cfg(test)]
pub(crate) use self::operations::OPERATIONS;
pub(crate) use self::operations::{Operation, Route, route};
pub(crate) use self::rules::{check_body, of_operation, read_property};
pub(crate) use self::schema::Problem;

/// Version of the public contract.
pub(crate) const API_VERSION: &str = "2026-05-25";
