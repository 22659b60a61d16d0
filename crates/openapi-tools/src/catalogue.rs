//! The tools of one document.

use std::collections::BTreeSet;

use crate::problem::Problem;
use crate::table::Tool;

/// The tools of one document, in the order of the document.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue<'a> {
    /// One tool for each operation.
    pub tools: Vec<Tool<'a>>,
    /// `x-search-words` of the document: words of the texts, each with others that people use for it, in any language.
    pub search_words: Vec<(&'a str, &'a [&'a str])>,
    pub(crate) warnings: Vec<Problem>,
}

impl<'a> Catalogue<'a> {
    /// What was changed or left out, in the order of the document.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// The names of the toolsets, in alphabetical order.
    #[must_use]
    pub fn toolsets(&self) -> Vec<&'a str> {
        let names: BTreeSet<&str> = self.tools.iter().map(|tool| tool.toolset).collect();
        names.into_iter().collect()
    }

    /// The tool with this name.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&Tool<'a>> {
        self.tools.iter().find(|tool| tool.name == name)
    }
}
