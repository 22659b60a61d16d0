//! Names that every client accepts. They depend on the document alone.

use std::collections::HashSet;

use heck::ToSnakeCase;

/// Longest tool or argument name that common model APIs accept.
const MAX_NAME: usize = 64;

/// Longest tool name that every host lists. Claude Code lists `mcp__server__tool` and allows 64 characters; with a
/// server name of nine characters, 48 are left. OpenAI and Cursor (60, with the server's name) allow no more.
pub(crate) const LISTED_MAX: usize = 48;

/// Names that are taken.
#[derive(Debug, Default)]
pub(crate) struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// Takes `name`, or the first of `name_2`, `name_3`, … that is free and not reserved.
    pub(crate) fn claim(&mut self, name: &str, is_reserved: impl Fn(&str) -> bool) -> String {
        let mut candidate = name.to_owned();
        let mut number = 2;
        while is_reserved(&candidate) || !self.taken.insert(candidate.clone()) {
            let suffix = format!("_{number}");
            candidate = format!(
                "{}{suffix}",
                &name[..name.len().min(MAX_NAME - suffix.len())]
            );
            number += 1;
        }
        candidate
    }

    /// Whether a name is still free.
    pub(crate) fn is_free(&self, name: &str) -> bool {
        !self.taken.contains(name)
    }
}

/// The tool name of an operation, and whether more than case and separators had to change in it.
pub(crate) fn tool_name(prefix: &str, id: &str) -> (String, bool) {
    let snake = id.to_snake_case();
    let name = format!("{prefix}{snake}");
    let clean = clean(&name, |character| {
        character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
    });
    let changed = clean != name;
    (clean, changed)
}

/// The argument name for a name on the wire.
pub(crate) fn argument_name(wire: &str) -> String {
    clean(wire, |character| {
        character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.')
    })
}

/// Replaces each run of other characters by `_` and cuts the name at [`MAX_NAME`]; a cut name ends with a hash of the
/// original.
fn clean(name: &str, allowed: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(name.len());
    let mut gap = false;
    for character in name.chars() {
        if allowed(character) {
            if gap && !out.is_empty() && !out.ends_with('_') && character != '_' {
                out.push('_');
            }
            gap = false;
            out.push(character);
        } else {
            gap = true;
        }
    }
    if out.is_empty() {
        return format!("n_{:08x}", hash(name));
    }
    if out.len() > MAX_NAME {
        out.truncate(MAX_NAME - 9);
        out = format!("{}_{:08x}", out.trim_end_matches('_'), hash(name));
    }
    out
}

/// FNV-1a with 32 bits, which is the same on every machine and in every version.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |state, byte| {
        (state ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// An operationId for an operation without one.
pub(crate) fn derived_id(method: &str, template: &str) -> String {
    let words: Vec<String> = template
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| {
            match segment
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'))
            {
                Some(name) => format!("by_{name}"),
                None => segment.to_owned(),
            }
        })
        .collect();
    format!("{method}_{}", words.join("_")).to_snake_case()
}

/// A title for an operation without a summary.
pub(crate) fn title(id: &str) -> String {
    let words = id.to_snake_case().replace('_', " ");
    let mut characters = words.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => id.to_owned(),
    }
}
