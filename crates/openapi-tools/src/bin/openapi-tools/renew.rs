//! The command `renew`: takes over a newer document of the same API.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Error, Result, Write};
use std::path::Path;

use openapi_tools::renew::{self, Difference, Renewal, Report};
use openapi_tools::{Arena, Catalogue, Options};
use serde_json::{Value, json};

use crate::budget::{self, Limits};
use crate::document;

/// The most lines of one long section of the report; `--json` has all of them.
const MAX_LINES: usize = 12;

/// What the command line says.
pub(crate) struct Request<'a> {
    /// Our document, which is rewritten.
    pub(crate) ours: &'a Path,
    /// The newer document.
    pub(crate) newer: &'a Path,
    /// Whether the document is only compared.
    pub(crate) check: bool,
    /// Whether the report is JSON.
    pub(crate) json: bool,
    pub(crate) options: &'a Options,
    pub(crate) limits: Limits,
}

/// Renews the document and writes the report. Returns whether nothing is left for a person to do.
///
/// # Errors
///
/// A file cannot be read or written, or one of the documents cannot be used.
pub(crate) fn run(request: &Request<'_>, out: &mut impl Write) -> Result<bool> {
    let text = fs::read_to_string(request.ours).map_err(|error| {
        Error::new(error.kind(), format!("{}: {error}", request.ours.display()))
    })?;
    let ours: Value = serde_json::from_str(&text)
        .map_err(|error| Error::other(format!("{}: {error}", request.ours.display())))?;
    let newer = document::read(request.newer)?;
    let Renewal { document, report } = renew::renew(&ours, &newer, request.options)
        .map_err(|problems| Error::other(format!("nothing was changed:\n{problems}")))?;
    let arena = Arena::default();
    let (catalogue, _) = Catalogue::read(&document, request.options, &arena);
    let exceeded = budget::exceeded(&catalogue, request.limits);
    if report.is_changed && !request.check {
        write(request.ours, &document, &text)?;
    }
    if request.json {
        let mut whole = report.to_json();
        whole["exceeded"] = json!(exceeded);
        whole["needs_person"] = json!(report.needs_person() || !exceeded.is_empty());
        writeln!(out, "{whole:#}")?;
    } else {
        print(request, &report, &exceeded, out)?;
    }
    Ok(!report.needs_person() && exceeded.is_empty())
}

/// Writes a document as it was written before: indented, and with a final line break if it had one.
fn write(file: &Path, document: &Value, before: &str) -> Result<()> {
    let mut text = serde_json::to_string_pretty(document)?;
    if before.ends_with('\n') {
        text.push('\n');
    }
    // A file that is replaced as a whole is never half written.
    let draft = file.with_extension("renewed");
    fs::write(&draft, text)?;
    fs::rename(&draft, file)
}

fn print(
    request: &Request<'_>,
    report: &Report,
    exceeded: &[String],
    out: &mut impl Write,
) -> Result<()> {
    let fate = match (report.is_changed, request.check) {
        (false, _) => "has nothing new",
        (true, true) => "would change it",
        (true, false) => "was taken over",
    };
    writeln!(out, "{}: the newer document {fate}", request.ours.display())?;
    if let Some((before, after)) = &report.version {
        writeln!(out, "version {before} before, {after} now")?;
    }
    let pair = |(tool, place): &(String, String)| format!("{tool}  {place}");
    let triple = |(tool, before, after): &(String, String, String)| {
        format!("{tool}: {before} before, {after} now")
    };
    let all = usize::MAX;
    section(out, "added", report.added.iter().map(pair).collect(), all)?;
    section(
        out,
        "removed",
        report.removed.iter().map(pair).collect(),
        all,
    )?;
    section(
        out,
        "renamed; the tool keeps its name",
        report.renamed.iter().map(triple).collect(),
        all,
    )?;
    section(out, "moved", report.moved.iter().map(triple).collect(), all)?;
    let mut changed = Vec::new();
    for (tool, changes) in &report.changed {
        changed.extend(changes.iter().map(|change| {
            let mark = if change.needs_person() { "! " } else { "" };
            format!("{mark}{tool}: {change}")
        }));
    }
    section(
        out,
        "changed; ! marks what can break calls or needs a text",
        changed,
        all,
    )?;
    let excluded = report.excluded.iter().map(|one| {
        let was = if one.was_tool { " (was a tool)" } else { "" };
        format!("{}{was}: {}", one.operation, one.reasons.join("; "))
    });
    section(out, "not offered", excluded.collect(), all)?;
    let unreviewed = grouped(
        report
            .unreviewed
            .iter()
            .map(|one| (one.defaults.join(", "), &one.tool)),
    );
    section(
        out,
        "defaults were used; review them, then delete x-unreviewed from the operation",
        unreviewed,
        all,
    )?;
    section(
        out,
        "secret by their name from now on",
        report.secrets.iter().map(pair).collect(),
        all,
    )?;
    let refused = report
        .refused
        .iter()
        .map(|(tool, one)| (format!("{} ({})", one.what, one.hosts.join(", ")), tool));
    section(out, "refused by hosts as listed", grouped(refused), all)?;
    let stale = report.stale.iter();
    section(
        out,
        "descriptions that name a tool that is gone",
        stale.map(pair).collect(),
        all,
    )?;
    let (mut texts, mut kept, mut replaced, mut dropped) = (vec![], vec![], vec![], vec![]);
    for one in &report.differences {
        match one {
            Difference::Text(place) => texts.push(place.clone()),
            Difference::Kept(place) => kept.push(place.clone()),
            Difference::Replaced(place, before, after) => {
                replaced.push(format!("{place}: {before} before, {after} now"));
            }
            Difference::Dropped(place, value) => dropped.push(format!("{place}: {value}")),
        }
    }
    section(out, "gone, with what was written by hand", dropped, all)?;
    section(out, "replaced by the newer document", replaced, all)?;
    section(
        out,
        "kept, although the newer document does not have it",
        kept,
        MAX_LINES,
    )?;
    section(
        out,
        "texts kept, although the newer document has another",
        texts,
        MAX_LINES,
    )?;
    if report.stated > 0 {
        writeln!(
            out,
            "\n{} marks x-inferred are gone, because the newer document states the facts or has no place for them",
            report.stated
        )?;
    }
    section(out, "over a limit", exceeded.to_vec(), all)?;
    let (before, after) = report.sizes;
    writeln!(
        out,
        "\n{} tools before, {} now; entries in tools/list {} bytes before, {} now",
        before.tools, after.tools, before.bytes, after.bytes
    )?;
    if report.needs_person() || !exceeded.is_empty() {
        writeln!(out, "Something above needs a person.")?;
    }
    Ok(())
}

fn section(out: &mut impl Write, title: &str, lines: Vec<String>, most: usize) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title} ({})", lines.len())?;
    for line in lines.iter().take(most) {
        writeln!(out, "  {line}")?;
    }
    if lines.len() > most {
        writeln!(out, "  and {} more; --json lists all", lines.len() - most)?;
    }
    Ok(())
}

/// One line for each text, with the tools that it is about.
fn grouped<'a>(pairs: impl Iterator<Item = (String, &'a String)>) -> Vec<String> {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (text, tool) in pairs {
        let tools = groups.entry(text).or_default();
        if !tools.contains(&tool.as_str()) {
            tools.push(tool);
        }
    }
    groups
        .into_iter()
        .map(|(text, tools)| format!("{text}: {}", tools.join(", ")))
        .collect()
}
