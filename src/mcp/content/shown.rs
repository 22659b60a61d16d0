//! What a playbook says at a connection that does not show every tool.
//!
//! A sentence that names a tool which the connection does not show is left out, and so are the sentences after it that
//! name none, because they go on about it. A step of which nothing is left goes, too, and the others are numbered anew.

use crate::access::level::AccessLevel;
use crate::access::policy::{self, Subject, Verdict};
use crate::access::resource_url::Narrowing;
use crate::catalog::{self, CALL_READ, CALL_WRITE, DESCRIBE};

/// The tools that a connection shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown {
    pub(crate) narrowing: Narrowing,
    pub(crate) level: Option<AccessLevel>,
}

impl Shown {
    /// Whether the connection shows the tool of this name, or lets a compact tool call it.
    pub(super) fn has(self, name: &str) -> bool {
        catalog::find(name).is_some_and(|tool| {
            let subject = if self.narrowing.is_compact() {
                Subject::Described(tool)
            } else {
                Subject::Direct(tool)
            };
            policy::judge(self.narrowing, self.level, subject) == Verdict::Allowed
        })
    }

    /// The text of a playbook with the tools that are shown.
    pub(super) fn adapt(self, text: &str) -> String {
        let mut lines = Vec::new();
        let mut number = 0_usize;
        for line in text.trim_end().lines() {
            let Some(step) = step(line) else {
                lines.push(line.to_owned());
                continue;
            };
            let sentences = self.sentences(step);
            if !sentences.is_empty() {
                number = number.saturating_add(1);
                lines.push(format!("{number}. {sentences}"));
            }
        }
        if self.narrowing.is_compact() {
            lines.push(String::new());
            lines.push(self.compact());
        }
        lines.join("\n")
    }

    /// The sentences of a step that are left.
    fn sentences(self, step: &str) -> String {
        let mut kept = Vec::new();
        let mut keeps = true;
        for sentence in step.split_inclusive(". ") {
            let mut names = tools(sentence).peekable();
            if names.peek().is_some() {
                keeps = names.all(|name| self.has(name));
            }
            if keeps {
                kept.push(sentence);
            }
        }
        kept.concat().trim_end().to_owned()
    }

    /// How the tools are called that the list does not have.
    fn compact(self) -> String {
        let with = if self.narrowing.is_read_only() || self.level == Some(AccessLevel::Read) {
            CALL_READ.to_owned()
        } else {
            format!("{CALL_READ} or {CALL_WRITE}")
        };
        format!(
            "The list has few tools: {DESCRIBE} tells what one of these takes, and {with} calls it."
        )
    }
}

/// The text of a numbered line; `None` for any other line.
fn step(line: &str) -> Option<&str> {
    let (number, step) = line.split_once(". ")?;
    number.bytes().all(|b| b.is_ascii_digit()).then_some(step)
}

/// The names of tools in a text.
pub(super) fn tools(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| word.starts_with("tokportal_"))
}

#[cfg(test)]
mod tests;
