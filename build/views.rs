//! Puts the views of `static/views` together (`static/views/README.md`) and compresses them.

use anyhow::{Context, Result, bail};
use miniz_oxide::deflate::compress_to_vec;
use std::fs;
use std::path::Path;

const FOLDER: &str = "static/views";
/// The views, by the names of their files.
const NAMES: [&str; 4] = ["dashboard", "order", "tracker", "account"];
/// The most bytes that a view may have, compressed.
const MAX_BYTES: usize = 15_360;

/// Writes the compressed views to `out`. Returns the Rust source with a table of them.
pub(super) fn rust(out: &Path, level: u8) -> Result<String> {
    let mut rows = String::new();
    for name in NAMES {
        let html = assembled(name)?;
        let deflated = compress_to_vec(html.as_bytes(), level);
        if deflated.len() > MAX_BYTES {
            bail!("the view {name} has {} bytes compressed", deflated.len());
        }
        let file = format!("{name}.html.deflated");
        fs::write(out.join(&file), deflated)?;
        rows.push_str(&format!(
            "    ({name:?}, {}, include_bytes!({file:?})),\n",
            html.len()
        ));
    }
    Ok(format!(
        "/// Name, length, and the compressed HTML (RFC 1951) of each view.\n\
         pub(super) static VIEWS: [(&str, usize, &[u8]); {}] = [\n{rows}];\n",
        NAMES.len()
    ))
}

/// The HTML of a view: each placeholder `/*file*/` is replaced by that file.
fn assembled(name: &str) -> Result<String> {
    let mut rest = &*read(&format!("{name}.html"))?;
    let mut html = String::new();
    while let Some((before, after)) = rest.split_once("/*") {
        let (file, after) = after
            .split_once("*/")
            .with_context(|| format!("{name}.html has a placeholder without an end"))?;
        html.push_str(before);
        html.push_str(&compact(&read(file)?));
        rest = after;
    }
    html.push_str(rest);
    Ok(html)
}

/// A file without indentation, empty lines and lines that are comments.
fn compact(text: &str) -> String {
    let is_comment =
        |line: &str| line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
    let lines = text.lines().map(str::trim);
    let lines: Vec<&str> = lines
        .filter(|line| !line.is_empty() && !is_comment(line))
        .collect();
    lines.join("\n")
}

fn read(file: &str) -> Result<String> {
    let path = Path::new(FOLDER).join(file);
    fs::read_to_string(&path).with_context(|| path.display().to_string())
}
