//! The suite's resources.

use super::PIXEL;
use serde_json::{Value, json};

/// Entries of `resources/list`.
pub(super) fn list() -> Vec<Value> {
    vec![
        json!({
            "uri": "test://static-text",
            "name": "static-text",
            "title": "Static text",
            "description": "Text that never changes",
            "mimeType": "text/plain",
        }),
        json!({
            "uri": "test://static-binary",
            "name": "static-binary",
            "title": "Static binary",
            "description": "A picture that never changes",
            "mimeType": "image/png",
        }),
    ]
}

/// Entries of `resources/templates/list`.
pub(super) fn templates() -> Vec<Value> {
    vec![json!({
        "uriTemplate": "test://template/{id}/data",
        "name": "template",
        "title": "Template",
        "description": "JSON that repeats the id of its address",
        "mimeType": "application/json",
    })]
}

/// The contents of a resource of the suite; `None` for any other resource.
pub(super) fn read(uri: &str) -> Option<Value> {
    let contents = |media_type: &str, member: &str, data: String| {
        Some(json!({ "uri": uri, "mimeType": media_type, member: data }))
    };
    match uri {
        "test://static-text" => contents(
            "text/plain",
            "text",
            "This is the content of the static text resource.".to_owned(),
        ),
        "test://static-binary" => contents("image/png", "blob", PIXEL.to_owned()),
        _ => {
            let id = uri
                .strip_prefix("test://template/")?
                .strip_suffix("/data")
                .filter(|id| !id.is_empty() && !id.contains('/'))?;
            let data =
                json!({ "id": id, "templateTest": true, "data": format!("Data for ID: {id}") });
            contents("application/json", "text", data.to_string())
        }
    }
}
