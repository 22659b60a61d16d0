//! From an answer of the API to the result of a tool.

use super::content::Content;
use super::revision::Revision;
use super::server;
use crate::api::client::Answer;
use crate::api::diagnostics::{Diagnostics, RateLimit};
use openapi_tools::table::Tool;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// The largest answer that is passed on. Chat hosts cut far below (Claude: 150,000 characters), scripts may not.
pub const MAX_ANSWER: usize = 1_000_000;

/// What `tools/call` answers.
#[derive(Debug)]
pub enum ToolResult {
    /// The operation succeeded.
    Success(Success),
    /// It did not; the model can read why.
    Failure(Diagnostics),
}

/// A successful operation.
#[derive(Debug)]
pub struct Success {
    content: Vec<Content>,
    /// The JSON answer, object-rooted.
    structured: Option<Box<RawValue>>,
    meta: Meta,
}

#[derive(Debug, Default, Serialize)]
struct Meta {
    #[serde(
        rename = "com.tokportal/request_id",
        skip_serializing_if = "Option::is_none"
    )]
    request_id: Option<String>,
    #[serde(
        rename = "com.tokportal/rate_limit",
        skip_serializing_if = "Option::is_none"
    )]
    rate_limit: Option<RateLimit>,
    #[serde(
        rename = "com.tokportal/idempotent_replayed",
        skip_serializing_if = "std::ops::Not::not"
    )]
    replayed: bool,
    #[serde(
        rename = "io.modelcontextprotocol/serverInfo",
        skip_serializing_if = "Option::is_none"
    )]
    server_info: Option<Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a> {
    content: &'a [Content],
    #[serde(skip_serializing_if = "Option::is_none")]
    structured_content: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_error: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    result_type: Option<&'static str>,
    #[serde(rename = "_meta")]
    meta: &'a Meta,
}

/// Turns a success of the API into a result: JSON becomes structured content and the same text, everything else text.
pub fn success(tool: &Tool<'_>, answer: Answer) -> ToolResult {
    let meta = Meta {
        request_id: answer.request_id.clone(),
        rate_limit: answer.rate_limit,
        replayed: answer.replayed,
        server_info: None,
    };
    let done = |texts: Vec<String>, structured| {
        ToolResult::Success(Success {
            content: texts.into_iter().map(Content::text).collect(),
            structured,
            meta,
        })
    };
    if answer.body.is_empty() {
        let text = format!(
            "Done. The API answered {} without content.",
            answer.status.as_u16()
        );
        let structured = tool.output_schema.and_then(|_| raw("{}".to_owned()));
        return done(vec![text], structured);
    }
    let is_json = answer.media_type == "application/json" || answer.media_type.ends_with("+json");
    if !is_json && tool.output_schema.is_none() {
        let (text, note) = cut_text(&String::from_utf8_lossy(&answer.body), answer.cut);
        return done([Some(text), note].into_iter().flatten().collect(), None);
    }
    let parsed = std::str::from_utf8(&answer.body)
        .ok()
        .filter(|_| !answer.cut)
        .and_then(|text| serde_json::from_str::<&RawValue>(text).ok());
    let Some(parsed) = parsed else {
        return ToolResult::Failure(unreadable(&answer));
    };
    let text = parsed.get();
    if text.len() <= MAX_ANSWER {
        let text = if text.starts_with('{') {
            text.to_owned()
        } else {
            format!("{{\"items\":{text}}}")
        };
        return done(vec![text.clone()], raw(text));
    }
    match cut_list(text) {
        Some((text, note)) => done(vec![text.clone(), note], raw(text)),
        None => {
            let text = json!({ "truncated": true }).to_string();
            let note = format!(
                "The answer has {} bytes and cannot be passed on whole. Ask for less: narrow the filters or the time span.",
                answer.body.len()
            );
            done(vec![note], raw(text))
        }
    }
}

/// A success whose body is not what it says: whether the operation happened can only be looked up.
fn unreadable(answer: &Answer) -> Diagnostics {
    let mut diagnostics = Diagnostics::local(
        "UPSTREAM_MALFORMED",
        "The API reported success, but its answer is not readable JSON.",
    );
    diagnostics.http_status = Some(answer.status.as_u16());
    diagnostics.request_id.clone_from(&answer.request_id);
    diagnostics.rate_limit = answer.rate_limit;
    let body = String::from_utf8_lossy(&answer.body);
    diagnostics.details = Some(json!({ "body": crate::reply::excerpt(&body, 1000) }));
    diagnostics
}

