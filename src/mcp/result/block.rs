//! Content that a model reads: the blocks of tool results and prompt messages (MCP `ContentBlock`).

use serde::Serialize;

/// One block. This server sends text only; fixtures of the conformance suite write the other kinds themselves.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "text")]
pub(crate) struct Content {
    text: String,
    /// `None` means that the block is for the person and the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<Annotations>,
}

/// MCP `Annotations` of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct Annotations {
    /// `user`, `assistant`, or both.
    audience: &'static [&'static str],
}

impl Content {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            annotations: None,
        }
    }

    /// A block of text for the person, and not for the model.
    pub(super) fn text_for_user(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            annotations: Some(Annotations {
                audience: &["user"],
            }),
        }
    }
}
