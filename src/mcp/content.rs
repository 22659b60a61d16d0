//! Content that a model reads: the blocks of tool results and prompt messages (MCP `ContentBlock`).

use serde::Serialize;

/// One block.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(
    tag = "type",
    rename_all = "lowercase",
    rename_all_fields = "camelCase"
)]
pub enum Content {
    /// Text.
    Text {
        /// The text.
        text: String,
    },
    /// A picture.
    #[cfg(feature = "conformance")]
    Image {
        /// Base64.
        data: &'static str,
        /// Media type.
        mime_type: &'static str,
    },
    /// A sound.
    #[cfg(feature = "conformance")]
    Audio {
        /// Base64.
        data: &'static str,
        /// Media type.
        mime_type: &'static str,
    },
    /// A document that comes along.
    #[cfg(feature = "conformance")]
    Resource {
        /// `TextResourceContents` or `BlobResourceContents`.
        resource: serde_json::Value,
    },
}

impl Content {
    /// A block of text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }
}
