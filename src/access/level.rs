//! The access level that a person grants to an app.

/// What the person lets the app do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum AccessLevel {
    /// Read everything, change nothing.
    #[default]
    Read,
    /// Use every operation of the API, including those that spend credits.
    Full,
}

impl AccessLevel {
    /// The scope of an API key of this level at the portal.
    pub(crate) fn key_scope(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Full => "*",
        }
    }
}
