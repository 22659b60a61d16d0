//! Generates the tables and the JSON texts of `src/catalog.rs` from `static/openapi.json` and
//! `static/compact-tools.json`, those of the search and of `src/text/look_alike.rs`, and the views of `src/mcp/views.rs`.

#[path = "build/look_alikes.rs"]
mod look_alikes;
#[path = "build/search.rs"]
mod search;
#[path = "build/views.rs"]
mod views;

use anyhow::{Context, Result};
use miniz_oxide::deflate::compress_to_vec;
use openapi_tools::{Arena, Catalogue, Options, Output, emit, input_rules};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::{env, fs};

const DOCUMENT: &str = "static/openapi.json";
const COMPACT: &str = "static/compact-tools.json";
/// What the search and its tables have in common.
const WORDS: &str = "src/mcp/tools/compact/search/words.rs";
/// The highest level: it takes the most time, and only when the connector is built.
const DEFLATE_LEVEL: u8 = 10;

fn main() -> Result<()> {
    for file in [
        DOCUMENT,
        COMPACT,
        "static/views",
        "build.rs",
        "build",
        WORDS,
    ] {
        println!("cargo::rerun-if-changed={file}");
    }
    let text = fs::read_to_string(DOCUMENT).context(DOCUMENT)?;
    let options = Options {
        prefix: "tokportal_".to_owned(),
        dry_run_header: Some(("dry_run".to_owned(), "X-TokPortal-Dry-Run".to_owned())),
        idempotency_header: Some(("idempotency_key".to_owned(), "Idempotency-Key".to_owned())),
        output: Output {
            // The API adds values to enumerations without a new version (docs/UPSTREAM.md, section 7).
            open_enums: true,
            ..Output::default()
        },
        ..Options::default()
    };
    // Warnings are not printed here, because every build would repeat them; `openapi-tools check` prints them.
    let arena = Arena::default();
    let mut catalogue = Catalogue::from_json(&text, &options, &arena).context(DOCUMENT)?;
    let out = PathBuf::from(env::var_os("OUT_DIR").context("OUT_DIR")?);
    let tables = deflated(&out, "search.deflated", &search::tables(&catalogue))?;
    fs::write(out.join("search.rs"), tables)?;
    // The tables of the search have them.
    for tool in &mut catalogue.tools {
        tool.facts.search_words = &[];
    }
    let (schemas, ends) = take_output_schemas(&mut catalogue);
    let schemas = deflated(&out, "output-schemas.deflated", &schemas)?;
    fs::write(
        out.join("output_schemas.rs"),
        format!(
            "{schemas}pub(super) static ENDS: [u32; {}] = {ends:?};\n",
            ends.len()
        ),
    )?;
    fs::write(out.join("catalogue.rs"), emit::rust(&catalogue))?;
    // The texts from which the rules were made, for tests.
    let schemas = catalogue.tools.iter().map(|tool| {
        Some((
            tool.name.to_owned(),
            serde_json::from_str(tool.input_schema?).ok()?,
        ))
    });
    let schemas: Option<Map<String, Value>> = schemas.collect();
    fs::write(
        out.join("input-schemas.json"),
        Value::from(schemas.context("the input schemas")?).to_string(),
    )?;
    let tools = fs::read_to_string(COMPACT).context(COMPACT)?;
    let tools: Vec<Value> = serde_json::from_str(&tools).context(COMPACT)?;
    fs::write(
        out.join("compact.rs"),
        compact(tools, &catalogue.toolsets())?,
    )?;
    fs::write(out.join("look_alikes.rs"), look_alikes::rust())?;
    fs::write(out.join("views.rs"), views::rust(&out, DEFLATE_LEVEL)?)?;
    let mut document: Value = serde_json::from_str(&text).context(DOCUMENT)?;
    without_search_words(&mut document);
    let source = deflated(&out, "openapi.min.json.deflated", &document.to_string())?;
    fs::write(out.join("openapi.rs"), source)?;
    Ok(())
}

/// Takes out what only the search needs, because people and models read the document.
fn without_search_words(document: &mut Value) {
    match document {
        Value::Object(members) => {
            members.shift_remove("x-search-words");
            members.values_mut().for_each(without_search_words);
        }
        Value::Array(items) => items.iter_mut().for_each(without_search_words),
        _ => {}
    }
}

/// Takes the output schemas out of the tools and their entries in the list. Returns them as one text, because they are
/// alike, with the end of each in it.
fn take_output_schemas(catalogue: &mut Catalogue<'_>) -> (String, Vec<usize>) {
    let mut text = String::new();
    let ends = catalogue.tools.iter_mut().map(|tool| {
        let entry = tool.listing.since_2025_06_18;
        if let Some((others, schema)) = entry.split_once(",\"outputSchema\":") {
            tool.listing.since_2025_06_18 = others;
            tool.output_schema = None;
            text.push_str(schema);
        }
        text.len()
    });
    let ends = ends.collect();
    (text, ends)
}

/// Writes a text compressed (RFC 1951), and returns the Rust source of its `LENGTH` and its `BYTES`.
fn deflated(out: &Path, file: &str, text: &str) -> Result<String> {
    fs::write(
        out.join(file),
        compress_to_vec(text.as_bytes(), DEFLATE_LEVEL),
    )?;
    Ok(format!(
        "pub(super) const LENGTH: usize = {};\npub(super) const BYTES: &[u8] = include_bytes!({file:?});\n",
        text.len()
    ))
}

/// The Rust source of `COMPACT`, the tools of the compact mode. Their toolset argument accepts the toolsets of the
/// catalogue.
fn compact(tools: Vec<Value>, toolsets: &[&str]) -> Result<String> {
    let mut rows = format!(
        "/// The tools of the compact mode.\npub static COMPACT: [CompactTool; {}] = [\n",
        tools.len()
    );
    for mut tool in tools {
        if let Some(toolset) = tool.pointer_mut("/inputSchema/properties/toolset/enum") {
            *toolset = json!(toolsets);
        }
        tool["annotations"]["title"] = tool["title"].clone();
        let arena = Arena::default();
        let input = input_rules(&tool["inputSchema"], &arena).context(COMPACT)?;
        let member = |name: &str| format!("\"{name}\":{}", tool[name]);
        let base = ["name", "description", "inputSchema", "annotations"].map(member);
        let mut since_2025_06_18 = format!(",{}", member("title"));
        if tool.get("outputSchema").is_some() {
            since_2025_06_18 = format!("{since_2025_06_18},{}", member("outputSchema"));
        }
        rows.push_str(&format!(
            "    CompactTool {{ name: {:?}, input: {}, read_only: {}, listing: ::openapi_tools::table::Listing {{ base: {:?}, since_2025_06_18: {since_2025_06_18:?} }} }},\n",
            tool["name"].as_str().context("a tool without a name")?,
            emit::input(&input),
            tool["annotations"]["readOnlyHint"],
            base.join(","),
        ));
    }
    Ok(rows + "];\n")
}
