//! What the connector tells its operator: a closed set of events, each printed as one line of JSON.
//!
//! Every line has `time` (RFC 3339, UTC), `level`, `request_id` and `event`, and then the fields of the event. This enum
//! is the reference; `docs/LOGGING.md` says what to do about each event. A field never holds a key, a code, a token, an
//! argument of a tool, or a URL with a query.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use std::time::Duration;

/// Something an operator may want to know. A `cause` is a sentence fragment of our own or of the host platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Event {
    /// One HTTP request was answered. Every request leaves exactly one such line.
    Request {
        /// The path of the route, never the path that was sent.
        route: &'static str,
        http_method: String,
        /// JSON-RPC methods of the body that this server knows; several only in a batch.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        rpc_methods: Vec<&'static str>,
        /// Tools of the catalogue that were called; several only in a batch.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        tools: Vec<&'static str>,
        status: u16,
        duration_ms: u64,
        /// Time spent in outbound calls; 0 if there was none.
        upstream_ms: u64,
        /// Request id of the last answer of the API.
        #[serde(skip_serializing_if = "Option::is_none")]
        upstream_request_id: Option<String>,
    },
    /// A variable cannot be used, so every request is answered with 500.
    ConfigurationInvalid {
        variable: &'static str,
        problem: String,
    },
    /// A person was shown an error page.
    ErrorPage {
        status: u16,
        title: &'static str,
        cause: String,
    },
    /// A client was answered with 5xx because something that the connector needs did not work.
    Unavailable { cause: String },
    /// The API gave no answer to a tool call.
    UpstreamUnreachable { cause: String },
    /// Signing in at the portal failed; the client was told.
    SignInFailed { cause: String },
    /// The portal did not say what a key may do; the API decides.
    IntrospectionFailed { cause: String },
    /// A client metadata document cannot be used, so its client is unknown.
    ClientMetadataRejected { cause: String },
    /// A pasted key could not be checked with the API.
    KeyCheckFailed { cause: String },
    /// A minted key still works although it should not.
    RevocationFailed {
        reason: RevocationReason,
        cause: String,
    },
    /// An authorization code was redeemed a second time, so its key is revoked.
    CodeReplayed,
    /// Expired rows of the store were not deleted; the next request tries again.
    SweepFailed { cause: String },
}

/// Why a key was to be revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RevocationReason {
    /// The client asked for it (RFC 7009).
    ClientRequest,
    /// The code of the key was redeemed twice.
    CodeReplayed,
    /// The code of the key could not be issued.
    CodeNotIssued,
    /// The code of the key expired before a client redeemed it.
    CodeExpired,
}

/// How urgent an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Severity {
    Info,
    Warning,
    Error,
}

impl Event {
    fn severity(&self) -> Severity {
        match self {
            Self::Request { status, .. } | Self::ErrorPage { status, .. } if *status < 500 => {
                Severity::Info
            }
            Self::Request { .. }
            | Self::ErrorPage { .. }
            | Self::ConfigurationInvalid { .. }
            | Self::Unavailable { .. } => Severity::Error,
            Self::UpstreamUnreachable { .. }
            | Self::SignInFailed { .. }
            | Self::IntrospectionFailed { .. }
            | Self::ClientMetadataRejected { .. }
            | Self::KeyCheckFailed { .. }
            | Self::RevocationFailed { .. }
            | Self::CodeReplayed
            | Self::SweepFailed { .. } => Severity::Warning,
        }
    }

    /// The line of the log, without a line end. `now` is the time since the Unix epoch.
    pub(crate) fn line(&self, now: Duration, request_id: &str) -> String {
        let level = match self.severity() {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let fields = serde_json::to_string(self).expect("an event has only text and numbers");
        format!(
            "{{\"time\":\"{}\",\"level\":\"{level}\",\"request_id\":\"{request_id}\",{}",
            rfc3339(now),
            &fields[1..]
        )
    }
}

fn rfc3339(now: Duration) -> String {
    let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, now.subsec_nanos())
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
        .to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_line_of_json_with_its_fields() {
        let event = Event::RevocationFailed {
            reason: RevocationReason::CodeExpired,
            cause: "the portal answered \"503\"\nand more".to_owned(),
        };
        let line = event.line(Duration::from_millis(1_790_000_000_250), "req_1");
        assert_eq!(
            line,
            r#"{"time":"2026-09-21T14:13:20.250Z","level":"warning","request_id":"req_1","event":"revocation_failed","reason":"code_expired","cause":"the portal answered \"503\"\nand more"}"#
        );
    }

    #[test]
    fn server_errors_are_errors_and_client_errors_are_not() {
        let page = |status| Event::ErrorPage {
            status,
            title: "Title",
            cause: String::new(),
        };
        assert!(page(500).line(Duration::ZERO, "").contains("\"error\""));
        assert!(page(404).line(Duration::ZERO, "").contains("\"info\""));
    }
}
