//! What the keys API answered, as a text for the log.

use crate::host::HttpResponse;
use crate::text::{display_name, excerpt, without_keys};
use crate::web::media_type;
use http::StatusCode;
use serde_json::Value;

/// The longest error code and the longest message that are logged, in characters.
const CODE_LIMIT: usize = 40;
const MESSAGE_LIMIT: usize = 200;
/// A longer word of a message may be a token that the portal repeats, so it is not logged.
const WORD_LIMIT: usize = 40;

/// What an operator changes when the host forbids the call.
pub(super) const ALLOW_ORIGIN: &str =
    "Add the origin of `portal_keys_url` to `allowed_outbound_hosts`.";

/// An answer that is not the expected one.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// The body, or null if it is not JSON.
    pub(super) body: Value,
    /// Whether the body should be JSON and is not, because it broke off on the way.
    pub(super) is_damaged: bool,
}

impl Answer {
    pub(super) fn of(response: &HttpResponse) -> Self {
        let (headers, bytes) = (response.response.headers(), response.response.body());
        let body = serde_json::from_slice(bytes);
        Self {
            status: response.response.status(),
            is_damaged: body.is_err() && media_type::is_json(&media_type::of(headers)),
            body: body.unwrap_or_default(),
        }
    }

    /// A member of `data`, or null.
    pub(super) fn data(&self, member: &str) -> &Value {
        let data = self.body.get("data").and_then(|data| data.get(member));
        data.unwrap_or(&Value::Null)
    }

    /// The code of the error envelope (`docs/PORTAL-CONTRACT.md`); `None` if the answer has none.
    pub(super) fn code(&self) -> Option<&str> {
        let code = self.body.pointer("/error/code")?.as_str()?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let fits = (1..=CODE_LIMIT).contains(&code.len()) && code.bytes().all(is_plain);
        fits.then_some(code)
    }

    /// Whether the same request may succeed later.
    pub(super) fn is_temporary(&self) -> bool {
        (self.status.is_success() && self.is_damaged)
            || self.status == StatusCode::TOO_MANY_REQUESTS
            || (self.status.is_server_error() && self.status != StatusCode::NOT_IMPLEMENTED)
    }

    /// Status, code and message in one line.
    pub(super) fn cause(&self) -> String {
        let mut cause = format!("the portal answered {}", self.status);
        if let Some(code) = self.code() {
            cause = format!("{cause}, {code}");
        }
        if self.status.is_success() && self.is_damaged {
            return format!("{cause} with a damaged body");
        }
        let message = self.body.pointer("/error/message").and_then(Value::as_str);
        let message = message.unwrap_or_default();
        if !message.is_empty() {
            cause = format!("{cause}: {}", harmless(message));
        }
        cause
    }
}

/// A message of the portal in one line, without words that could be a key or a token.
fn harmless(message: &str) -> String {
    let line = display_name(&excerpt(message, 4 * MESSAGE_LIMIT), 4 * MESSAGE_LIMIT);
    let words = without_keys(&line);
    let words: Vec<&str> = words
        .split(' ')
        .map(|word| if word.len() > WORD_LIMIT { "…" } else { word })
        .collect();
    excerpt(&words.join(" "), MESSAGE_LIMIT)
}

#[cfg(test)]
mod tests;
