//! Rust source text of a catalogue, for build scripts.

mod input;

pub use input::input;

use crate::catalogue::Catalogue;
use crate::table::{
    AnswerFacts, Argument, Body, Confirmation, Details, Given, PathPart, Rows, Subject, Tool,
};

/// The path of the types in the emitted source.
const TABLE: &str = "::openapi_tools::table";

/// Rust source with `TOOLS` (the rows, in the order of the document), `TOOLSETS` (the names of the toolsets, in
/// alphabetical order) and `BY_NAME` (the row of each tool name, and of each catalogue name).
///
/// The source refers to `::openapi_tools::table` and `::phf`. Names, descriptions and output schemas are slices of the listing
/// entries, so that the binary contains each text once.
#[must_use]
pub fn rust(catalogue: &Catalogue<'_>) -> String {
    let tools = &catalogue.tools;
    let (mut texts, mut rows) = (String::new(), String::new());
    let mut by_name = phf_codegen::Map::new();
    by_name.phf_path("::phf");
    for (index, tool) in tools.iter().enumerate() {
        texts.push_str(&constants(index, tool));
        rows.push_str(&row(index, tool));
        for name in [Some(tool.name), tool.catalogue_name].into_iter().flatten() {
            by_name.entry(name, index.to_string());
        }
    }
    let toolsets = catalogue.toolsets();
    format!(
        "\
/// Part of a text by byte offsets.
const fn part(text: &'static str, from: usize, to: usize) -> &'static str {{
    text.split_at(to).0.split_at(from).1
}}
{texts}/// The tools, in the order of the document.
pub static TOOLS: [{TABLE}::Tool<'static>; {}] = [
{rows}];
/// The toolsets, in alphabetical order.
pub static TOOLSETS: [&str; {}] = {toolsets:?};
/// The row of each tool name in `TOOLS`.
pub static BY_NAME: ::phf::Map<&'static str, u16> = {};
",
        tools.len(),
        toolsets.len(),
        by_name.build()
    )
}

/// The constants with the listing of a tool.
fn constants(index: usize, tool: &Tool<'_>) -> String {
    let listing = tool.listing;
    format!(
        "\
const BASE_{index}: &str = {:?};
const SINCE_2025_06_18_{index}: &str = {:?};
",
        listing.base, listing.since_2025_06_18
    )
}

/// The row of a tool.
fn row(index: usize, tool: &Tool<'_>) -> String {
    let Tool {
        name,
        catalogue_name,
        title,
        description,
        toolset,
        toolset_index,
        input: rules,
        input_schema: _,
        output_schema,
        annotations: hints,
        facts,
        operation,
        confirmation,
        listing,
    } = tool;
    let (base, since) = (format!("BASE_{index}"), format!("SINCE_2025_06_18_{index}"));
    let name_of = part(&base, listing.base, "\"name\":\"", name);
    let description = part(&base, listing.base, "\"description\":\"", description);
    let title = part(&since, listing.since_2025_06_18, ",\"title\":\"", title);
    let rules = input(rules);
    let output = optional(output_schema, |schema| {
        part(
            &since,
            listing.since_2025_06_18,
            "\"outputSchema\":",
            schema,
        )
    });
    let hints = format!(
        "{TABLE}::Annotations {{ read_only: {}, destructive: {}, idempotent: {}, open_world: {} }}",
        hints.read_only, hints.destructive, hints.idempotent, hints.open_world
    );
    let facts = format!(
        "{TABLE}::Facts {{ scope: {TABLE}::Scope::{:?}, idempotency: {TABLE}::Idempotency::{:?}, dry_run: {}, spends_credits: {}, credits_detail: {:?}, secret: {}, secret_members: &{:?}, irreversible: {}, error_codes: &{:?}, credit_balance: {:?}, search_words: &{:?}, answer: {} }}",
        facts.scope,
        facts.idempotency,
        facts.dry_run,
        facts.spends_credits,
        facts.credits_detail,
        facts.secret,
        facts.secret_members,
        facts.irreversible,
        facts.error_codes,
        facts.credit_balance,
        facts.search_words,
        answer(&facts.answer)
    );
    let operation = format!(
        "{TABLE}::Operation {{ id: {:?}, method: {:?}, path: &[{}], arguments: &[{}], body: {}, accepts: &{:?}, may_be_empty: {} }}",
        operation.id,
        operation.method,
        list(operation.path, path_part),
        list(operation.arguments, argument),
        optional(&operation.body, body),
        operation.accepts,
        operation.may_be_empty
    );
    let confirmation = optional(confirmation, self::confirmation);
    format!(
        "    {TABLE}::Tool {{
        name: {name_of}, catalogue_name: {catalogue_name:?}, title: {title}, description: {description}, toolset: {toolset:?}, toolset_index: {toolset_index},
        input: {rules}, input_schema: None,
        output_schema: {output},
        annotations: {hints},
        facts: {facts},
        operation: {operation},
        confirmation: {confirmation},
        listing: {TABLE}::Listing {{ base: {base}, since_2025_06_18: {since} }},
    }},
"
    )
}

