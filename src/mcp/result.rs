//! Tool results (MCP `CallToolResult`), made from an answer of the API or from a failure.

pub(crate) mod block;
mod members;
mod order;
mod path;
mod secret_members;
pub(super) mod told;
mod truncate;

use super::protocol::revision::Revision;
use super::protocol::server::{self, Implementation};
use crate::failure::{Diagnostics, LocalCode, RateLimit};
use crate::text::excerpt;
use crate::upstream::api::ApiResponse;
use crate::web::{json, media_type};
use block::Content;
use members::Members;
use openapi_tools::table::Tool;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;
use told::{Call, Told};
use truncate::{MAX_ANSWER, truncate_list, truncate_text};

/// The result of a tool call.
#[derive(Debug)]
pub(super) enum ToolResult {
    Success(Success),
    Failure(Diagnostics),
    /// The call waits for a person, who is asked in a view. It has the shape of a failure but is none, because some hosts
    /// show no view beside a failure. The approval is for the view, which alone gets `_meta`.
    Waiting(Diagnostics, String),
}

/// A successful operation.
#[derive(Debug)]
pub(super) struct Success {
    content: Vec<Content>,
    /// `structuredContent`: the text of a JSON object.
    structured: Option<String>,
    meta: Meta,
}

#[derive(Debug, Default, Serialize)]
struct Meta {
    /// Arguments that the tool does not have and that were dropped.
    #[serde(
        rename = "com.tokportal/dropped_arguments",
        skip_serializing_if = "Vec::is_empty"
    )]
    dropped_arguments: Vec<String>,
    /// Members that were sent as null and keep their values, because the call had nulls that cannot be meant.
    #[serde(
        rename = "com.tokportal/ignored_nulls",
        skip_serializing_if = "Vec::is_empty"
    )]
    ignored_nulls: Vec<String>,
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
    /// The media type of an answer that is not JSON.
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
        rename = "com.tokportal/approval",
        skip_serializing_if = "Option::is_none"
    )]
    approval: Option<String>,
    #[serde(
        rename = "io.modelcontextprotocol/serverInfo",
        skip_serializing_if = "Option::is_none"
    )]
    server_info: Option<Implementation>,
}

/// What the result says about arguments that were not used as they were sent.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct ArgumentNotes {
    /// Arguments that the tool does not have and that were dropped.
    pub(super) dropped: Vec<String>,
    /// Members that were sent as null and keep their values, because the call had nulls that cannot be meant.
    pub(super) ignored_nulls: Vec<String>,
    /// The same for the model, if it may have meant what was not used.
    pub(super) for_model: Vec<String>,
}

