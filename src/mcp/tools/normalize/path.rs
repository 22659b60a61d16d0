//! The place of a value in the arguments, which is written out only where something is said about it.

use crate::text::excerpt;
use std::fmt;

/// The longest part of a path, in characters.
const MAX_NAME: usize = 60;

/// The place of a value: `videos[2].position`.
#[derive(Debug, Clone, Copy)]
pub(in crate::mcp::tools) enum Path<'p> {
    /// The arguments themselves.
    Root,
    Member(&'p Path<'p>, &'p str),
    Item(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(Self::Root, name) => f.write_str(&excerpt(name, MAX_NAME)),
            Self::Member(parent, name) => write!(f, "{parent}.{}", excerpt(name, MAX_NAME)),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}
