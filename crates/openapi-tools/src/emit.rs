//! Rust source text of a catalogue, for build scripts.

use std::fmt::Write;

use crate::model::{Argument, Catalogue, PathPart, Tool};

/// Rust items `TOOLS` (the rows, in document order), `BY_NAME` (the row of each tool name) and `TOOLSETS` (the names of
/// the toolsets in alphabetical order).
///
/// Paths to types start with `::openapi_tools::table` and `::phf`. The schemas are slices of the listing entries, so
/// that every text is in the binary once.
#[must_use]
pub fn rust(catalogue: &Catalogue) -> String {
    let mut out = String::from(
        "/// Part of a text by byte offsets.\nconst fn part(text: &'static str, from: usize, to: usize) -> &'static str {\n    text.split_at(to).0.split_at(from).1\n}\n",
    );
    let count = catalogue.tools.len();
    for (index, tool) in catalogue.tools.iter().enumerate() {
        line(
            &mut out,
            format_args!("const BASE_{index}: &str = {:?};", tool.listing.base),
        );
        line(
            &mut out,
            format_args!(
                "const SINCE_2025_06_18_{index}: &str = {:?};",
                tool.listing.since_2025_06_18
            ),
        );
    }
    line(
        &mut out,
        format_args!("/// The tools, in the order of the document."),
    );
    line(
        &mut out,
        format_args!("pub static TOOLS: [::openapi_tools::table::Tool<'static>; {count}] = ["),
    );
    let toolsets = catalogue.toolsets();
    for (index, tool) in catalogue.tools.iter().enumerate() {
        let toolset = toolsets.iter().position(|name| *name == tool.toolset);
        row(&mut out, index, tool, toolset.unwrap_or_default());
    }
    line(&mut out, format_args!("];"));
    line(
        &mut out,
        format_args!("/// The toolsets, in alphabetical order."),
    );
    line(
        &mut out,
        format_args!(
            "pub static TOOLSETS: [&str; {}] = {toolsets:?};",
            toolsets.len()
        ),
    );
    let mut map = phf_codegen::Map::new();
    map.phf_path("::phf");
    for (index, tool) in catalogue.tools.iter().enumerate() {
        map.entry(tool.name.as_str(), index.to_string());
    }
    line(
        &mut out,
        format_args!("/// The row of each tool name in `TOOLS`."),
    );
    line(
        &mut out,
        format_args!(
            "pub static BY_NAME: ::phf::Map<&'static str, u16> = {};",
            map.build()
        ),
    );
    out
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
    out.push('\n');
}

fn row(out: &mut String, index: usize, tool: &Tool, toolset: usize) {
    const TABLE: &str = "::openapi_tools::table";
    let base = slice(
        &format!("BASE_{index}"),
        &tool.listing.base,
        "\"inputSchema\":",
        &tool.input_schema,
    );
    let output = tool.output_schema.as_ref().map(|schema| {
        slice(
            &format!("SINCE_2025_06_18_{index}"),
            &tool.listing.since_2025_06_18,
            "\"outputSchema\":",
            schema,
        )
    });
    let output = output.map_or_else(|| "None".to_owned(), |text| format!("Some({text})"));
    let facts = &tool.facts;
    let hints = &tool.annotations;
    let operation = &tool.operation;
    line(out, format_args!("    {TABLE}::Tool {{"));
    line(
        out,
        format_args!(
            "        name: {:?}, title: {:?}, description: {:?}, toolset: {:?}, toolset_index: {toolset},",
            tool.name, tool.title, tool.description, tool.toolset
        ),
    );
    line(
        out,
        format_args!("        input_schema: {base}, output_schema: {output},"),
    );
    line(
        out,
        format_args!(
            "        annotations: {TABLE}::Annotations {{ read_only: {}, destructive: {}, idempotent: {}, open_world: {} }},",
            hints.read_only, hints.destructive, hints.idempotent, hints.open_world
        ),
    );
    line(
        out,
        format_args!(
            "        facts: {TABLE}::Facts {{ scope: {TABLE}::Scope::{:?}, idempotency: {TABLE}::Idempotency::{:?}, dry_run: {}, spends_credits: {}, credits_detail: {:?}, secret: {}, secret_members: &{:?}, irreversible: {}, error_codes: &{:?} }},",
            facts.scope,
            facts.idempotency,
            facts.dry_run,
            facts.spends_credits,
            facts.credits_detail,
            facts.secret,
            facts.secret_members,
            facts.irreversible,
            facts.error_codes
        ),
    );
    let path: Vec<String> = operation
        .path
        .iter()
        .map(|part| match part {
            PathPart::Literal(text) => format!("{TABLE}::PathPart::Literal({text:?})"),
            PathPart::Argument(name) => format!("{TABLE}::PathPart::Argument({name:?})"),
        })
        .collect();
    let arguments: Vec<String> = operation
        .arguments
        .iter()
        .map(|argument| argument_row(TABLE, argument))
        .collect();
    let body = operation.body.as_ref().map_or_else(
        || "None".to_owned(),
        |body| {
            format!(
                "Some({TABLE}::Body {{ media_type: {:?}, encoding: {TABLE}::BodyEncoding::{:?}, required: {} }})",
                body.media_type, body.encoding, body.required
            )
        },
    );
    line(
        out,
        format_args!(
            "        operation: {TABLE}::Operation {{ id: {:?}, method: {:?}, path: &[{}], arguments: &[{}], body: {body}, accepts: &{:?} }},",
            operation.id,
            operation.method,
            path.join(", "),
            arguments.join(", "),
            operation.accepts
        ),
    );
    line(
        out,
        format_args!(
            "        listing: {TABLE}::Listing {{ base: BASE_{index}, since_2025_06_18: SINCE_2025_06_18_{index} }},"
        ),
    );
    line(out, format_args!("    }},"));
}

fn argument_row(table: &str, argument: &Argument) -> String {
    format!(
        "{table}::Argument {{ name: {:?}, wire_name: {:?}, location: {table}::Location::{:?}, kind: {table}::Kind::{:?}, style: {table}::Style::{:?}, explode: {}, allow_reserved: {} }}",
        argument.name,
        argument.wire_name,
        argument.location,
        argument.kind,
        argument.style,
        argument.explode,
        argument.allow_reserved
    )
}

/// An expression for `text` as a part of the constant `name`, which holds it after `label`.
fn slice(name: &str, whole: &str, label: &str, text: &str) -> String {
    let marked = format!("{label}{text}");
    match whole.find(&marked) {
        Some(start) => {
            let from = start + label.len();
            format!("part({name}, {from}, {})", from + text.len())
        }
        None => format!("{text:?}"),
    }
}
