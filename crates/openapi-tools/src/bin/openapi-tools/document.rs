//! Reads a document from a file.

use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

use serde_json::Value;

/// Most values in one YAML document; the largest public ones have about two million.
const MAX_YAML_NODES: usize = 50_000_000;

/// The document in `file`: JSON if it starts with `{`, else YAML.
///
/// # Errors
///
/// The file cannot be read, or it is neither JSON nor YAML.
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
        // OpenAPI requires YAML 1.2, in which `no`, `on`, `0123` and `1_000` are strings.
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn yaml_is_read_as_version_1_2() {
        let text = "on: no\nversion: 1.20\nzip: 0123\n200: {a: [yes, true, ~, 1_000]}\nbase: &b {x: 1}\nuse: {<<: *b, y: 2}\n";
        assert_eq!(
            super::yaml(text).ok(),
            Some(json!({
                "on": "no", "version": 1.2, "zip": "0123", "200": { "a": ["yes", true, null, "1_000"] },
                "base": { "x": 1 }, "use": { "x": 1, "y": 2 }
            }))
        );
    }

    #[test]
    fn yaml_that_nests_deeply_or_expands_is_refused() {
        assert!(super::yaml(&"[".repeat(100_000)).is_err());
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let before = format!("*a{}", level - 1);
            bomb.push_str(&format!(
                "a{level}: &a{level} [{}]\n",
                [before.as_str(); 10].join(", ")
            ));
        }
        assert!(super::yaml(&bomb).is_err());
    }
}
