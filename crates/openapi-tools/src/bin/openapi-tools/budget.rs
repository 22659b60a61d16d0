//! The command `budget`: the size of every tool, in bytes and tokens.

use std::io::{Result, Write};

use openapi_tools::Catalogue;
use openapi_tools::table::Tool;

/// The most tokens that a model may see: of each tool, and of a tool on average; and the size of the list. `None` means
/// no limit.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    pub(crate) each: Option<usize>,
    pub(crate) mean: Option<usize>,
    /// The most bytes of all entries in `tools/list`, with the commas between them.
    pub(crate) list: Option<usize>,
}

/// Bytes and tokens of a text.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Size {
    pub(crate) bytes: usize,
    pub(crate) tokens: usize,
}

impl Size {
    /// The sum of both.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            bytes: self.bytes + other.bytes,
            tokens: self.tokens + other.tokens,
        }
    }

    /// The size of a text, with tokens of the o200k vocabulary.
    pub(crate) fn of(text: &str) -> Self {
        Self {
            bytes: text.len(),
            tokens: bpe_openai::o200k_base().count(text),
        }
    }
}

/// The two sizes of one tool.
struct Row<'a> {
    name: &'a str,
    /// Name, description and input schema as one JSON object, which is the part that hosts show a model.
    seen: Size,
    /// The whole entry in `tools/list`.
    listed: Size,
}

/// Writes one line for each tool, largest first, then totals, means and maxima, then the exceeded limits.
///
/// Returns whether all limits are kept.
///
/// # Errors
///
/// The text cannot be written.
pub(crate) fn write(
    catalogue: &Catalogue<'_>,
    limits: Limits,
    out: &mut impl Write,
) -> Result<bool> {
    let mut rows: Vec<Row<'_>> = catalogue.tools.iter().map(row).collect();
    rows.sort_by(|one, other| {
        other
            .seen
            .tokens
            .cmp(&one.seen.tokens)
            .then(one.name.cmp(other.name))
    });
    let width = rows
        .iter()
        .map(|row| row.name.len())
        .max()
        .unwrap_or(0)
        .max("tool".len());
    writeln!(
        out,
        "{:width$}  {:>10}  {:>11}  {:>10}  {:>11}",
        "tool", "seen bytes", "seen tokens", "list bytes", "list tokens"
    )?;
    let mut line = |name: &str, seen: Size, listed: Size| {
        writeln!(
            out,
            "{name:width$}  {:>10}  {:>11}  {:>10}  {:>11}",
            seen.bytes, seen.tokens, listed.bytes, listed.tokens
        )
    };
    for row in &rows {
        line(row.name, row.seen, row.listed)?;
    }
    let add = |one, other| one + other;
    let (seen, listed) = (
        fold(&rows, |row| row.seen, add),
        fold(&rows, |row| row.listed, add),
    );
    let mean = |size: Size| Size {
        bytes: size.bytes.div_ceil(rows.len().max(1)),
        tokens: size.tokens.div_ceil(rows.len().max(1)),
    };
    line("total", seen, listed)?;
    line("mean", mean(seen), mean(listed))?;
    line(
        "max",
        fold(&rows, |row| row.seen, usize::max),
        fold(&rows, |row| row.listed, usize::max),
    )?;
    writeln!(out)?;
    writeln!(
        out,
        "{} tools. seen: name, description and input schema. list: the whole entry in tools/list. Tokens: o200k.",
        rows.len()
    )?;
    let exceeded = over(&rows, limits);
    for line in &exceeded {
        writeln!(out, "exceeded {line}")?;
    }
    Ok(exceeded.is_empty())
}

/// The limits that a catalogue exceeds, one line each.
pub(crate) fn exceeded(catalogue: &Catalogue<'_>, limits: Limits) -> Vec<String> {
    let rows: Vec<Row<'_>> = catalogue.tools.iter().map(row).collect();
    over(&rows, limits)
}

fn over(rows: &[Row<'_>], limits: Limits) -> Vec<String> {
    let over = |limit: Option<usize>, size: usize| limit.filter(|limit| size > *limit);
    let tokens = fold(rows, |row| row.seen, |one, other| one + other).tokens;
    let mean = tokens.div_ceil(rows.len().max(1));
    let named = rows.iter().map(|row| (row.name, row.seen.tokens));
    let mut lines: Vec<String> = named
        .map(|(name, tokens)| (name, over(limits.each, tokens)))
        .chain([("mean", over(limits.mean, mean))])
        .filter_map(|(name, limit)| Some(format!("{name}: more than {} tokens", limit?)))
        .collect();
    let commas = rows.len().saturating_sub(1);
    let bytes = fold(rows, |row| row.listed, |one, other| one + other).bytes + commas;
    if let Some(limit) = over(limits.list, bytes) {
        lines.push(format!("list: {bytes} bytes, more than {limit} bytes"));
    }
    lines
}

/// Combines the sizes of all rows into one.
fn fold(rows: &[Row<'_>], size: fn(&Row<'_>) -> Size, join: fn(usize, usize) -> usize) -> Size {
    rows.iter()
        .map(size)
        .fold(Size::default(), |all, one| Size {
            bytes: join(all.bytes, one.bytes),
            tokens: join(all.tokens, one.tokens),
        })
}

fn row<'a>(tool: &Tool<'a>) -> Row<'a> {
    // The entry starts with the members that a model sees; the annotations follow.
    let seen = tool
        .listing
        .base
        .split(",\"annotations\":{\"title\":")
        .next()
        .unwrap_or_default();
    let listed = format!("{{{}{}}}", tool.listing.base, tool.listing.since_2025_06_18);
    Row {
        name: tool.name,
        seen: Size::of(&format!("{{{seen}}}")),
        listed: Size::of(&listed),
    }
}
