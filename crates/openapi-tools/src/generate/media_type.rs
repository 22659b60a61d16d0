//! Media types, as far as request bodies depend on them.

use serde_json::{Map, Value};

/// One media type of a request body.
pub(crate) struct Media<'d> {
    pub(crate) media_type: &'d str,
    /// The Media Type Object.
    pub(crate) map: &'d Map<String, Value>,
    pub(crate) pointer: String,
    /// Whether the body is required.
    pub(crate) required: bool,
}

/// Whether a media type is JSON: `application/json`, `text/json` or a `+json` type (RFC 6839).
pub(crate) fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    matches!(essence.as_str(), "application/json" | "text/json") || essence.ends_with("+json")
}

/// Type and subtype in lower case, without parameters.
pub(crate) fn essence(media_type: &str) -> String {
    media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// Whether bodies of this type are text.
pub(crate) fn is_text(essence: &str) -> bool {
    essence.starts_with("text/")
        || essence.ends_with("+xml")
        || essence.ends_with("+yaml")
        || matches!(
            essence,
            "application/xml"
                | "application/yaml"
                | "application/x-yaml"
                | "application/toml"
                | "application/graphql"
                | "application/javascript"
                | "application/sql"
                | "application/x-ndjson"
                | "application/ndjson"
                | "application/jsonl"
                | "application/json-seq"
        )
}

/// Preference among the media types of a body; lower is better.
pub(crate) fn rank(media_type: &str) -> usize {
    match essence(media_type).as_str() {
        "application/json" => 0,
        _ if is_json(media_type) => 1,
        "application/x-www-form-urlencoded" => 2,
        "multipart/form-data" => 3,
        "*/*" | "application/*" => 4,
        text if is_text(text) => 5,
        "application/octet-stream" => 6,
        _ => 7,
    }
}
