//! The error of an invalid configuration: every variable that is wrong, so that the operator corrects all of them at
//! once.

use serde::Serialize;
use std::cell::RefCell;
use std::fmt;

/// The variables with an invalid value, at least one. No text quotes a value, because a value may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<VariableProblem>,
}

/// What is wrong with one variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct VariableProblem {
    pub(crate) variable: &'static str,
    /// What is expected of the value; completes "variable `name`: …".
    pub(crate) problem: String,
    /// A value that would be accepted.
    pub(crate) example: &'static str,
}

impl ConfigError {
    /// The problems in the order of [`super::Config::VARIABLES`].
    pub(crate) fn problems(&self) -> &[VariableProblem] {
        &self.problems
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            let (name, text) = (problem.variable, &problem.problem);
            write!(f, "{separator}variable `{name}`: {text}")?;
        }
        Ok(())
    }
}

/// Collects the problems while the configuration is parsed.
#[derive(Debug, Default)]
pub(super) struct Problems(RefCell<Vec<VariableProblem>>);

impl Problems {
    /// The value, or a placeholder in place of an invalid one. The configuration with the placeholder is never used.
    pub(super) fn or_default<T: Default>(&self, result: Result<T, VariableProblem>) -> T {
        result.unwrap_or_else(|problem| {
            self.0.borrow_mut().push(problem);
            T::default()
        })
    }

    /// # Errors
    /// The problems in the order of these variables, if there are any.
    pub(super) fn into_result(self, variables: &[&str]) -> Result<(), ConfigError> {
        let mut problems = self.0.into_inner();
        let place = |name| variables.iter().position(|known| *known == name);
        problems.sort_by_key(|problem| place(problem.variable));
        if problems.is_empty() {
            Ok(())
        } else {
            Err(ConfigError { problems })
        }
    }
}

/// A problem of a variable, with the example that belongs to it.
pub(super) fn invalid(variable: &'static str, problem: impl Into<String>) -> VariableProblem {
    VariableProblem {
        variable,
        problem: problem.into(),
        example: example(variable),
    }
}

/// A valid value of a variable.
pub(super) fn example(variable: &str) -> &'static str {
    match variable {
        "public_url" => "https://mcp.example.com",
        "api_base_url" => "https://app.tokportal.com",
        "allowed_origins" => "https://app.example.com,https://other.example.com",
        "sign_in" => "portal",
        "portal_issuer" => "https://portal.example.com",
        "portal_keys_url" => "https://portal.example.com/api/developer/keys",
        "portal_scopes" => "openid profile email",
        "portal_resource" => "https://portal.example.com/api/developer/keys",
        "portal_trusted_audiences" => "281049283746592001",
        "portal_keys_page" => "https://portal.example.com/developer/api-keys",
        "help_url" => "https://example.com/help",
        "privacy_url" => "https://example.com/privacy",
        "sealing_secret" => "the 64 characters that `openssl rand -hex 32` prints",
        "custom_redirect_schemes" => "com.example.app",
        "client_metadata_hosts" => "app.example.com,other.example.com",
        "key_check_seconds" => "5",
        "confirm_paid_calls" => "where-supported",
        "accept_mixed_versions" => "false",
        "client_address_header" => "x-forwarded-for",
        "security_contact" => "security@example.com",
        _ => "",
    }
}
