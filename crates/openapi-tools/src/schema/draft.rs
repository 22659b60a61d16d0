//! A normal form while it is built.

use serde_json::{Map, Value};

use crate::context::Mode;

/// The schema that is read, and what is known of its normal form so far.
pub(crate) struct Draft<'d, 'p> {
    pub(crate) schema: &'d Map<String, Value>,
    /// The place of `schema` in the document.
    pub(crate) pointer: &'p str,
    pub(crate) mode: Mode,
    pub(crate) depth: usize,
    /// The members of the normal form.
    pub(crate) out: Map<String, Value>,
    /// Normal forms of the `allOf` branches, which are merged last.
    pub(crate) all_of: Vec<Value>,
    /// OpenAPI 3.0 `nullable`.
    pub(crate) nullable: bool,
}
