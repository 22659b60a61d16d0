//! The results of readiness checks.

use serde::{Deserialize, Serialize};

/// What was checked, whether it works, and otherwise what to do. The texts are public: no secret, no URL with a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Check {
    pub(crate) name: CheckName,
    pub(crate) ok: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
    /// An instruction to the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fix: Option<String>,
}

/// What the connector cannot work without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CheckName {
    /// All variables are valid.
    Configuration,
    /// The key-value store keeps a row.
    Store,
    /// The discovery document of the portal.
    Portal,
    /// The keys API of the portal.
    Keys,
    /// The REST API.
    Api,
}

impl Check {
    pub(crate) fn passed(name: CheckName) -> Self {
        Self {
            name,
            ok: true,
            problem: None,
            fix: None,
        }
    }

    pub(crate) fn failed(
        name: CheckName,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            name,
            ok: false,
            problem: Some(problem.into()),
            fix: Some(fix.into()),
        }
    }
}
