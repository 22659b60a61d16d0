//! The variable `confirm_paid_calls`.

/// When a person agrees before a call that spends credits or cannot be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ConfirmPaidCalls {
    /// Before every such call: on a page of the connector if the client cannot ask its user.
    Always,
    /// If the client declares that it can ask its user. The calls of other clients run at once.
    #[default]
    WhereSupported,
    /// The calls run at once.
    Never,
}

impl ConfirmPaidCalls {
    /// The value of the variable.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::WhereSupported => "where-supported",
            Self::Never => "never",
        }
    }

    /// Reads a value of the variable.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "always" => Some(Self::Always),
            "where-supported" => Some(Self::WhereSupported),
            "never" => Some(Self::Never),
            _ => None,
        }
    }
}
