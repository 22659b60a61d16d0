//! Rust source text of a catalogue, for build scripts.

use std::fmt::{Arguments, Write};

use crate::catalogue::Catalogue;
use crate::table::{Argument, PathPart, Tool};

/// The path of the types in the emitted source.
const TABLE: &str = "::openapi_tools::table";

/// The function that the emitted source uses to cut the schemas out of the listings.
const PART: &str = "\
/// Part of a text by byte offsets.
const fn part(text: &'static str, from: usize, to: usize) -> &'static str {
    text.split_at(to).0.split_at(from).1
}
";

/// Rust source with `TOOLS` (the rows, in the order of the document), `TOOLSETS` (the names of the toolsets, in
/// alphabetical order) and `BY_NAME` (the row of each tool name).
///
/// The source refers to `::openapi_tools::table` and `::phf`. Its schemas are slices of the listing entries, so that
/// the binary contains each text once.
#[must_use]
pub fn rust(catalogue: &Catalogue<'_>) -> String {
    let tools = &catalogue.tools;
    let mut out = PART.to_owned();
    for (index, tool) in tools.iter().enumerate() {
        let listing = &tool.listing;
        line(
            &mut out,
            format_args!("const BASE_{index}: &str = {:?};", listing.base),
        );
        line(
            &mut out,
            format_args!(
                "const SINCE_2025_06_18_{index}: &str = {:?};",
                listing.since_2025_06_18
            ),
        );
    }
    line(
        &mut out,
        format_args!("/// The tools, in the order of the document."),
    );
    line(
        &mut out,
        format_args!(
            "pub static TOOLS: [{TABLE}::Tool<'static>; {}] = [",
            tools.len()
        ),
    );
    for (index, tool) in tools.iter().enumerate() {
        row(&mut out, index, tool);
    }
    line(&mut out, format_args!("];"));
    line(
        &mut out,
        format_args!("/// The toolsets, in alphabetical order."),
    );
    let toolsets = catalogue.toolsets();
    line(
        &mut out,
        format_args!(
            "pub static TOOLSETS: [&str; {}] = {toolsets:?};",
            toolsets.len()
        ),
    );
    let mut map = phf_codegen::Map::new();
    map.phf_path("::phf");
    for (index, tool) in tools.iter().enumerate() {
        map.entry(tool.name, index.to_string());
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

fn line(out: &mut String, text: Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
    out.push('\n');
}

fn row(out: &mut String, index: usize, tool: &Tool<'_>) {
    let Tool {
        name,
        title,
        description,
        toolset,
        toolset_index,
        annotations: hints,
        facts,
        operation,
        listing,
        ..
    } = tool;
    let input = part(
        &format!("BASE_{index}"),
        listing.base,
        "\"inputSchema\":",
        tool.input_schema,
    );
    let output = optional(tool.output_schema.map(|schema| {
        part(
            &format!("SINCE_2025_06_18_{index}"),
            listing.since_2025_06_18,
            "\"outputSchema\":",
            schema,
        )
    }));
    line(out, format_args!("    {TABLE}::Tool {{"));
    line(
        out,
        format_args!(
            "        name: {name:?}, title: {title:?}, description: {description:?}, toolset: {toolset:?}, toolset_index: {toolset_index},"
        ),
    );
    line(
        out,
        format_args!("        input_schema: {input}, output_schema: {output},"),
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
    let path = joined(operation.path, |part| match part {
        PathPart::Literal(text) => format!("{TABLE}::PathPart::Literal({text:?})"),
        PathPart::Argument(name) => format!("{TABLE}::PathPart::Argument({name:?})"),
    });
    let body = optional(operation.body.map(|body| {
        format!(
            "{TABLE}::Body {{ media_type: {:?}, encoding: {TABLE}::BodyEncoding::{:?}, required: {} }}",
            body.media_type, body.encoding, body.required
        )
    }));
    line(
        out,
        format_args!(
            "        operation: {TABLE}::Operation {{ id: {:?}, method: {:?}, path: &[{path}], arguments: &[{}], body: {body}, accepts: &{:?} }},",
            operation.id,
            operation.method,
            joined(operation.arguments, argument),
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

fn argument(argument: &Argument<'_>) -> String {
    format!(
        "{TABLE}::Argument {{ name: {:?}, wire_name: {:?}, location: {TABLE}::Location::{:?}, kind: {TABLE}::Kind::{:?}, style: {TABLE}::Style::{:?}, explode: {}, allow_reserved: {} }}",
        argument.name,
        argument.wire_name,
        argument.location,
        argument.kind,
        argument.style,
        argument.explode,
        argument.allow_reserved
    )
}

fn joined<T>(list: &[T], written: impl Fn(&T) -> String) -> String {
    list.iter().map(written).collect::<Vec<_>>().join(", ")
}

fn optional(expression: Option<String>) -> String {
    expression.map_or_else(|| "None".to_owned(), |text| format!("Some({text})"))
}

/// An expression for `text` as a part of the constant `name`, whose value `whole` contains it after `label`.
fn part(name: &str, whole: &str, label: &str, text: &str) -> String {
    match whole.find(&format!("{label}{text}")) {
        Some(start) => {
            let from = start + label.len();
            format!("part({name}, {from}, {})", from + text.len())
        }
        None => format!("{text:?}"),
    }
}
