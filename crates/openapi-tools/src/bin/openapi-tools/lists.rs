//! The command `lists`: the sizes of whole tool lists that a server returned, one line a list, for comparison.

use std::fs;
use std::io::{Error, Result, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::budget::Size;

/// Writes one line for each list, in the order of the files: its name, the number of its tools, and their sizes.
///
/// # Errors
///
/// A file cannot be read or is not a result of `tools/list`, or the text cannot be written.
pub(crate) fn write(files: &[PathBuf], out: &mut impl Write) -> Result<()> {
    let name = |file: &Path| {
        file.file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    let width = files.iter().map(|file| name(file).len()).max().unwrap_or(0);
    let width = width.max("list".len());
    writeln!(
        out,
        "{:width$}  {:>5}  {:>10}  {:>11}  {:>10}  {:>11}",
        "list", "tools", "seen bytes", "seen tokens", "list bytes", "list tokens"
    )?;
    for file in files {
        let (tools, seen, listed) = weigh(file)?;
        writeln!(
            out,
            "{:width$}  {tools:>5}  {:>10}  {:>11}  {:>10}  {:>11}",
            name(file),
            seen.bytes,
            seen.tokens,
            listed.bytes,
            listed.tokens
        )?;
    }
    Ok(())
}

/// The number of tools in a list, the size of the members that a model sees, and the size of the whole entries.
fn weigh(file: &Path) -> Result<(usize, Size, Size)> {
    let wrong = |problem: &str| Error::other(format!("{}: {problem}", file.display()));
    let text = fs::read(file).map_err(|error| wrong(&error.to_string()))?;
    let list: Value = serde_json::from_slice(&text).map_err(|error| wrong(&error.to_string()))?;
    let tools = list.get("tools").and_then(Value::as_array);
    let tools = tools.ok_or_else(|| wrong("there is no list of tools"))?;
    let (mut seen, mut listed) = (Size::default(), Size::default());
    for tool in tools {
        let shown: Map<String, Value> = ["name", "description", "inputSchema"]
            .into_iter()
            .filter_map(|member| Some((member.to_owned(), tool.get(member)?.clone())))
            .collect();
        seen = seen.plus(Size::of(&Value::Object(shown).to_string()));
        listed = listed.plus(Size::of(&tool.to_string()));
    }
    Ok((tools.len(), seen, listed))
}
