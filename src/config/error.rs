//! The error of an invalid configuration.

use std::fmt;

/// A variable with an invalid value. The message names the variable and never quotes a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The name of the variable.
    pub variable: &'static str,
    /// What is expected of the value; completes "variable `name`: …".
    pub problem: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "variable `{}`: {}", self.variable, self.problem)
    }
}
