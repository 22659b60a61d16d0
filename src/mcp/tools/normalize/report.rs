//! What normalization did, for the log, the result and the list of problems.

use super::path::Path;
use crate::mcp::result::ArgumentNotes;
use crate::text::display_name;

/// Fields that hosts are known to add to the arguments of any tool: n8n (its issue 21500), older Cursor.
pub(super) const HOST_FIELDS: [&str; 6] = [
    "action",
    "chatInput",
    "random_string",
    "sessionId",
    "tool",
    "toolCallId",
];
/// The most names in a note and the most problems.
pub(super) const MAX_NAMES: usize = 20;
/// The most characters of a name in a note.
const MAX_NAME: usize = 60;

/// What was changed, for the log and for the result.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(in crate::mcp::tools) struct Changes {
    /// The number of values and names that were changed.
    pub(in crate::mcp::tools) count: u32,
    /// Unknown arguments that were dropped.
    pub(in crate::mcp::tools) dropped: Vec<String>,
    /// Members whose null would have been allowed, and which the call therefore did not clear.
    pub(in crate::mcp::tools) not_cleared: Vec<String>,
}

/// The changes and problems so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) changes: Changes,
    /// Fields that cannot be read, and why, as the rest of a sentence that starts with the field.
    pub(super) problems: Vec<(String, String)>,
}

impl Report {
    pub(super) fn changed(&mut self) {
        self.changes.count += 1;
    }

    pub(super) fn dropped(&mut self, name: &str) {
        self.changed();
        note(&mut self.changes.dropped, name);
    }

    pub(super) fn not_cleared(&mut self, at: &Path<'_>) {
        note(&mut self.changes.not_cleared, &at.to_string());
    }

    pub(super) fn problem(&mut self, at: &Path<'_>, problem: &str) {
        if self.problems.len() < MAX_NAMES {
            self.problems.push((at.to_string(), problem.to_owned()));
        }
    }
}

fn note(names: &mut Vec<String>, name: &str) {
    if names.len() < MAX_NAMES {
        names.push(display_name(name, MAX_NAME));
    }
}

impl Changes {
    /// Adds the changes of the arguments inside a compact tool.
    pub(in crate::mcp::tools) fn and(mut self, inner: Self) -> Self {
        self.count += inner.count;
        self.dropped.extend(inner.dropped);
        self.not_cleared.extend(inner.not_cleared);
        self
    }

    /// The notes for the result. The model reads of an argument only if it may have meant it.
    pub(in crate::mcp::tools) fn notes(&self) -> ArgumentNotes {
        let mut for_model = Vec::new();
        let is_meant = |name: &&String| !HOST_FIELDS.contains(&name.as_str());
        let dropped: Vec<_> = self.dropped.iter().filter(is_meant).cloned().collect();
        if !dropped.is_empty() {
            for_model.push(format!(
                "Not used, because this tool has no such argument: {}.",
                dropped.join(", ")
            ));
        }
        if !self.not_cleared.is_empty() {
            for_model.push(format!(
                "Not cleared: {}. The call also had null for arguments that cannot be null, so all its nulls counted as left out. To clear a member, send null for it and leave the others out.",
                self.not_cleared.join(", ")
            ));
        }
        ArgumentNotes {
            dropped: self.dropped.clone(),
            ignored_nulls: self.not_cleared.clone(),
            for_model,
        }
    }
}
