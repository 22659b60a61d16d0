//! Reading a document from a file.

use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

use serde_json::Value;

/// Values in one YAML document; the largest public ones have about two million.
const MAX_YAML_NODES: usize = 50_000_000;

/// The document in `file`: JSON if it starts like JSON, else YAML.
///
/// # Errors
///
/// The file cannot be read or is neither.
pub(crate) fn read(file: &Path) -> Result<Value> {
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| Error::new(error.kind(), named(&error)))?;
    let text = text.trim_start_matches('\u{feff}');
    let parsed = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| named(&error))
    } else {
        yaml(text).map_err(|error| named(&error))
    };
    parsed.map_err(|message| Error::new(ErrorKind::InvalidData, message))
}

fn yaml(text: &str) -> std::result::Result<Value, serde_saphyr::Error> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: MAX_YAML_NODES,
            max_nodes: MAX_YAML_NODES,
            max_total_scalar_bytes: usize::MAX,
            max_depth: 128,
        },
        // YAML 1.2 as OpenAPI asks for: `no` and `on` are words, `0123` and `1_000` are no numbers.
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options)
}
