//! The log of the connector: a closed set of events, each written as one line of JSON.
//!
//! Every line has `time` (RFC 3339, UTC), `level`, `request_id` and `event`, followed by the fields of the event. This
//! enum is the reference; `docs/LOGGING.md` says what to do about each event. A field never contains a key, a code, a
//! token, an argument of a tool, or a URL with a query.

use crate::check::CheckName;
use crate::config::VariableProblem;
use crate::web::rfc3339::rfc3339;
use chrono::SecondsFormat;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt::Write;
use std::time::Duration;

/// One line of the log. A `cause` is a sentence fragment written by the connector or by the host platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Event {
    /// The connector answered an HTTP request. Each request writes exactly one of these, unless the configuration is
    /// invalid.
    Request {
        /// Path of the route, never the path that was sent; `none` if no route matched.
        route: &'static str,
        http_method: String,
        /// JSON-RPC methods of the body, `other` for unknown ones; more than one only in a batch.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        rpc_methods: Vec<&'static str>,
        /// Tools of the catalogue that were called; more than one only in a batch.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        tools: Vec<&'static str>,
        /// How many arguments were not used as they were sent: nulls, text for numbers, unknown names.
        #[serde(skip_serializing_if = "is_zero")]
        normalized_arguments: u32,
        status: u16,
        duration_ms: u64,
        /// Time spent in outbound calls; 0 if there was none.
        upstream_ms: u64,
        /// Request id of the last call of the API: the API's, or the one that was sent if the answer has none.
        #[serde(skip_serializing_if = "Option::is_none")]
        upstream_request_id: Option<String>,
        /// Trace id of the caller (W3C Trace Context), 32 hexadecimal digits.
        #[serde(skip_serializing_if = "Option::is_none")]
        trace_id: Option<String>,
    },
    /// A request was answered with an error because variables have invalid values.
    ConfigurationInvalid { problems: Vec<VariableProblem> },
    /// The first request that uses the store since the version or the configuration changed.
    Started(Box<Started>),
    /// The store has lost what an earlier request wrote, so a person was turned away before a key was created.
    StoreForgets,
    /// A readiness check failed. A result that an earlier request stored is not logged again.
    CheckFailed { check: CheckName, cause: String },
    /// A browser was answered with an error page.
    ErrorPage {
        status: u16,
        title: &'static str,
        cause: String,
    },
    /// The key-value store failed, so an OAuth or MCP client was told to try again later.
    Unavailable { cause: String },
    /// A request found no room in the memory of its instance within five seconds, so it was told to try again later.
    Overloaded,
    /// A request was refused because of its protocol version: it is unknown, or the header and the body differ. The
    /// variable `accept_mixed_versions` accepts the latter.
    ProtocolVersionRefused {
        /// What the client calls itself in the request, or else its `User-Agent`; empty if it has neither.
        client: String,
        /// Version in the header `MCP-Protocol-Version`.
        #[serde(skip_serializing_if = "Option::is_none")]
        header: Option<String>,
        /// Version in `_meta` of the request.
        #[serde(skip_serializing_if = "Option::is_none")]
        body: Option<String>,
    },
    /// A tool call got no answer from the API.
    UpstreamUnreachable { cause: String },
    /// The portal answered with an OAuth error. Error and description are the portal's, shortened to one line.
    PortalError {
        /// `authorization_endpoint` or `token_endpoint`
        endpoint: &'static str,
        error: String,
        #[serde(skip_serializing_if = "String::is_empty")]
        description: String,
    },
    /// A sign-in at the portal failed, and the person was sent back to the client with an error.
    SignInFailed {
        cause: String,
        /// What the operator must change. Without it, the failure may pass.
        #[serde(skip_serializing_if = "Option::is_none")]
        fix: Option<String>,
    },
    /// Userinfo could not be used, so the consent page shows neither name nor email address.
    UserinfoFailed { cause: String },
    /// The keys API refused to mint a key, and the person was sent back to the client with an error.
    KeyMintFailed {
        cause: String,
        /// What the operator must change.
        fix: &'static str,
    },
    /// The key of a code that was being redeemed could not be made lasting, so the client got no token.
    KeyLastingFailed {
        cause: String,
        /// What the operator must change, unless the key is gone or the portal has an outage.
        #[serde(skip_serializing_if = "Option::is_none")]
        fix: Option<&'static str>,
    },
    /// Key introspection got no usable answer, so the API alone decides what the key may do.
    IntrospectionFailed { cause: String },
    /// The portal did not list the person's keys, so the consent page offered no replacement of older ones.
    KeyListFailed { cause: String },
    /// A client metadata document could not be fetched or is invalid, so its client cannot connect.
    ClientMetadataRejected {
        /// The host of the document, which is a public DNS name.
        host: String,
        cause: String,
    },
    /// The API did not say whether a pasted key works, so the person was asked to try again.
    KeyCheckFailed { cause: String },
    /// The portal did not confirm the revocation of a key, so the key may still work.
    RevocationFailed {
        reason: RevocationReason,
        cause: String,
    },
    /// A client redeemed an authorization code that was already redeemed, so its token is being ended.
    CodeReplayed,
    /// The sweep of expired rows stopped early; a later request continues it.
    SweepFailed { cause: String },
}

