//! The claims about a person that the connector reads (OpenID Connect Core 1.0, section 5.1).
//!
//! Providers differ in the types of their claims. A claim that cannot be read counts as absent: it is shown to the
//! person and decides nothing.

use crate::text::{NAME_LIMIT, display_name};
use serde_json::Value;

/// The longest email address (RFC 5321, section 4.5.3.1).
const EMAIL_LIMIT: usize = 254;
/// 2⁵³: larger numbers are not exact.
const MAX_CREDITS: f64 = 9_007_199_254_740_992.0;

/// What a person is shown about the account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Claims {
    /// Full name; empty if the portal does not give it.
    pub(crate) name: String,
    /// Email address; empty if the portal does not give it.
    pub(crate) email: String,
    /// Credit balance (our own claim `credits`).
    pub(crate) credits: Option<i64>,
}

impl Claims {
    /// Reads the claims of an ID token or of userinfo.
    pub(super) fn read(document: &Value) -> Self {
        let text = |name: &str, limit| {
            let text = document[name].as_str().unwrap_or_default();
            display_name(text, limit)
        };
        Self {
            name: text("name", NAME_LIMIT),
            email: text("email", EMAIL_LIMIT),
            credits: credits(&document["credits"]),
        }
    }

    /// Whether they do not tell whose account it is.
    pub(super) fn are_anonymous(&self) -> bool {
        self.name.is_empty() && self.email.is_empty()
    }

    /// Takes from `others` what these do not have.
    pub(super) fn or(self, others: Self) -> Self {
        let either = |own: String, other| if own.is_empty() { other } else { own };
        Self {
            name: either(self.name, others.name),
            email: either(self.email, others.email),
            credits: self.credits.or(others.credits),
        }
    }
}

/// A number, or a text that is one, without its fraction.
fn credits(value: &Value) -> Option<i64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let number = number.filter(|number| number.abs() < MAX_CREDITS)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the number is smaller than 2⁵³"
    )]
    Some(number.trunc() as i64)
}

#[cfg(test)]
mod tests;
