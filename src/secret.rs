//! Secrets as types that cannot be printed or logged, and are compared in constant time.

use sha2::{Digest, Sha256};
use std::cell::OnceCell;
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// A text that must not leak. It is wiped on drop; `Debug` shows no part of it, and there is no `Display`.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for a request, a reply or a cipher only.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the secret is this text. The time of the comparison depends on the lengths only.
    pub(crate) fn matches(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A TokPortal API key: `sk_` and 64 lower-case hexadecimal digits. In portal mode it is also the access token that
/// a client gets.
#[derive(Clone)]
pub(crate) struct ApiKey {
    text: Secret,
    /// Computed when it is first needed.
    fingerprint: OnceCell<[u8; 32]>,
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

/// The text does not have the form of an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ApiKeyError;

impl ApiKey {
    const PREFIX: &'static str = "sk_";
    const DIGITS: usize = 64;

    /// A key from text. Only the form is checked.
    pub(crate) fn parse(text: &str) -> Result<Self, ApiKeyError> {
        let digits = text.strip_prefix(Self::PREFIX).ok_or(ApiKeyError)?;
        let well_formed = digits.len() == Self::DIGITS
            && digits
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if well_formed {
            Ok(Self {
                text: Secret::new(text),
                fingerprint: OnceCell::new(),
            })
        } else {
            Err(ApiKeyError)
        }
    }

    /// The key itself, for the `X-API-Key` header of a request to the API.
    pub(crate) fn expose(&self) -> &str {
        self.text.expose()
    }

    /// SHA-256 of the key, by which caches and sealed values identify it.
    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        let digest = || Sha256::digest(self.expose().as_bytes()).into();
        *self.fingerprint.get_or_init(digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> String {
        format!("sk_{}", "0123456789abcdef".repeat(4))
    }

    #[test]
    fn key_is_the_prefix_and_64_lower_case_digits() {
        assert!(ApiKey::parse(&key()).is_ok());
        for wrong in [
            String::new(),
            "sk_".to_owned(),
            key().to_uppercase(),
            key().replace("sk_", "tok_live_"),
            format!("{}0", key()),
            format!(" {}", key()),
            key().replace('0', "g"),
        ] {
            assert!(ApiKey::parse(&wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn debug_shows_no_part_of_a_secret() {
        let shown = format!("{:?} {:?}", ApiKey::parse(&key()), Secret::new("hunter2"));
        assert!(
            !shown.contains("0123") && !shown.contains("hunter"),
            "{shown}"
        );
    }

    #[test]
    fn secret_matches_only_the_same_text() {
        assert!(Secret::new("abc").matches("abc"));
        assert!(!Secret::new("abc").matches("abd"));
        assert!(!Secret::new("abc").matches("ab"));
    }
}