/// How the connector is set up: no value of a variable, only what a mode is or whether something is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Started {
    pub(crate) version: &'static str,
    /// `portal` or `api-key`
    pub(crate) sign_in: &'static str,
    /// `always`, `where-supported` or `never`
    pub(crate) confirm_paid_calls: &'static str,
    /// `configured`, or `in-store`: a random one that everyone with access to the store can read.
    pub(crate) sealing_secret: &'static str,
    /// Whether the counters of the store are atomic.
    pub(crate) atomics: bool,
    /// What an operator may have forgotten, in `snake_case`.
    pub(crate) missing: Vec<&'static str>,
}

/// Why the connector tried to revoke a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RevocationReason {
    /// A client sent a revocation request (RFC 7009).
    ClientRequest,
    /// The authorization code of the key was redeemed twice.
    CodeReplayed,
    /// No authorization code was issued for the key, because it is not what was asked for or the store failed.
    CodeNotIssued,
    /// The person replaced the key by a new one.
    Replaced,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Severity {
    Info,
    Warning,
    Error,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl Event {
    fn severity(&self) -> Severity {
        match self {
            Self::Request { status, .. } | Self::ErrorPage { status, .. } if *status < 500 => {
                Severity::Info
            }
            Self::Started(_) => Severity::Info,
            Self::Request { .. }
            | Self::ErrorPage { .. }
            | Self::StoreForgets
            | Self::CheckFailed { .. }
            | Self::ConfigurationInvalid { .. }
            | Self::KeyMintFailed { .. }
            | Self::KeyLastingFailed { fix: Some(_), .. }
            | Self::Unavailable { .. } => Severity::Error,
            Self::SignInFailed { fix: Some(_), .. } => Severity::Error,
            Self::Overloaded
            | Self::ProtocolVersionRefused { .. }
            | Self::UpstreamUnreachable { .. }
            | Self::PortalError { .. }
            | Self::SignInFailed { .. }
            | Self::UserinfoFailed { .. }
            | Self::KeyLastingFailed { .. }
            | Self::IntrospectionFailed { .. }
            | Self::KeyListFailed { .. }
            | Self::ClientMetadataRejected { .. }
            | Self::KeyCheckFailed { .. }
            | Self::RevocationFailed { .. }
            | Self::CodeReplayed
            | Self::SweepFailed { .. } => Severity::Warning,
        }
    }

    /// The line of the log without a line break. `now` is the time since the Unix epoch.
    pub(crate) fn line(&self, now: Duration, request_id: &str) -> String {
        let level = match self.severity() {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        // An event has only text and numbers, which can always be written.
        let fields = serde_json::to_string(self).unwrap_or_default();
        let fields = escaped(&fields);
        [
            "{\"time\":\"",
            &rfc3339(now, SecondsFormat::Millis),
            "\",\"level\":\"",
            level,
            "\",\"request_id\":\"",
            request_id,
            "\",",
            fields.strip_prefix('{').unwrap_or("\"event\":\"unknown\"}"),
        ]
        .concat()
    }
}

/// JSON with every character escaped that a terminal or a viewer may read as more than text: control characters beyond
/// ASCII, line and paragraph separators, and format characters, which are invisible or turn the writing direction. They
/// occur inside texts only.
fn escaped(json: &str) -> Cow<'_, str> {
    // Nearly every line is plain ASCII, in which JSON escapes all control characters but one.
    if json.is_ascii() && !json.contains('\u{7f}') {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if is_plain(character) {
            escaped.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(escaped, "\\u{unit:04x}");
        }
    }
    Cow::Owned(escaped)
}

fn is_plain(character: char) -> bool {
    !character.is_control()
        && !matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_becomes_one_line_of_json() {
        let event = Event::RevocationFailed {
            reason: RevocationReason::CodeReplayed,
            cause: "the portal answered \"503\"\nand more".to_owned(),
        };
        let line = event.line(Duration::from_millis(1_790_000_000_250), "req_1");
        assert_eq!(
            line,
            r#"{"time":"2026-09-21T14:13:20.250Z","level":"warning","request_id":"req_1","event":"revocation_failed","reason":"code_replayed","cause":"the portal answered \"503\"\nand more"}"#
        );
    }

    #[test]
    fn text_of_an_event_forges_no_line_and_turns_no_direction() {
        let hostile = "a\r\n{\"event\":\"started\"}\u{85}\u{2028}\u{2029}\u{9b}31m\u{1b}[2J\u{7f}\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}\0";
        let event = Event::PortalError {
            endpoint: "token_endpoint",
            error: hostile.to_owned(),
            description: hostile.to_owned(),
        };
        let line = event.line(Duration::ZERO, "req_1");
        let plain = |character: char| character.is_ascii_graphic() || character == ' ';
        assert!(line.chars().all(plain), "{line:?}");
        let read: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(read["event"], "portal_error");
        assert_eq!(read["error"], hostile);
        let name = Event::KeyCheckFailed {
            cause: "Клод — クロード 👩".to_owned(),
        };
        assert!(name.line(Duration::ZERO, "").contains("Клод — クロード 👩"));
    }

    #[test]
    fn error_pages_have_level_error_only_for_5xx() {
        let page = |status| Event::ErrorPage {
            status,
            title: "Title",
            cause: String::new(),
        };
        assert!(page(500).line(Duration::ZERO, "").contains("\"error\""));
        assert!(page(404).line(Duration::ZERO, "").contains("\"info\""));
    }
}