fn answer(facts: &AnswerFacts<'_>) -> String {
    format!(
        "{TABLE}::AnswerFacts {{ empty: {:?}, simulated: {:?}, given: {}, rows: {}, echo: {}, details: {}, amounts: &{:?} }}",
        facts.empty,
        facts.simulated,
        optional(&facts.given, given),
        optional(&facts.rows, rows),
        facts.echo,
        optional(&facts.details, details),
        facts.amounts
    )
}

fn given(given: &Given<'_>) -> String {
    format!(
        "{TABLE}::Given {{ arguments: &{:?}, text: {:?} }}",
        given.arguments, given.text
    )
}

fn rows(rows: &Rows<'_>) -> String {
    format!(
        "{TABLE}::Rows {{ list: {:?}, error: {:?}, succeeded: {:?} }}",
        rows.list, rows.error, rows.succeeded
    )
}

fn details(details: &Details<'_>) -> String {
    format!(
        "{TABLE}::Details {{ argument: {:?}, list: {:?}, key: {:?}, brief: {:?}, members: &{:?} }}",
        details.argument, details.list, details.key, details.brief, details.members
    )
}

fn path_part(part: &PathPart<'_>) -> String {
    format!("{TABLE}::PathPart::{part:?}")
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

fn confirmation(confirmation: &Confirmation<'_>) -> String {
    format!(
        "{TABLE}::Confirmation {{ questions: &{:?}, warning: {:?}, subject: {}, words: &{:?} }}",
        confirmation.questions,
        confirmation.warning,
        optional(&confirmation.subject, subject),
        confirmation.words
    )
}

fn subject(subject: &Subject<'_>) -> String {
    format!(
        "{TABLE}::Subject {{ read: {:?}, by: {:?}, argument: {:?}, labels: &{:?} }}",
        subject.read, subject.by, subject.argument, subject.labels
    )
}

fn body(body: &Body<'_>) -> String {
    format!(
        "{TABLE}::Body {{ media_type: {:?}, encoding: {TABLE}::BodyEncoding::{:?}, required: {} }}",
        body.media_type, body.encoding, body.required
    )
}

fn list<T>(items: &[T], written: fn(&T) -> String) -> String {
    items.iter().map(written).collect::<Vec<_>>().join(", ")
}

fn optional<T>(value: &Option<T>, written: impl Fn(&T) -> String) -> String {
    match value {
        Some(value) => format!("Some({})", written(value)),
        None => "None".to_owned(),
    }
}

/// An expression for `text`: a part of the constant `name` if its value `whole` has the text after `label`, as it has
/// unless JSON escapes a character of it; otherwise a literal.
fn part(name: &str, whole: &str, label: &str, text: &str) -> String {
    match whole.find(&format!("{label}{text}")) {
        Some(start) => {
            let from = start + label.len();
            format!("part({name}, {from}, {})", from + text.len())
        }
        None => format!("{text:?}"),
    }
}
