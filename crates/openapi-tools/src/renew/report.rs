//! What a renewal changed, and what a person has to look at.

use serde_json::{Value, json};

use crate::hosts::Finding;

/// What a renewal changed, and what a person has to look at.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Whether the renewed document differs from the one before.
    pub is_changed: bool,
    /// `info.version` before and after, if it changed.
    pub version: Option<(String, String)>,
    /// Tools of new operations, as `(tool, METHOD /path)`.
    pub added: Vec<(String, String)>,
    /// Tools whose operation the newer document no longer has, as `(tool, METHOD /path)`.
    pub removed: Vec<(String, String)>,
    /// Operations with another operationId, as `(tool, before, after)`. The tool keeps its name.
    pub renamed: Vec<(String, String, String)>,
    /// Operations with another method or path, as `(tool, before, after)`.
    pub moved: Vec<(String, String, String)>,
    /// What changed in the tools that were there before, as `(tool, changes)`.
    pub changed: Vec<(String, Vec<Change>)>,
    /// Operations that became no tool, with the reasons.
    pub excluded: Vec<Excluded>,
    /// Operations with defaults that no maintainer has read yet.
    pub unreviewed: Vec<Unreviewed>,
    /// Members of responses that now count as secret because of their name, as `(tool, path)`.
    pub secrets: Vec<(String, String)>,
    /// Members that both documents have or that only ours has.
    pub differences: Vec<Difference>,
    /// Marks `x-inferred` that were removed, because the newer document states the fact.
    pub stated: usize,
    /// What some host refuses in the input schemas as listed, and did not before, as `(tool, finding)`.
    pub refused: Vec<(String, Finding)>,
    /// Tools whose description names a tool that is gone, as `(tool, the tool that is gone)`.
    pub stale: Vec<(String, String)>,
    /// The number of tools and the bytes of their entries in `tools/list`, before and after.
    pub sizes: (Sizes, Sizes),
}

/// The size of a list of tools.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Number of tools.
    pub tools: usize,
    /// Bytes of the entries in `tools/list` with the commas between them. What a server adds to each, such as icons, is
    /// not included.
    pub bytes: usize,
}

/// One change of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new argument or member of one.
    Added {
        /// Its path, such as `filter.country` or `videos[].url`.
        argument: String,
        /// Whether a call must have it.
        required: bool,
    },
    /// An argument or member of one that is gone.
    Removed(String),
    /// An argument that is required now.
    Required(String),
    /// An argument that is no longer required.
    Optional(String),
    /// Another type.
    Type {
        /// The argument.
        argument: String,
        /// The type before.
        before: String,
        /// The type now.
        after: String,
    },
    /// Other values of an enum.
    Values {
        /// The argument.
        argument: String,
        /// Values that are no longer accepted.
        gone: Vec<String>,
        /// New values.
        new: Vec<String>,
    },
    /// Another limit: a pattern, a length, a default and the like.
    Limit {
        /// The argument.
        argument: String,
        /// The keyword.
        keyword: String,
        /// The value before, if there was one.
        before: Option<String>,
        /// The value now, if there is one.
        after: Option<String>,
    },
    /// Another permission: before and now.
    Scope(&'static str, &'static str),
    /// New error codes.
    ErrorCodes(Vec<String>),
    /// The operation is deprecated now.
    Deprecated,
    /// Another output schema.
    Output,
}

impl Change {
    /// Whether calls that worked may fail now, or something has to be written for it.
    #[must_use]
    pub fn needs_person(&self) -> bool {
        match self {
            Self::Added { required, .. } => *required,
            Self::Removed(_)
            | Self::Required(_)
            | Self::Type { .. }
            | Self::Scope(..)
            | Self::ErrorCodes(_)
            | Self::Deprecated => true,
            Self::Values { gone, .. } => !gone.is_empty(),
            Self::Optional(_) | Self::Limit { .. } | Self::Output => false,
        }
    }
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Added { argument, required } if *required => {
                write!(f, "argument {argument} added, required")
            }
            Self::Added { argument, .. } => write!(f, "argument {argument} added"),
            Self::Removed(argument) => write!(f, "argument {argument} removed"),
            Self::Required(argument) => write!(f, "argument {argument} is required now"),
            Self::Optional(argument) => write!(f, "argument {argument} is no longer required"),
            Self::Type {
                argument,
                before,
                after,
            } => write!(f, "argument {argument}: {before} before, {after} now"),
            Self::Values {
                argument,
                gone,
                new,
            } => {
                write!(f, "argument {argument}:")?;
                if !gone.is_empty() {
                    write!(f, " values gone: {}", gone.join(", "))?;
                }
                if !new.is_empty() {
                    let comma = if gone.is_empty() { "" } else { ";" };
                    write!(f, "{comma} new values: {}", new.join(", "))?;
                }
                Ok(())
            }
            Self::Limit {
                argument,
                keyword,
                before,
                after,
            } => {
                let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".into());
                let (before, after) = (text(before), text(after));
                write!(
                    f,
                    "argument {argument}: {keyword} {before} before, {after} now"
                )
            }
            Self::Scope(before, after) => write!(f, "scope {before} before, {after} now"),
            Self::ErrorCodes(codes) => write!(f, "new error codes: {}", codes.join(", ")),
            Self::Deprecated => write!(f, "deprecated now"),
            Self::Output => write!(f, "another output schema"),
        }
    }
}

