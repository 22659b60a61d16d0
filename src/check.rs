//! The results of the checks of `/readyz` and `/readyz/portal`.

use serde::{Deserialize, Serialize};

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Whether the connector can work (`/readyz`).
    Connector,
    /// Whether people can sign in at the portal (`/readyz/portal`).
    Portal,
}

/// What was checked, whether it works, and otherwise what to do. The texts are public: no secret, no URL with a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Check {
    pub(crate) name: CheckName,
    pub(crate) ok: bool,
    /// What was found out, if it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    /// What does not work; of a check that is `ok`, what could not be found out.
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
    /// How people sign in, where there is no portal.
    SignIn,
    /// The metadata of the portal's OpenID provider.
    Discovery,
    /// The algorithms and keys of ID tokens.
    Signing,
    /// Whether the portal knows the connector as its client.
    ClientAuthentication,
    /// Whether the portal knows the address to which it sends people back.
    RedirectUri,
    /// Whether this host allows requests to every server.
    Origins,
    /// The time of this host and of the portal.
    Clock,
    Scopes,
    /// Proof Key for Code Exchange (RFC 7636).
    Pkce,
    /// The parameter `iss` of the authentication response (RFC 9207).
    ResponseIssuer,
}

impl Check {
    pub(crate) fn passed(name: CheckName) -> Self {
        Self {
            name,
            ok: true,
            note: None,
            problem: None,
            fix: None,
        }
    }

    pub(crate) fn noted(name: CheckName, note: impl Into<String>) -> Self {
        Self {
            note: Some(note.into()),
            ..Self::passed(name)
        }
    }

    /// A check that found neither that it works nor that it does not.
    pub(crate) fn open(
        name: CheckName,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            ok: true,
            ..Self::failed(name, problem, fix)
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
            note: None,
            problem: Some(problem.into()),
            fix: Some(fix.into()),
        }
    }
}