/// Keeps as many items of `data` as fit, and says how to get the others.
fn cut_list(text: &str) -> Option<(String, String)> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    let items = value.get_mut("data")?.as_array_mut()?;
    let total = items.len();
    let mut size = 0;
    let kept = items
        .iter()
        .take_while(|item| {
            size += item.to_string().len() + 1;
            size < MAX_ANSWER * 9 / 10
        })
        .count();
    items.truncate(kept);
    let text = value.to_string();
    let note = format!(
        "{kept} of {total} items of this page: the answer was too long. Ask for a smaller per_page, then for the next page."
    );
    (kept > 0 && text.len() <= MAX_ANSWER).then_some((text, note))
}

fn cut_text(text: &str, cut_before: bool) -> (String, Option<String>) {
    let mut end = MAX_ANSWER.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    if end == text.len() && !cut_before {
        return (text.to_owned(), None);
    }
    // A line is the smallest piece that still makes sense in CSV.
    let end = text[..end].rfind('\n').map_or(end, |line| line + 1);
    let note = "The text was cut after 1 MB. Ask for less: narrow the filters or the time span.";
    (text[..end].to_owned(), Some(note.to_owned()))
}

fn raw(text: String) -> Option<Box<RawValue>> {
    RawValue::from_string(text).ok()
}

impl ToolResult {
    /// A success that no answer of the API stands behind.
    #[cfg(feature = "conformance")]
    pub fn of(content: Vec<Content>) -> Self {
        Self::Success(Success {
            content,
            structured: None,
            meta: Meta::default(),
        })
    }

    /// A success that took no call of the API: the JSON text of an object.
    pub fn local(text: String) -> Self {
        Self::Success(Success {
            content: vec![Content::text(text.clone())],
            structured: raw(text),
            meta: Meta::default(),
        })
    }

    /// The `CallToolResult` of a revision as JSON text.
    pub fn to_json(self, revision: Revision) -> String {
        let (success, is_error) = match self {
            Self::Success(success) => (success, false),
            Self::Failure(diagnostics) => (failure(&diagnostics), true),
        };
        let mut meta = success.meta;
        meta.server_info = revision.is_modern().then(server::info);
        let wire = Wire {
            content: &success.content,
            structured_content: success
                .structured
                .as_deref()
                .filter(|_| revision >= Revision::R2025_06_18),
            is_error,
            result_type: revision.is_modern().then_some("complete"),
            meta: &meta,
        };
        // Strings, numbers and checked raw JSON always serialise.
        serde_json::to_string(&wire)
            .unwrap_or_else(|_| "{\"content\":[],\"isError\":true}".to_owned())
    }
}

/// A failure has the same shape as a success, under `error`, so that one output schema covers both.
fn failure(diagnostics: &Diagnostics) -> Success {
    let text = json!({ "error": diagnostics }).to_string();
    Success {
        structured: raw(text.clone()),
        content: vec![Content::text(text)],
        meta: Meta {
            request_id: diagnostics.request_id.clone(),
            rate_limit: diagnostics.rate_limit,
            replayed: false,
            server_info: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut_between_items() {
        let items: Vec<Value> = (0..2000)
            .map(|i| json!({"id": i, "text": "x".repeat(1000)}))
            .collect();
        let text = json!({"data": items, "pagination": {"page": 1}}).to_string();
        let (cut, note) = cut_list(&text).expect("can be cut");
        let value: Value = serde_json::from_str(&cut).expect("still JSON");
        let kept = value["data"].as_array().expect("list").len();
        assert!(kept > 800 && kept < 1000 && cut.len() <= MAX_ANSWER);
        assert!(note.starts_with(&format!("{kept} of 2000 items")));
    }

    #[test]
    fn long_text_is_cut_at_a_line() {
        let text = "one,two\n".repeat(200_000);
        let (cut, note) = cut_text(&text, false);
        assert!(cut.len() <= MAX_ANSWER && cut.ends_with('\n') && note.is_some());
        assert_eq!(cut_text("short", false), ("short".to_owned(), None));
    }
}
