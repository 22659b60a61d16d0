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
        /// Whom it is for; everybody if nothing is said.
        #[serde(skip_serializing_if = "Option::is_none")]
        annotations: Option<Annotations>,
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

/// MCP `Annotations` of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Annotations {
    /// `user`, `assistant`, or both.
    pub audience: &'static [&'static str],
}

impl Content {
    /// A block of text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text {
            text: text.into(),
            annotations: None,
        }
    }

    /// A block of text for the person, and not for the model.
    pub fn text_for_user(text: impl Into<String>) -> Self {
        Self::Text {
            text: text.into(),
            annotations: Some(Annotations {
                audience: &["user"],
            }),
        }
    }
}
