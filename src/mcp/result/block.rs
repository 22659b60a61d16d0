//! Content that a model reads: the blocks of tool results and prompt messages (MCP `ContentBlock`).

use crate::web::json::push_quoted;
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

    /// Appends the block as JSON.
    pub(super) fn push_to(&self, json: &mut String) {
        json.push_str("{\"type\":\"text\",\"text\":");
        push_quoted(json, &self.text);
        if let Some(annotations) = self.annotations {
            json.push_str(",\"annotations\":");
            // It has only text, which can always be written.
            json.push_str(&serde_json::to_string(&annotations).unwrap_or_default());
        }
        json.push('}');
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_is_written_as_serde_writes_it() {
        for block in [Content::text("a \"b\"\n"), Content::text_for_user("{}")] {
            let mut json = String::new();
            block.push_to(&mut json);
            assert_eq!(json, serde_json::to_string(&block).expect("text"));
        }
    }
}
