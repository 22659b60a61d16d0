//! From an answer of the API to the result of a tool.

use super::content::Content;
use super::cut::{MAX_ANSWER, cut_list, cut_text};
use super::revision::Revision;
use super::secrets;
use super::server::{self, Implementation};
use crate::api::client::Answer;
use crate::api::diagnostics::{Diagnostics, RateLimit};
use openapi_tools::table::Tool;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

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
    /// Of an answer that is not JSON.
    #[serde(
        rename = "com.tokportal/media_type",
        skip_serializing_if = "Option::is_none"
    )]
    media_type: Option<String>,
    /// Paths of the secrets in the answer.
    #[serde(
        rename = "com.tokportal/secret_members",
        skip_serializing_if = "Vec::is_empty"
    )]
    secret_members: Vec<&'static str>,
    #[serde(
        rename = "io.modelcontextprotocol/serverInfo",
        skip_serializing_if = "Option::is_none"
    )]
    server_info: Option<Implementation>,
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
///
/// CSV and HTML are text, too, and no embedded resource: what those are for is up to the host, and hosts were seen to show
/// nothing, hand the model nothing, or take CSV for a picture. The media type is in `_meta`.
pub fn success(tool: &Tool<'static>, answer: Answer) -> ToolResult {
    let is_json = answer.media_type == "application/json" || answer.media_type.ends_with("+json");
    let mut meta = Meta {
        request_id: answer.request_id.clone(),
        rate_limit: answer.rate_limit,
        replayed: answer.replayed,
        ..Meta::default()
    };
    let done = |texts: Vec<String>, structured, meta| {
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
        return done(vec![text], structured, meta);
    }
    if !is_json && tool.output_schema.is_none() {
        let (text, note) = cut_text(&String::from_utf8_lossy(&answer.body), answer.cut);
        meta.media_type = Some(answer.media_type);
        let texts = [Some(text), note].into_iter().flatten().collect();
        return done(texts, None, meta);
    }
    let parsed = std::str::from_utf8(&answer.body)
        .ok()
        .filter(|_| !answer.cut)
        .and_then(|text| serde_json::from_str::<&RawValue>(text).ok());
    let Some(parsed) = parsed else {
        return ToolResult::Failure(unreadable(tool, &answer));
    };
    let text = parsed.get();
    if text.len() <= MAX_ANSWER {
        let text = if text.starts_with('{') {
            text.to_owned()
        } else {
            format!("{{\"items\":{text}}}")
        };
        return whole(tool, text, meta);
    }
    match cut_list(text) {
        Some((text, note)) => {
            let held = secrets::held(tool, &text);
            let mut texts = vec![text.clone(), note];
            texts.extend((!held.is_empty()).then(|| secrets::note(&held)));
            meta.secret_members = held;
            done(texts, raw(text), meta)
        }
        None => {
            let text = json!({ "truncated": true }).to_string();
            let note = format!(
                "The answer has {} bytes and cannot be passed on whole. Ask for less: narrow the filters or the time span.",
                answer.body.len()
            );
            done(vec![note], raw(text), meta)
        }
    }
}

/// A JSON object that is passed on whole, and what is secret in it.
fn whole(tool: &Tool<'static>, text: String, mut meta: Meta) -> ToolResult {
    let held = secrets::held(tool, &text);
    let mut content = if !held.is_empty() && secrets::is_for_the_person_alone(tool) {
        vec![Content::text_for_user(&text)]
    } else {
        vec![Content::text(&text)]
    };
    if !held.is_empty() {
        content.push(Content::text(secrets::note(&held)));
    }
    meta.secret_members = held;
    ToolResult::Success(Success {
        content,
        structured: raw(text),
        meta,
    })
}

/// A success whose body is not what it says: whether the operation happened can only be looked up.
fn unreadable(tool: &Tool<'_>, answer: &Answer) -> Diagnostics {
    let mut diagnostics = Diagnostics::local(
        "UPSTREAM_MALFORMED",
        "The API reported success, but its answer is not readable JSON.",
    );
    diagnostics.http_status = Some(answer.status.as_u16());
    diagnostics.request_id.clone_from(&answer.request_id);
    diagnostics.rate_limit = answer.rate_limit;
    // Half a secret is one, too, and nothing would say so.
    if tool.facts.secret_members.is_empty() {
        let body = String::from_utf8_lossy(&answer.body);
        diagnostics.details = Some(json!({ "body": crate::reply::excerpt(&body, 1000) }));
    }
    diagnostics
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
        meta.server_info = revision.is_modern().then_some(server::INFO);
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
            ..Meta::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use http::StatusCode;
    use serde_json::Value;

    #[test]
    fn a_list_that_was_cut_says_what_is_secret_in_it_too() {
        let tool = catalog::find("tokportal_list_account_bans").expect("a tool");
        let bans: Vec<Value> = (0..2_000)
            .map(|_| json!({"screenshots": ["https://x"], "text": "x".repeat(1_000)}))
            .collect();
        let answer = Answer {
            status: StatusCode::OK,
            media_type: "application/json".to_owned(),
            body: json!({ "data": bans }).to_string().into(),
            cut: false,
            request_id: None,
            rate_limit: None,
            replayed: false,
        };
        let result = success(tool, answer).to_json(Revision::R2025_11_25);
        let result: Value = serde_json::from_str(&result).expect("JSON");
        let texts: Vec<_> = result["content"].as_array().expect("a list")[1..]
            .iter()
            .map(|content| content["text"].as_str().expect("text"))
            .collect();
        assert!(texts[0].contains(" of 2000 items"), "{texts:?}");
        assert!(texts[1].starts_with("Secret in this answer: data[].screenshots."));
    }
}
