//! Schemas: from the two dialects of OpenAPI to the schemas of a tool.
//!
//! 1. [`normal`] converts a schema of either dialect to one normal form: JSON Schema 2020-12 in which `true` accepts
//!    any value and `false` none, `type` is always an array, `$ref` is a canonical JSON pointer into the document, and
//!    `allOf` is merged if possible. The member [`NULLABLE`] means "or null" if no `type` can express it.
//! 2. [`merge`] computes the conjunction of two normal forms. [`union`] computes their disjunction, for bodies whose
//!    alternatives have to become one object.
//! 3. [`input`] writes a normal form as the input schema that arguments are checked against, and [`plain`] reduces it to
//!    what every host takes. [`output`] writes the shape of a response.

pub(crate) mod discriminator;
pub(crate) mod draft;
pub(crate) mod graph;
pub(crate) mod input;
pub(crate) mod keywords;
pub(crate) mod kind;
pub(crate) mod merge;
pub(crate) mod normal;
pub(crate) mod nullable;
pub(crate) mod object;
pub(crate) mod output;
pub(crate) mod plain;
pub(crate) mod resolve;
mod shape;
pub(crate) mod union;

/// Member of a normal form that means "or null".
pub(crate) const NULLABLE: &str = "nullable";
