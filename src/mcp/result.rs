//! Tool results (MCP `CallToolResult`): from an answer of the API, or from a failure.

pub(crate) mod block;
mod secret_members;
mod truncate;

use super::protocol::revision::Revision;
use super::protocol::server::{self, Implementation};
use crate::failure::{Diagnostics, LocalCode, RateLimit};
use crate::text::excerpt;
use crate::upstream::api::ApiResponse;
use crate::web::media_type;
use block::Content;
use openapi_tools::table::Tool;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;
use truncate::{MAX_ANSWER, truncate_list, truncate_text};

/// What `tools/call` answers.
#[derive(Debug)]
pub(crate) enum ToolResult {
    /// The operation succeeded.
    Success(Success),
    /// It did not; the model can read why.
    Failure(Diagnostics),
}

/// A successful operation.
#[derive(Debug)]
pub(crate) struct Success {
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
pub(crate) fn success(tool: &Tool<'static>, answer: ApiResponse) -> ToolResult {
    let is_json = media_type::is_json(&answer.media_type);
    let mut meta = Meta {
        request_id: Some(answer.request_id.clone()),
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
        let (text, note) = truncate_text(&String::from_utf8_lossy(&answer.body), answer.truncated);
        meta.media_type = Some(answer.media_type);
        let texts = [Some(text), note].into_iter().flatten().collect();
        return done(texts, None, meta);
    }
    let parsed = std::str::from_utf8(&answer.body)
        .ok()
        .filter(|_| !answer.truncated)
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
    match truncate_list(text) {
        Some((text, note)) => {
            let held = secret_members::held(tool, &text);
            let mut texts = vec![text.clone(), note];
            texts.extend((!held.is_empty()).then(|| secret_members::note(&held)));
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
    let held = secret_members::held(tool, &text);
    let mut content = if !held.is_empty() && secret_members::is_for_the_person_alone(tool) {
        vec![Content::text_for_user(&text)]
    } else {
        vec![Content::text(&text)]
    };
    if !held.is_empty() {
        content.push(Content::text(secret_members::note(&held)));
    }
    meta.secret_members = held;
    ToolResult::Success(Success {
        content,
        structured: raw(text),
        meta,
    })
}

/// A success whose body is not JSON. Only the object itself can show whether the operation happened.
fn unreadable(tool: &Tool<'_>, answer: &ApiResponse) -> Diagnostics {
    // A truncated body may still contain a secret and would not be labelled.
    let shows_body = tool.facts.secret_members.is_empty();
    let body = || excerpt(&String::from_utf8_lossy(&answer.body), 1000);
    Diagnostics {
        http_status: Some(answer.status.as_u16()),
        request_id: Some(answer.request_id.clone()),
        rate_limit: answer.rate_limit,
        details: shows_body.then(|| json!({ "body": body() })),
        ..Diagnostics::local(
            LocalCode::UpstreamMalformed,
            "The API reported success, but its answer is not readable JSON.",
        )
    }
}

fn raw(text: String) -> Option<Box<RawValue>> {
    RawValue::from_string(text).ok()
}

impl ToolResult {
    /// A success that took no call of the API: the JSON text of an object.
    pub(crate) fn local(text: String) -> Self {
        Self::Success(Success {
            content: vec![Content::text(text.clone())],
            structured: raw(text),
            meta: Meta::default(),
        })
    }

    /// The `CallToolResult` of a revision as JSON text.
    pub(crate) fn to_json(self, revision: Revision) -> String {
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
        serde_json::to_string(&wire).expect("text, numbers and checked JSON can be serialised")
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
        let answer = ApiResponse {
            status: StatusCode::OK,
            media_type: "application/json".to_owned(),
            body: json!({ "data": bans }).to_string().into(),
            truncated: false,
            request_id: "req_1".to_owned(),
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