/// Turns a success of the API into a result: JSON is returned as structured content and as text, any other
/// media type as text and as `{"media_type", "text"}`, no content as `{"http_status"}`. The output schema of the tool says
/// which, and an answer of another kind is a failure, because strict clients would refuse it.
///
/// CSV and HTML are sent as text, not as embedded resources. The use of embedded resources is up to the host: some
/// hosts show nothing, pass nothing to the model, or treat CSV as an image. The media type is in `_meta`, too.
pub(super) fn success(call: Call<'_>, answer: ApiResponse) -> ToolResult {
    let tool = call.tool;
    let call = Call {
        replayed: answer.replayed,
        ..call
    };
    let mut meta = Meta {
        request_id: Some(answer.request_id.clone()),
        rate_limit: answer.rate_limit,
        replayed: answer.replayed,
        ..Meta::default()
    };
    let operation = &tool.operation;
    let has_content = !operation.accepts.is_empty();
    if answer.body.is_empty() {
        if has_content && !operation.may_be_empty {
            return ToolResult::Failure(unreadable(tool, &answer));
        }
        let status = answer.status.as_u16();
        let text = format!("Done. The API answered {status} without content.");
        let blocks = [Some(text), call.repeated()]
            .into_iter()
            .flatten()
            .collect();
        return texts(blocks, status_only(status), meta);
    }
    if !operation
        .accepts
        .iter()
        .any(|accepted| media_type::is_json(accepted))
    {
        // More is not shown, and every byte that is not UTF-8 would take three.
        let start = answer.body.get(..MAX_ANSWER + 4).unwrap_or(&answer.body);
        let is_cut = answer.truncated || start.len() < answer.body.len();
        let (text, note) = truncate_text(&String::from_utf8_lossy(start), is_cut);
        let structured = if has_content {
            Some(json!({ "media_type": answer.media_type, "text": text }).to_string())
        } else {
            status_only(answer.status.as_u16())
        };
        meta.media_type = Some(answer.media_type);
        let is_table = operation.accepts.contains(&"text/csv");
        let notes = if is_table {
            call.tell_table(&text)
        } else {
            Vec::new()
        };
        let blocks = [Some(text), note, call.repeated()].into_iter().flatten();
        return texts(blocks.chain(notes).collect(), structured, meta);
    }
    let text = std::str::from_utf8(&answer.body).ok();
    let text = text
        .filter(|_| !answer.truncated)
        .map(json::with_whole_characters);
    // The members of an object are read only once, because that takes most of the time of a long answer.
    let text = text.as_deref().map(str::trim_ascii);
    let members = text.and_then(|text| serde_json::from_str::<Members<'_>>(text).ok());
    let is_json = |text: &&str| serde_json::from_str::<&RawValue>(text).is_ok();
    let Some(json) = text.filter(|text| members.is_some() || is_json(text)) else {
        return ToolResult::Failure(unreadable(tool, &answer));
    };
    if json.len() > MAX_ANSWER {
        too_long(tool, json, &answer, meta)
    } else if json.starts_with('{') {
        whole(call.tell(json, members.as_ref()), call.tool, meta)
    } else {
        let told = call.tell(&format!("{{\"items\":{json}}}"), None);
        whole(told, call.tool, meta)
    }
}

/// The structured content of an answer that is documented without content.
fn status_only(status: u16) -> Option<String> {
    Some(json!({ "http_status": status }).to_string())
}

/// A success of some blocks of text.
fn texts(texts: Vec<String>, structured: Option<String>, meta: Meta) -> ToolResult {
    ToolResult::Success(Success {
        content: texts.into_iter().map(Content::text).collect(),
        structured,
        meta,
    })
}

/// A JSON object that fits. Notes are its first member for a model, and blocks of their own beside a secret.
fn whole(told: Told, tool: &Tool<'static>, mut meta: Meta) -> ToolResult {
    let mut notes = told.notes;
    if notes.iter().any(|note| note.contains("request_id"))
        && let Some(id) = &meta.request_id
    {
        notes.push(format!("request_id: {id}."));
    }
    let secrets = secret_members::present(tool, &told.structured);
    let text = told.text.as_deref().unwrap_or(&told.structured);
    let noted = told::noted(text, &notes).filter(|_| secrets.is_empty());
    let is_noted = noted.is_some();
    let mut content = vec![first_block(
        tool,
        &secrets,
        noted.unwrap_or_else(|| text.to_owned()),
    )];
    content.extend(about(&secrets));
    if !is_noted {
        content.extend(notes.into_iter().map(Content::text));
    }
    meta.secret_members = secrets;
    ToolResult::Success(Success {
        content,
        structured: Some(told.structured),
        meta,
    })
}

/// The block of an answer with these secrets.
fn first_block(tool: &Tool<'_>, secrets: &[&str], text: String) -> Content {
    if !secrets.is_empty() && secret_members::is_for_user_only(tool) {
        Content::text_for_user(text)
    } else {
        Content::text(text)
    }
}

/// The block that names the secrets of an answer, if it has any.
fn about(secrets: &[&str]) -> Option<Content> {
    (!secrets.is_empty()).then(|| Content::text(secret_members::note(secrets)))
}

/// JSON that does not fit: the first items if it is a list, else a failure.
fn too_long(tool: &Tool<'static>, json: &str, answer: &ApiResponse, mut meta: Meta) -> ToolResult {
    match truncate_list(json) {
        Some((text, note)) => {
            let secrets = secret_members::present(tool, &text);
            let mut content = vec![first_block(tool, &secrets, text.clone())];
            content.push(Content::text(note));
            content.extend(about(&secrets));
            meta.secret_members = secrets;
            ToolResult::Success(Success {
                content,
                structured: Some(text),
                meta,
            })
        }
        None => ToolResult::Failure(Diagnostics {
            http_status: Some(answer.status.as_u16()),
            request_id: Some(answer.request_id.clone()),
            rate_limit: answer.rate_limit,
            ..Diagnostics::local(
                LocalCode::AnswerTooLong,
                format!(
                    "The API reported success, but its answer has {} bytes and cannot be passed on whole.",
                    answer.body.len()
                ),
            )
        }),
    }
}

/// A success status without a body, or with one that is not JSON. Whether the operation happened is not known.
fn unreadable(tool: &Tool<'_>, answer: &ApiResponse) -> Diagnostics {
    // A truncated body may still contain a secret and would not be labelled.
    let shows_body = tool.facts.secret_members.is_empty() && !answer.body.is_empty();
    let start = answer.body.get(..4000).unwrap_or(&answer.body);
    let body = || excerpt(&String::from_utf8_lossy(start), 1000);
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

impl ToolResult {
    /// A success without a call of the API; `text` is a JSON object.
    pub(super) fn local(text: String) -> Self {
        Self::Success(Success {
            content: vec![Content::text(text.clone())],
            structured: Some(text),
            meta: Meta::default(),
        })
    }

    /// The `CallToolResult` as JSON text, with the members that the revision has.
    pub(super) fn into_json(self, revision: Revision, notes: &ArgumentNotes) -> String {
        let (mut success, is_error) = match self {
            Self::Success(success) => (success, false),
            Self::Failure(diagnostics) => (failure(&diagnostics, revision), true),
            Self::Waiting(diagnostics, approval) => {
                let mut waiting = failure(&diagnostics, revision);
                waiting.meta.approval = Some(approval);
                (waiting, false)
            }
        };
        let for_model = notes.for_model.iter().cloned();
        success.content.extend(for_model.map(Content::text));
        let mut meta = success.meta;
        meta.dropped_arguments.clone_from(&notes.dropped);
        meta.ignored_nulls.clone_from(&notes.ignored_nulls);
        meta.server_info = revision.is_modern().then_some(server::INFO);
        let structured = success.structured.as_deref();
        let structured = structured.filter(|_| revision.has_structured_content());
        // An answer is in the result twice. Its text needs up to a third more for escapes.
        let size = structured.map_or(0, |json| json.len() * 7 / 3);
        let mut json = String::with_capacity(size + 1_024);
        json.push_str("{\"content\":[");
        for (index, block) in success.content.iter().enumerate() {
            json.push_str(if index == 0 { "" } else { "," });
            block.push_to(&mut json);
        }
        json.push(']');
        if let Some(structured) = structured {
            json.push_str(",\"structuredContent\":");
            json.push_str(structured);
        }
        if is_error {
            json.push_str(",\"isError\":true");
        }
        if revision.is_modern() {
            json.push_str(",\"resultType\":\"complete\"");
        }
        json.push_str(",\"_meta\":");
        // It has only text and numbers, which can always be written.
        json.push_str(&serde_json::to_string(&meta).unwrap_or_else(|_| "{}".to_owned()));
        json.push('}');
        json
    }
}

/// The content of a failure: the diagnostics under `error`, for which every output schema has an alternative. Some clients
/// check failed results, too. A model reads what helps it to go on.
fn failure(diagnostics: &Diagnostics, revision: Revision) -> Success {
    let whole = json!({ "error": diagnostics }).to_string();
    // Without structured content, the text is all that there is.
    let text = if revision.has_structured_content() {
        json!({ "error": diagnostics.for_model() }).to_string()
    } else {
        whole.clone()
    };
    Success {
        content: vec![Content::text(text)],
        structured: Some(whole),
        meta: Meta {
            request_id: diagnostics.request_id.clone(),
            rate_limit: diagnostics.rate_limit,
            ..Meta::default()
        },
    }
}

#[cfg(test)]
mod tests;
