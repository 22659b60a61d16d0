//! Problems and warnings: everything in a document that a tool cannot express, with its place.

use std::collections::HashSet;
use std::fmt;

/// One finding about a document.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Problem {
    /// JSON pointer (RFC 6901) to its place; empty for the whole document.
    pub pointer: String,
    /// What is wrong and what follows from it: a sentence without a final period.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() {
            "(document)"
        } else {
            &self.pointer
        };
        write!(f, "{place}: {}", self.message)
    }
}

/// The reasons why a document did not become a catalogue; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// Findings in the order of their discovery, without duplicates.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) problems: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
    seen: HashSet<Problem>,
}

impl Report {
    /// Records a fault that prevents a correct tool.
    pub(crate) fn problem(&mut self, pointer: &str, message: impl Into<String>) {
        let finding = Problem {
            pointer: pointer.to_owned(),
            message: message.into(),
        };
        if self.seen.insert(finding.clone()) {
            self.problems.push(finding);
        }
    }

    /// Records an omission or a change that leaves the tool correct.
    pub(crate) fn warn(&mut self, pointer: &str, message: impl Into<String>) {
        let finding = Problem {
            pointer: pointer.to_owned(),
            message: message.into(),
        };
        if self.seen.insert(finding.clone()) {
            self.warnings.push(finding);
        }
    }
}

/// `pointer` extended by one reference token, escaped by RFC 6901, section 3.
pub(crate) fn at(pointer: &str, token: &str) -> String {
    let mut out = String::with_capacity(pointer.len() + token.len() + 1);
    out.push_str(pointer);
    out.push('/');
    for character in token.chars() {
        match character {
            '~' => out.push_str("~0"),
            '/' => out.push_str("~1"),
            other => out.push(other),
        }
    }
    out
}

/// `pointer` extended by an array index.
pub(crate) fn nth(pointer: &str, index: usize) -> String {
    format!("{pointer}/{index}")
}

/// The last reference token of a pointer, unescaped.
pub(crate) fn last_token(pointer: &str) -> String {
    pointer
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .replace("~1", "/")
        .replace("~0", "~")
}