/// An operation that became no tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excluded {
    /// `METHOD /path`.
    pub operation: String,
    /// Whether it was a tool before.
    pub was_tool: bool,
    /// Why.
    pub reasons: Vec<String>,
}

/// An operation with defaults that no maintainer has read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreviewed {
    /// The tool.
    pub tool: String,
    /// The operationId.
    pub operation: String,
    /// The members that were set, each with its value: `x-scope "write"`.
    pub defaults: Vec<String>,
}

/// How two documents differ in a member that people wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Ours has a text, and the newer document another one. Ours stays.
    Text(String),
    /// Only ours has the member. It stays.
    Kept(String),
    /// Both have the member. The newer one is used; the values are before and now.
    Replaced(String, String, String),
    /// The newer document has no place for the member. It is gone.
    Dropped(String, String),
}

impl Report {
    /// Whether something has to be read, decided or written by a person.
    #[must_use]
    pub fn needs_person(&self) -> bool {
        let broken =
            |(_, changes): &(String, Vec<Change>)| changes.iter().any(Change::needs_person);
        let is_loss =
            |one: &Difference| matches!(one, Difference::Replaced(..) | Difference::Dropped(..));
        !(self.added.is_empty()
            && self.removed.is_empty()
            && self.moved.is_empty()
            && self.excluded.is_empty()
            && self.unreviewed.is_empty()
            && self.secrets.is_empty()
            && self.refused.is_empty()
            && self.stale.is_empty())
            || self.changed.iter().any(broken)
            || self.differences.iter().any(is_loss)
    }

    /// The report as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let triples = |list: &[(String, String, String)]| -> Value {
            list.iter()
                .map(|(tool, before, after)| json!({ "tool": tool, "before": before, "after": after }))
                .collect()
        };
        let places = |list: &[(String, String)]| -> Value {
            list.iter()
                .map(|(tool, operation)| json!({ "tool": tool, "operation": operation }))
                .collect()
        };
        let changed: Value = self
            .changed
            .iter()
            .map(|(tool, changes)| {
                let changes: Vec<Value> = changes
                    .iter()
                    .map(|one| json!({ "what": one.to_string(), "needs_person": one.needs_person() }))
                    .collect();
                json!({ "tool": tool, "changes": changes })
            })
            .collect();
        let excluded: Value = self
            .excluded
            .iter()
            .map(|one| json!({ "operation": one.operation, "was_tool": one.was_tool, "reasons": one.reasons }))
            .collect();
        let unreviewed: Value = self
            .unreviewed
            .iter()
            .map(|one| json!({ "tool": one.tool, "operation": one.operation, "defaults": one.defaults }))
            .collect();
        let secrets: Value = self
            .secrets
            .iter()
            .map(|(tool, member)| json!({ "tool": tool, "member": member }))
            .collect();
        let refused: Value = self
            .refused
            .iter()
            .map(|(tool, one)| json!({ "tool": tool, "pointer": one.pointer, "what": one.what, "hosts": one.hosts }))
            .collect();
        let stale: Value = self
            .stale
            .iter()
            .map(|(tool, gone)| json!({ "tool": tool, "names": gone }))
            .collect();
        let (mut texts, mut kept, mut replaced, mut dropped) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for one in &self.differences {
            match one {
                Difference::Text(place) => texts.push(json!(place)),
                Difference::Kept(place) => kept.push(json!(place)),
                Difference::Replaced(place, before, after) => {
                    replaced.push(json!({ "place": place, "before": before, "after": after }));
                }
                Difference::Dropped(place, value) => {
                    dropped.push(json!({ "place": place, "value": value }));
                }
            }
        }
        let sizes = |sizes: Sizes| json!({ "tools": sizes.tools, "bytes": sizes.bytes });
        json!({
            "changed_document": self.is_changed,
            "version": self.version.as_ref().map(|(before, after)| json!({ "before": before, "after": after })),
            "added": places(&self.added),
            "removed": places(&self.removed),
            "renamed": triples(&self.renamed),
            "moved": triples(&self.moved),
            "changed": changed,
            "not_offered": excluded,
            "unreviewed": unreviewed,
            "secrets": secrets,
            "texts_kept": texts,
            "members_kept": kept,
            "members_replaced": replaced,
            "members_dropped": dropped,
            "inferred_marks_removed": self.stated,
            "refused_by_hosts": refused,
            "stale_names": stale,
            "sizes": { "before": sizes(self.sizes.0), "after": sizes(self.sizes.1) },
        })
    }
}
