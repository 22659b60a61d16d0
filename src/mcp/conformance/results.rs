//! Results of the suite's tools that do not ask for input.

use super::{PIXEL, SILENCE};
use crate::mcp::protocol::envelope::complete;
use serde_json::{Map, Value, json};

/// The result of a tool of the suite; `None` for any other tool. Legacy clients ignore the members that only modern
/// results have.
pub(super) fn of(tool: &str) -> Option<Value> {
    let content = match tool {
        "test_simple_text" => vec![text("This is a simple text response for testing.")],
        "test_image_content" => vec![image()],
        "test_audio_content" => {
            vec![json!({ "type": "audio", "data": SILENCE, "mimeType": "audio/wav" })]
        }
        "test_embedded_resource" => vec![embedded_resource(
            "test://embedded-resource",
            "text/plain",
            "This is an embedded resource content.",
        )],
        "test_multiple_content_types" => vec![
            text("Multiple content types test:"),
            image(),
            embedded_resource(
                "test://mixed-content-resource",
                "application/json",
                r#"{"test":"data","value":123}"#,
            ),
        ],
        "test_error_handling" => {
            return Some(failure(
                "This tool intentionally returns an error for testing",
            ));
        }
        "test_logging_tool" => vec![text("Logging evaluated")],
        "json_schema_2020_12_tool" => vec![text("The arguments fit the schema")],
        _ => return None,
    };
    Some(success(content))
}

/// A successful `CallToolResult`.
pub(super) fn success(content: Vec<Value>) -> Value {
    complete(Map::from_iter([("content".to_owned(), content.into())]))
}

/// A failed `CallToolResult`.
pub(super) fn failure(message: &str) -> Value {
    let content: Value = vec![text(message)].into();
    let members = [("content", content), ("isError", true.into())];
    complete(
        members
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect(),
    )
}

pub(super) fn text(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

pub(super) fn image() -> Value {
    json!({ "type": "image", "data": PIXEL, "mimeType": "image/png" })
}

pub(super) fn embedded_resource(uri: &str, media_type: &str, text: &str) -> Value {
    let resource = json!({ "uri": uri, "mimeType": media_type, "text": text });
    json!({ "type": "resource", "resource": resource })
}
