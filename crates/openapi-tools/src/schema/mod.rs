//! Schemas: from the two dialects of OpenAPI to the schemas of a tool.
//!
//! 1. [`normal`]: one normal form for both dialects. It is JSON Schema 2020-12 with these restrictions: `true` is "any
//!    value" and `false` "no value"; `type` is always an array; `$ref` holds a canonical JSON pointer into the document;
//!    `allOf` is merged away as far as it can be. The member [`NULLABLE`] stands for "or null" where there is no `type`
//!    that could say it.
//! 2. [`merge`]: the conjunction of two normal forms; [`union`]: their disjunction, for places that must be one object.
//! 3. [`input`]: the normal form as a model reads it. [`output`]: the shape of an answer.

pub(crate) mod discriminator;
pub(crate) mod graph;
pub(crate) mod input;
pub(crate) mod keywords;
pub(crate) mod kind;
pub(crate) mod merge;
pub(crate) mod normal;
pub(crate) mod nullable;
pub(crate) mod object;
pub(crate) mod output;
pub(crate) mod resolve;
mod shape;
pub(crate) mod union;

/// Member of a normal form that means "or null".
pub(crate) const NULLABLE: &str = "nullable";
