//! OpenAPI document to tool catalogue.

pub mod table;
