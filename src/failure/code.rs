//! The codes of our own failures: name, retryability and hint in one table.

/// A failure that the connector itself found, in a tool call or in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LocalCode {
    InvalidArguments,
    UpstreamTimeout,
    UpstreamUnreachable,
    UpstreamNotAllowed,
    UpstreamError,
    UpstreamMalformed,
    AnswerTooLong,
    ReadOnlyAddress,
    ReadOnlyConnection,
    ToolsetNotShown,
    UnknownTool,
    WrongCallTool,
    ApprovalRequired,
    ApprovalUsed,
    ConfirmationDeclined,
    ConfirmationCancelled,
    ConfirmationUnavailable,
    ParseError,
    InvalidRequest,
    MethodNotFound,
    InvalidParams,
    ResourceNotFound,
    HeaderMismatch,
    UnsupportedProtocolVersion,
    Unavailable,
}

impl LocalCode {
    /// Every code, in the order of the resource `tokportal://errors`: those of tools, then those of the protocol.
    pub(crate) const ALL: [Self; 25] = [
        Self::InvalidArguments,
        Self::UpstreamTimeout,
        Self::UpstreamUnreachable,
        Self::UpstreamNotAllowed,
        Self::UpstreamError,
        Self::UpstreamMalformed,
        Self::AnswerTooLong,
        Self::ReadOnlyAddress,
        Self::ApprovalRequired,
        Self::ApprovalUsed,
        Self::ConfirmationDeclined,
        Self::ConfirmationCancelled,
        Self::ConfirmationUnavailable,
        Self::ReadOnlyConnection,
        Self::ToolsetNotShown,
        Self::UnknownTool,
        Self::WrongCallTool,
        Self::ParseError,
        Self::InvalidRequest,
        Self::MethodNotFound,
        Self::InvalidParams,
        Self::ResourceNotFound,
        Self::HeaderMismatch,
        Self::UnsupportedProtocolVersion,
        Self::Unavailable,
    ];

    /// Name, whether the unchanged call may succeed later, and the next step.
    #[rustfmt::skip]
    const fn row(self) -> (&'static str, bool, &'static str) {
        match self {
            Self::InvalidArguments => ("INVALID_ARGUMENTS", false,
                "Correct the named fields and call again. Nothing was sent."),
            Self::UpstreamTimeout => ("UPSTREAM_TIMEOUT", true,
                "For a read, call again. For a write, first read the object to check whether the write happened, or repeat it with the same idempotency_key."),
            Self::UpstreamUnreachable => ("UPSTREAM_UNREACHABLE", true,
                "For a read, call again. For a write, first read the object to check whether the write happened, or repeat it with the same idempotency_key."),
            Self::UpstreamNotAllowed => ("UPSTREAM_NOT_ALLOWED", false,
                "The operator of this connector must add the API's address to allowed_outbound_hosts."),
            Self::UpstreamError => ("UPSTREAM_ERROR", false,
                "For a write, first read the object to check whether the write happened. If the error repeats, report the request_id to team@tokportal.com."),
            Self::UpstreamMalformed => ("UPSTREAM_MALFORMED", false,
                "The API's answer could not be read. For a write, read the object before repeating the call."),
            Self::AnswerTooLong => ("ANSWER_TOO_LONG", false,
                "Ask for less: narrow the filters or the time span. Do not repeat a write."),
            Self::ReadOnlyAddress => ("READ_ONLY_ADDRESS", false,
                "To make changes, ask the person to connect to the address without readonly=1; signing in again does not help."),
            Self::ReadOnlyConnection => ("READ_ONLY_CONNECTION", false,
                "To make changes, ask the person to connect again with full access."),
            Self::ToolsetNotShown => ("TOOLSET_NOT_SHOWN", false,
                "Only the person can change the address of the connection."),
            Self::UnknownTool => ("UNKNOWN_TOOL", false,
                "Search for the tool's name with tokportal_find_tools."),
            Self::WrongCallTool => ("WRONG_CALL_TOOL", false,
                "Repeat the call with the tool named in the message."),
            Self::ApprovalRequired => ("APPROVAL_REQUIRED", false,
                "Show the person the link in details.approval_url with the price, and stop. After they have approved, repeat exactly the same call within ten minutes; it then runs once."),
            Self::ApprovalUsed => ("APPROVAL_USED", false,
                "Read the object to see what the call did. To do it again, call the tool again, and the person is asked again."),
            Self::ConfirmationDeclined => ("CONFIRMATION_DECLINED", false,
                "Do not repeat the call; ask the person what they want instead."),
            Self::ConfirmationCancelled => ("CONFIRMATION_CANCELLED", false,
                "Ask the person whether they still want it before calling again."),
            Self::ConfirmationUnavailable => ("CONFIRMATION_UNAVAILABLE", true,
                "Call again in a moment; the person will then be asked to confirm."),
            Self::ParseError => ("PARSE_ERROR", false,
                "Send one JSON message in UTF-8 as the body."),
            Self::InvalidRequest => ("INVALID_REQUEST", false,
                "Correct what the message names; nothing was done."),
            Self::MethodNotFound => ("METHOD_NOT_FOUND", false,
                "Use a method of the protocol version that this connection speaks."),
            Self::InvalidParams => ("INVALID_PARAMS", false,
                "Correct what the message names and send the request again; nothing was done."),
            Self::ResourceNotFound => ("RESOURCE_NOT_FOUND", false,
                "resources/list names what there is."),
            Self::HeaderMismatch => ("HEADER_MISMATCH", false,
                "Send the header with the value that the body has."),
            Self::UnsupportedProtocolVersion => ("UNSUPPORTED_PROTOCOL_VERSION", false,
                "Choose one of the versions in data.supported."),
            Self::Unavailable => ("UNAVAILABLE", true,
                "Wait a moment, then send the same again."),
        }
    }

    /// The `code` of [`super::Diagnostics`].
    pub(crate) const fn name(self) -> &'static str {
        self.row().0
    }

    /// Whether the unchanged call may succeed later.
    pub(super) const fn is_retryable(self) -> bool {
        self.row().1
    }

    /// The next step.
    pub(crate) const fn hint(self) -> &'static str {
        self.row().2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_local_code_has_a_name_and_a_hint_of_its_own() {
        let names: HashSet<&str> = LocalCode::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), LocalCode::ALL.len());
        for code in LocalCode::ALL {
            assert!(code.hint().ends_with('.'), "{}", code.name());
        }
    }
}
